// SPDX-License-Identifier: GPL-2.0
#include <linux/dma-coherent-handle.h>
#include <linux/types.h>

struct rings {
	unsigned int nr;
	struct dma_coherent_handle handle[];
};

static __maybe_unused size_t last(struct rings *rings)
{
	return rings->handle[rings->nr - 1].size; /* expect: noderef */
}
