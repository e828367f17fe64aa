// SPDX-License-Identifier: GPL-2.0
#include <linux/dma-coherent-handle.h>
#include <linux/types.h>

static __maybe_unused size_t move(struct dma_coherent_handle *handle,
				  struct dma_coherent_handle *to)
{
	*to = dma_coherent_handle_take(handle);
	return to->size; /* expect: noderef */
}
