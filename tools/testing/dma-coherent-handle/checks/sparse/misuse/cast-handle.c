// SPDX-License-Identifier: GPL-2.0
#include <linux/dma-coherent-handle.h>
#include <linux/types.h>

static __maybe_unused size_t bytes(void *data)
{
	return ((struct dma_coherent_handle *)data)->size; /* expect: noderef */
}
