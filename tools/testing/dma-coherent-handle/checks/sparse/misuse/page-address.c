// SPDX-License-Identifier: GPL-2.0
#include <linux/dma-coherent-handle.h>
#include <linux/mm.h>

static __maybe_unused void *vaddr(struct dma_coherent_handle *handle)
{
	return page_address(handle->cookie); /* expect: noderef */
}
