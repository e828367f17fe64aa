// SPDX-License-Identifier: GPL-2.0
#include <linux/dma-coherent-handle.h>
#include <linux/sizes.h>
#include <linux/slab.h>

static __maybe_unused void *snapshot(struct dma_coherent_handle *handle)
{
	return kmemdup(handle->cookie, SZ_4K, GFP_KERNEL); /* expect: noderef */
}
