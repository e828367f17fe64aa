// SPDX-License-Identifier: GPL-2.0
/* dma_coherent_handle_is_allocated() tells. */
#include <linux/dma-coherent-handle.h>
#include <linux/stddef.h>
#include <linux/types.h>

static __maybe_unused bool is_there(struct dma_coherent_handle *handle)
{
	return handle->cookie != NULL; /* expect: noderef */
}
