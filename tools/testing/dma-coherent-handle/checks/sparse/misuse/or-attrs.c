// SPDX-License-Identifier: GPL-2.0
#include <linux/dma-coherent-handle.h>
#include <linux/dma-mapping.h>

static __maybe_unused void quiet(struct dma_coherent_handle *handle)
{
	handle->attrs |= DMA_ATTR_NO_WARN; /* expect: noderef */
}
