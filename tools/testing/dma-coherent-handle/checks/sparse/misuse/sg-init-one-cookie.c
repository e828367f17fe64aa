// SPDX-License-Identifier: GPL-2.0
/* dma_coherent_handle_get_sgtable() knows how. */
#include <linux/dma-coherent-handle.h>
#include <linux/scatterlist.h>
#include <linux/sizes.h>

static __maybe_unused void describe(struct dma_coherent_handle *handle, struct scatterlist *sg)
{
	sg_init_one(sg, handle->cookie, SZ_4K); /* expect: noderef */
}
