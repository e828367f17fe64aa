// SPDX-License-Identifier: GPL-2.0
/* dma_coherent_handle_is_allocated() tells. */
#include <linux/dma-coherent-handle.h>
#include <linux/errno.h>

static __maybe_unused int start(struct dma_coherent_handle *handle)
{
	if (!handle->cookie) /* expect: noderef */
		return -ENOMEM;
	return 0;
}
