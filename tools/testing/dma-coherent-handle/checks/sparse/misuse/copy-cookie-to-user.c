// SPDX-License-Identifier: GPL-2.0
/* dma_coherent_handle_mmap() shows a buffer to user space. */
#include <linux/dma-coherent-handle.h>
#include <linux/errno.h>
#include <linux/sizes.h>
#include <linux/uaccess.h>

static __maybe_unused int dump(struct dma_coherent_handle *handle, void __user *to)
{
	return copy_to_user(to, handle->cookie, SZ_4K) ? -EFAULT : 0; /* expect: noderef */
}
