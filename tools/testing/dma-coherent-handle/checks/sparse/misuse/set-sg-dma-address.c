// SPDX-License-Identifier: GPL-2.0
#include <linux/dma-coherent-handle.h>
#include <linux/scatterlist.h>

static __maybe_unused void describe(struct dma_coherent_handle *handle, struct scatterlist *sg)
{
	sg_dma_address(sg) = handle->dma_addr; /* expect: noderef */
}
