// SPDX-License-Identifier: GPL-2.0
/* Arithmetic on what may be a struct page. */
#include <linux/dma-coherent-handle.h>

static __maybe_unused void *second_half(struct dma_coherent_handle *handle)
{
	return handle->cookie + 2048; /* expect: noderef */
}
