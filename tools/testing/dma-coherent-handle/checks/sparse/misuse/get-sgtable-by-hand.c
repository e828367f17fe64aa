// SPDX-License-Identifier: GPL-2.0
/* dma_coherent_handle_get_sgtable() refuses where this goes wrong. */
#include <linux/dma-coherent-handle.h>
#include <linux/dma-mapping.h>
#include <linux/scatterlist.h>
#include <linux/sizes.h>

static __maybe_unused int describe(struct dma_coherent_handle *handle, struct device *dev,
				   struct sg_table *sgt)
{
	return dma_get_sgtable(dev, sgt, handle->cookie, 0, SZ_4K); /* expect: noderef */
}
