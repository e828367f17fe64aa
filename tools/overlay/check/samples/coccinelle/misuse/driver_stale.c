// SPDX-License-Identifier: GPL-2.0
/* The structure is copied along with its handle, and a DMA address outlives its buffer. */
#include <linux/dma-coherent-handle.h>
#include <linux/interrupt.h>
#include <linux/io.h>
#include <linux/module.h>
#include <linux/platform_device.h>
#include <linux/slab.h>

struct foo {
	struct device *dev;
	void __iomem *regs;
	struct clk *clk;
	size_t size;
	dma_addr_t addr;
	struct dma_coherent_handle fw;
	struct dma_coherent_handle bufs[4];
};

static struct foo *foo_clone(struct foo *foo)
{
	/* expect: structure copied along with its handle */
	return kmemdup(foo, sizeof(*foo), GFP_KERNEL);
}

static void foo_restart(struct foo *foo)
{
	dma_addr_t addr = dma_coherent_handle_dma_addr(&foo->fw);

	dma_coherent_handle_free(&foo->fw);
	/* expect: of the buffer that was freed */
	writel(lower_32_bits(addr), foo->regs);
}

static void foo_restart_member(struct foo *foo)
{
	foo->addr = dma_coherent_handle_dma_addr(&foo->bufs[0]);
	dma_coherent_handle_free(&foo->bufs[0]);
	/* expect: of the buffer that was freed */
	writel(lower_32_bits(foo->addr), foo->regs);
}
