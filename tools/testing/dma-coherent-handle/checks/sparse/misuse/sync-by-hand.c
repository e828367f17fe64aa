// SPDX-License-Identifier: GPL-2.0
/* A coherent buffer needs no sync. */
#include <linux/dma-coherent-handle.h>
#include <linux/dma-mapping.h>

static __maybe_unused void flush(struct dma_coherent_handle *handle, struct device *dev)
{
	dma_sync_single_for_cpu(dev, handle->dma_addr, 64, DMA_FROM_DEVICE); /* expect: noderef */
}
