// SPDX-License-Identifier: GPL-2.0
/* It is one only on some machines. */
#include <linux/dma-coherent-handle.h>
#include <linux/mm.h>

static __maybe_unused phys_addr_t phys(struct dma_coherent_handle *handle)
{
	return page_to_phys((struct page *)handle->cookie); /* expect: noderef */
}
