// SPDX-License-Identifier: GPL-2.0
/* Needed for the time of one command to the device. */
#include <linux/dma-coherent-handle.h>
#include <linux/gfp.h>
#include <linux/io.h>
#include <linux/module.h>
#include <linux/platform_device.h>
#include <linux/sizes.h>

static int scratch_self_test(struct device *dev, void __iomem *regs)
{
	struct dma_coherent_handle buf __free(dma_coherent_handle) = {};
	int ret;

	ret = dma_coherent_handle_alloc(dev, &buf, SZ_4K, GFP_KERNEL);
	if (ret)
		return ret;

	writel(lower_32_bits(dma_coherent_handle_dma_addr(&buf)), regs);
	return readl(regs + 4) ? -EIO : 0;
}

static int scratch_probe(struct platform_device *pdev)
{
	void __iomem *regs = devm_platform_ioremap_resource(pdev, 0);

	if (IS_ERR(regs))
		return PTR_ERR(regs);
	return scratch_self_test(&pdev->dev, regs);
}

static struct platform_driver scratch_driver = {
	.driver.name = "scratch",
	.probe = scratch_probe,
};
module_platform_driver(scratch_driver);

MODULE_LICENSE("GPL");
