// SPDX-License-Identifier: GPL-2.0
#include <linux/dma-coherent-handle.h>
#include <linux/mm.h>

static __maybe_unused struct page *page(struct dma_coherent_handle *handle)
{
	return virt_to_page(handle->cookie); /* expect: noderef */
}
