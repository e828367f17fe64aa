// SPDX-License-Identifier: GPL-2.0
#include <linux/dma-coherent-handle.h>
#include <linux/types.h>

static __maybe_unused void wrap(struct dma_coherent_handle *h, dma_addr_t addr)
{
	*h = (struct dma_coherent_handle){ .dma_addr = addr }; /* expect: different base types */
}
