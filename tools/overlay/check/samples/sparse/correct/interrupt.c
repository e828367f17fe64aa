// SPDX-License-Identifier: GPL-2.0
/* Address and size may be read in any context. */
#include <linux/dma-coherent-handle.h>
#include <linux/gfp.h>
#include <linux/interrupt.h>
#include <linux/io.h>
#include <linux/module.h>
#include <linux/platform_device.h>
#include <linux/sizes.h>
#include <linux/slab.h>

struct scratch {
	void __iomem *regs;
	int irq;
	struct dma_coherent_handle buf;
};

static irqreturn_t scratch_irq(int irq, void *data)
{
	struct scratch *scratch = data;
	u32 at = readl(scratch->regs + 4);

	/* Round and round. */
	if (at >= dma_coherent_handle_size(&scratch->buf))
		writel(lower_32_bits(dma_coherent_handle_dma_addr(&scratch->buf)), scratch->regs);
	return IRQ_HANDLED;
}

static int scratch_probe(struct platform_device *pdev)
{
	struct scratch *scratch;
	int irq, ret;

	irq = platform_get_irq(pdev, 0);
	if (irq < 0)
		return irq;

	scratch = devm_kzalloc(&pdev->dev, sizeof(*scratch), GFP_KERNEL);
	if (!scratch)
		return -ENOMEM;
	scratch->regs = devm_platform_ioremap_resource(pdev, 0);
	if (IS_ERR(scratch->regs))
		return PTR_ERR(scratch->regs);

	ret = dma_coherent_handle_alloc(&pdev->dev, &scratch->buf, SZ_16K, GFP_KERNEL);
	if (ret)
		return ret;

	ret = request_irq(irq, scratch_irq, 0, "scratch", scratch);
	if (ret)
		dma_coherent_handle_free(&scratch->buf);
	scratch->irq = irq;
	platform_set_drvdata(pdev, scratch);
	return ret;
}

static void scratch_remove(struct platform_device *pdev)
{
	struct scratch *scratch = platform_get_drvdata(pdev);

	free_irq(scratch->irq, scratch);
	dma_coherent_handle_free(&scratch->buf);
}

static struct platform_driver scratch_driver = {
	.driver.name = "scratch",
	.probe = scratch_probe,
	.remove = scratch_remove,
};
module_platform_driver(scratch_driver);

MODULE_LICENSE("GPL");
