// SPDX-License-Identifier: GPL-2.0
#include <linux/dma-coherent-handle.h>
#include <linux/types.h>

static __maybe_unused u8 status(struct dma_coherent_handle *handle)
{
	return ((u8 *)handle->cookie)[3]; /* expect: noderef */
}
