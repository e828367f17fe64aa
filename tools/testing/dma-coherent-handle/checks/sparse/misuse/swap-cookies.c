// SPDX-License-Identifier: GPL-2.0
/* dma_coherent_handle_take() moves a buffer. */
#include <linux/dma-coherent-handle.h>
#include <linux/minmax.h>

static __maybe_unused void exchange(struct dma_coherent_handle *handle, void **other)
{
	swap(handle->cookie, *other); /* expect: noderef */
}
