// SPDX-License-Identifier: GPL-2.0
#include <linux/dma-coherent-handle.h>

static __maybe_unused void grow(struct dma_coherent_handle *handle)
{
	handle->size++; /* expect: noderef */
}
