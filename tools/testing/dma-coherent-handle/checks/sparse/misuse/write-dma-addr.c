// SPDX-License-Identifier: GPL-2.0
/* The buffer would be freed by another address. */
#include <linux/dma-coherent-handle.h>
#include <linux/types.h>

static __maybe_unused void translate(struct dma_coherent_handle *handle, dma_addr_t bus)
{
	handle->dma_addr = bus; /* expect: noderef */
}
