// SPDX-License-Identifier: GPL-2.0
#include <linux/dma-coherent-handle.h>

static __maybe_unused void mark_used(struct dma_coherent_handle *handle)
{
	(void)handle->cookie; /* expect: noderef */
}
