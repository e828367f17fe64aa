// SPDX-License-Identifier: GPL-2.0
#include <linux/dma-coherent-handle.h>
#include <linux/types.h>

static __maybe_unused size_t next(struct dma_coherent_handle *handle)
{
	return (handle + 1)->size; /* expect: noderef */
}
