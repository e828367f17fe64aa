// SPDX-License-Identifier: GPL-2.0
#include <linux/dma-coherent-handle.h>
#include <linux/io.h>

static __maybe_unused void start(struct dma_coherent_handle *handle)
{
	writel(1, (void __force __iomem *)handle->cookie); /* expect: noderef */
}
