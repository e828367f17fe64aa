// SPDX-License-Identifier: GPL-2.0
#include <linux/dma-coherent-handle.h>
#include <linux/minmax.h>
#include <linux/types.h>

static __maybe_unused size_t clamp_len(struct dma_coherent_handle *handle, size_t len)
{
	return min(len, handle->size); /* expect: noderef */
}
