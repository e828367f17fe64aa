// SPDX-License-Identifier: GPL-2.0
#include <linux/dma-coherent-handle.h>
#include <linux/types.h>

static __maybe_unused bool fits(struct dma_coherent_handle *handle, size_t want)
{
	return want <= handle->size; /* expect: noderef */
}
