// SPDX-License-Identifier: GPL-2.0
#include <linux/dma-coherent-handle.h>

static __maybe_unused void *vaddr(struct dma_coherent_handle *handle)
{
	__auto_type where = &handle->cookie;

	return *where; /* expect: noderef */
}
