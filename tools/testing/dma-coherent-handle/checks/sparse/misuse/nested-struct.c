// SPDX-License-Identifier: GPL-2.0
#include <linux/dma-coherent-handle.h>
#include <linux/types.h>

struct scratch {
	struct {
		struct dma_coherent_handle handle;
	} fw;
};

static __maybe_unused dma_addr_t addr(struct scratch *scratch)
{
	return scratch->fw.handle.dma_addr; /* expect: noderef */
}
