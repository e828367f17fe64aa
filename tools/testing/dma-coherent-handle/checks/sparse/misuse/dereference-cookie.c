// SPDX-License-Identifier: GPL-2.0
#include <linux/dma-coherent-handle.h>
#include <linux/types.h>

static __maybe_unused u32 first_word(struct dma_coherent_handle *handle)
{
	return *(u32 *)handle->cookie; /* expect: noderef */
}
