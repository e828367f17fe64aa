// SPDX-License-Identifier: GPL-2.0
/* No business of user space's, either. */
#include <linux/dma-coherent-handle.h>
#include <linux/types.h>
#include <linux/uaccess.h>

static __maybe_unused int get_addr(struct dma_coherent_handle *handle, u64 __user *to)
{
	return put_user(handle->dma_addr, to); /* expect: noderef */
}
