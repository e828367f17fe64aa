// SPDX-License-Identifier: GPL-2.0
#include <linux/dma-coherent-handle.h>
#include <linux/printk.h>

static __maybe_unused void show(struct dma_coherent_handle *handle)
{
	pr_info("buffer at %p\n", handle->cookie); /* expect: noderef */
}
