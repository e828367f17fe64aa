// SPDX-License-Identifier: GPL-2.0
#include <linux/dma-coherent-handle.h>
#include <linux/types.h>

static __maybe_unused unsigned long base(struct dma_coherent_handle *handle)
{
	return (unsigned long)handle->cookie; /* expect: noderef */
}
