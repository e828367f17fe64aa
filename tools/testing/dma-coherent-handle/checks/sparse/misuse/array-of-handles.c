// SPDX-License-Identifier: GPL-2.0
#include <linux/dma-coherent-handle.h>
#include <linux/types.h>

struct rings {
	struct dma_coherent_handle handle[4];
};

static __maybe_unused dma_addr_t ring(struct rings *rings, int i)
{
	return rings->handle[i].dma_addr; /* expect: noderef */
}
