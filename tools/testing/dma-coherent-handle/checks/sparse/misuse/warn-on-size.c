// SPDX-License-Identifier: GPL-2.0
#include <linux/bug.h>
#include <linux/dma-coherent-handle.h>
#include <linux/sizes.h>

static __maybe_unused void check(struct dma_coherent_handle *handle)
{
	WARN_ON(handle->size > SZ_1M); /* expect: noderef */
}
