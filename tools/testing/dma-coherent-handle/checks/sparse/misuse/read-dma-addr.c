// SPDX-License-Identifier: GPL-2.0
/* The DMA address, past its accessor. */
#include <linux/dma-coherent-handle.h>
#include <linux/types.h>

static __maybe_unused dma_addr_t addr(struct dma_coherent_handle *handle)
{
	return handle->dma_addr; /* expect: noderef */
}
