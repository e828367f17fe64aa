// SPDX-License-Identifier: GPL-2.0
#include <linux/dma-coherent-handle.h>
#include <linux/mm.h>
#include <linux/types.h>

static __maybe_unused size_t pages(struct dma_coherent_handle *handle)
{
	return PAGE_ALIGN(handle->size) >> PAGE_SHIFT; /* expect: noderef */
}
