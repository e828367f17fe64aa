// SPDX-License-Identifier: GPL-2.0
#include <linux/dma-coherent-handle.h>
#include <linux/dma-mapping.h>

static struct dma_coherent_handle scratch = {
	.attrs = DMA_ATTR_WRITE_COMBINE, /* expect: different base types */
};

static __maybe_unused void drop(void)
{
	dma_coherent_handle_free(&scratch);
}
