// SPDX-License-Identifier: GPL-2.0
/* A cookie equals nothing but itself. */
#include <linux/dma-coherent-handle.h>
#include <linux/types.h>

static __maybe_unused bool is_at(struct dma_coherent_handle *handle, const void *vaddr)
{
	return handle->cookie == vaddr; /* expect: noderef */
}
