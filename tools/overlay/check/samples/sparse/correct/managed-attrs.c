// SPDX-License-Identifier: GPL-2.0
/* A managed buffer with attributes, and a fallback to a smaller one. */
#include <linux/dma-coherent-handle.h>
#include <linux/dma-mapping.h>
#include <linux/err.h>
#include <linux/gfp.h>
#include <linux/io.h>
#include <linux/module.h>
#include <linux/platform_device.h>
#include <linux/sizes.h>

static int scratch_probe(struct platform_device *pdev)
{
	const struct dma_coherent_handle *buf;
	void __iomem *regs;

	regs = devm_platform_ioremap_resource(pdev, 0);
	if (IS_ERR(regs))
		return PTR_ERR(regs);

	buf = dmam_coherent_handle_alloc_attrs(&pdev->dev, SZ_4M, GFP_KERNEL,
					       DMA_ATTR_WRITE_COMBINE | DMA_ATTR_NO_WARN);
	if (IS_ERR(buf))
		buf = dmam_coherent_handle_alloc_attrs(&pdev->dev, SZ_1M, GFP_KERNEL,
						       DMA_ATTR_WRITE_COMBINE);
	if (IS_ERR(buf))
		return PTR_ERR(buf);

	writel(lower_32_bits(dma_coherent_handle_dma_addr(buf)), regs);
	writel(upper_32_bits(dma_coherent_handle_dma_addr(buf)), regs + 4);
	writel(dma_coherent_handle_size(buf), regs + 8);
	return 0;
}

static struct platform_driver scratch_driver = {
	.driver.name = "scratch",
	.probe = scratch_probe,
};
module_platform_driver(scratch_driver);

MODULE_LICENSE("GPL");
