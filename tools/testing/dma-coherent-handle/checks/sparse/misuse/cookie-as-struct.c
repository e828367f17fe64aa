// SPDX-License-Identifier: GPL-2.0
#include <linux/dma-coherent-handle.h>
#include <linux/types.h>

struct header {
	u32 magic;
};

static __maybe_unused u32 magic(struct dma_coherent_handle *handle)
{
	struct header *header = handle->cookie; /* expect: noderef */

	return header->magic;
}
