// SPDX-License-Identifier: GPL-2.0
#include <linux/dma-coherent-handle.h>

static __maybe_unused void copy(struct dma_coherent_handle *handle,
				struct dma_coherent_handle *from)
{
	handle->size = from->size; /* expect: noderef */
}
