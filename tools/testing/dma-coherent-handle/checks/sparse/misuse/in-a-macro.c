// SPDX-License-Identifier: GPL-2.0
#include <linux/dma-coherent-handle.h>
#include <linux/types.h>

#define BUFFER_BYTES(buffer) ((buffer)->size)

static __maybe_unused size_t bytes(struct dma_coherent_handle *handle)
{
	return BUFFER_BYTES(handle); /* expect: noderef */
}
