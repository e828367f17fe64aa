// SPDX-License-Identifier: GPL-2.0
#include <linux/dma-coherent-handle.h>
#include <linux/types.h>

static struct dma_coherent_handle scratch;

static __maybe_unused size_t bytes(void)
{
	return scratch.size; /* expect: noderef */
}
