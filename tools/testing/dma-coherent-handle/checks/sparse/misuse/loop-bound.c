// SPDX-License-Identifier: GPL-2.0
#include <linux/dma-coherent-handle.h>
#include <linux/io.h>
#include <linux/types.h>

static __maybe_unused void clear_banks(struct dma_coherent_handle *handle, void __iomem *regs)
{
	size_t i;

	for (i = 0; i < handle->size; i += 4096) /* expect: noderef */
		writel(0, regs + i / 1024);
}
