// SPDX-License-Identifier: GPL-2.0
/* Passed to a function of the driver's. */
#include <linux/dma-coherent-handle.h>

static void put_vaddr(void **where, void *vaddr)
{
	*where = vaddr;
}

static __maybe_unused void remember(struct dma_coherent_handle *handle, void **where)
{
	put_vaddr(where, handle->cookie); /* expect: noderef */
}
