// SPDX-License-Identifier: GPL-2.0
/* dma_coherent_handle_free() gives back what alloc was given. */
#include <linux/dma-coherent-handle.h>
#include <linux/dma-mapping.h>
#include <linux/sizes.h>

static __maybe_unused void drop(struct dma_coherent_handle *handle, struct device *dev,
				dma_addr_t addr)
{
	dma_free_coherent(dev, SZ_4K, handle->cookie, addr); /* expect: noderef */
}
