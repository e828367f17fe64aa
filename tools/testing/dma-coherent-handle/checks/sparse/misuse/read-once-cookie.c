// SPDX-License-Identifier: GPL-2.0
#include <linux/compiler.h>
#include <linux/dma-coherent-handle.h>

static __maybe_unused void *vaddr(struct dma_coherent_handle *handle)
{
	return READ_ONCE(handle->cookie); /* expect: different address spaces */
}
