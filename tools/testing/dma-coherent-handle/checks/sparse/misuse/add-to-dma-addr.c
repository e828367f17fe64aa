// SPDX-License-Identifier: GPL-2.0
/* An offset belongs in a variable of the driver's. */
#include <linux/dma-coherent-handle.h>
#include <linux/types.h>

static __maybe_unused void skip_header(struct dma_coherent_handle *handle)
{
	handle->dma_addr += 64; /* expect: noderef */
}
