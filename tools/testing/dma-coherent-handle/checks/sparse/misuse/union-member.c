// SPDX-License-Identifier: GPL-2.0
#include <linux/dma-coherent-handle.h>
#include <linux/types.h>

union scratch {
	struct dma_coherent_handle handle;
	unsigned long raw[5];
};

static __maybe_unused size_t bytes(union scratch *scratch)
{
	return scratch->handle.size; /* expect: noderef */
}
