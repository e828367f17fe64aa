// SPDX-License-Identifier: GPL-2.0
#include <linux/dma-coherent-handle.h>
#include <linux/dma-mapping.h>

static __maybe_unused int kind(struct dma_coherent_handle *handle)
{
	switch (handle->attrs) { /* expect: noderef */
	case DMA_ATTR_NO_KERNEL_MAPPING:
		return 1;
	default:
		return 0;
	}
}
