// SPDX-License-Identifier: GPL-2.0
/* A buffer that no handle knows how to free. */
#include <linux/dma-coherent-handle.h>
#include <linux/dma-mapping.h>
#include <linux/sizes.h>

static __maybe_unused void *alloc(struct dma_coherent_handle *handle, struct device *dev)
{
	return dma_alloc_coherent(dev, SZ_4K,
				  &handle->dma_addr, /* expect: different modifiers */
				  GFP_KERNEL);
}
