// SPDX-License-Identifier: GPL-2.0
#include <linux/dma-coherent-handle.h>
#include <linux/types.h>

static __maybe_unused void keep(struct dma_coherent_handle *handle, dma_addr_t **addr)
{
	*addr = &handle->dma_addr; /* expect: different modifiers */
}
