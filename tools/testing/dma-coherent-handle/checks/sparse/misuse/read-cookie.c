// SPDX-License-Identifier: GPL-2.0
/* The cookie, returned as if it were an address. */
#include <linux/dma-coherent-handle.h>

static __maybe_unused void *vaddr(struct dma_coherent_handle *handle)
{
	return handle->cookie; /* expect: noderef */
}
