// SPDX-License-Identifier: GPL-2.0
/* The buffer would be freed with another size. */
#include <linux/dma-coherent-handle.h>
#include <linux/sizes.h>

static __maybe_unused void shrink(struct dma_coherent_handle *handle)
{
	handle->size = SZ_4K; /* expect: noderef */
}
