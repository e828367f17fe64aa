// SPDX-License-Identifier: GPL-2.0
#include <linux/dma-coherent-handle.h>
#include <linux/slab.h>

static __maybe_unused void drop(struct dma_coherent_handle *handle)
{
	kfree(handle->cookie); /* expect: noderef */
}
