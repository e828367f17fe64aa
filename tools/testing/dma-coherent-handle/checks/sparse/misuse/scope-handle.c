// SPDX-License-Identifier: GPL-2.0
#include <linux/dma-coherent-handle.h>
#include <linux/gfp.h>
#include <linux/sizes.h>

static __maybe_unused int probe(struct device *dev, dma_addr_t *addr)
{
	struct dma_coherent_handle handle __free(dma_coherent_handle) = {};
	int ret;

	ret = dma_coherent_handle_alloc(dev, &handle, SZ_4K, GFP_KERNEL);
	if (!ret)
		*addr = handle.dma_addr; /* expect: noderef */
	return ret;
}
