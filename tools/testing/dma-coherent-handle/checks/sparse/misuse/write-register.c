// SPDX-License-Identifier: GPL-2.0
#include <linux/dma-coherent-handle.h>
#include <linux/io.h>
#include <linux/wordpart.h>

static __maybe_unused void start(struct dma_coherent_handle *handle, void __iomem *regs)
{
	writel(lower_32_bits(handle->dma_addr), regs); /* expect: noderef */
}
