// SPDX-License-Identifier: GPL-2.0
#include <linux/dma-coherent-handle.h>

static __maybe_unused void **where(struct dma_coherent_handle *handle)
{
	return &handle->cookie; /* expect: different modifiers */
}
