// SPDX-License-Identifier: GPL-2.0
/* The buffer has a DMA address already. */
#include <linux/dma-coherent-handle.h>
#include <linux/dma-mapping.h>
#include <linux/sizes.h>

static __maybe_unused dma_addr_t map(struct dma_coherent_handle *handle, struct device *dev)
{
	return dma_map_single(dev, handle->cookie, SZ_4K, DMA_TO_DEVICE); /* expect: noderef */
}
