// SPDX-License-Identifier: GPL-2.0
#include <linux/dma-coherent-handle.h>
#include <linux/err.h>
#include <linux/gfp.h>
#include <linux/sizes.h>

static __maybe_unused int probe(struct device *dev, dma_addr_t *addr)
{
	const struct dma_coherent_handle *handle;

	handle = dmam_coherent_handle_alloc(dev, SZ_4K, GFP_KERNEL);
	if (IS_ERR(handle))
		return PTR_ERR(handle);
	*addr = handle->dma_addr; /* expect: noderef */
	return 0;
}
