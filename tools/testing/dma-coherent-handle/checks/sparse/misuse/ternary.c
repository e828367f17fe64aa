// SPDX-License-Identifier: GPL-2.0
#include <linux/dma-coherent-handle.h>
#include <linux/types.h>

static __maybe_unused size_t usable(struct dma_coherent_handle *handle, bool all)
{
	return all ? handle->size : 0; /* expect: noderef */
}
