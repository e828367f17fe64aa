// SPDX-License-Identifier: GPL-2.0
#include <linux/dma-coherent-handle.h>
#include <linux/types.h>

struct scratch {
	struct dma_coherent_handle handle;
};

static struct dma_coherent_handle *to_handle(struct scratch *scratch)
{
	return &scratch->handle;
}

static __maybe_unused size_t bytes(struct scratch *scratch)
{
	return to_handle(scratch)->size; /* expect: noderef */
}
