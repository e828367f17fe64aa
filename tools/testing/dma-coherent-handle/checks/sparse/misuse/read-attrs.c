// SPDX-License-Identifier: GPL-2.0
/* Attributes that are none of the driver's business. */
#include <linux/dma-coherent-handle.h>
#include <linux/dma-mapping.h>

static __maybe_unused bool is_wc(struct dma_coherent_handle *handle)
{
	return handle->attrs & DMA_ATTR_WRITE_COMBINE; /* expect: noderef */
}
