// SPDX-License-Identifier: GPL-2.0
#include <linux/dma-coherent-handle.h>
#include <linux/slab.h>

static __maybe_unused void *shadow(struct dma_coherent_handle *handle)
{
	return kzalloc(handle->size, GFP_KERNEL); /* expect: noderef */
}
