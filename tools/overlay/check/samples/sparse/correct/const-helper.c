// SPDX-License-Identifier: GPL-2.0
/* A helper that only looks at a handle says so. */
#include <linux/dma-coherent-handle.h>
#include <linux/gfp.h>
#include <linux/io.h>
#include <linux/module.h>
#include <linux/platform_device.h>
#include <linux/sizes.h>

static void scratch_program(void __iomem *regs, const struct dma_coherent_handle *buf,
			    size_t offset)
{
	dma_addr_t addr = dma_coherent_handle_dma_addr(buf) + offset;

	writel(lower_32_bits(addr), regs);
	writel(upper_32_bits(addr), regs + 4);
	writel(dma_coherent_handle_size(buf) - offset, regs + 8);
}

static int scratch_probe(struct platform_device *pdev)
{
	const struct dma_coherent_handle *buf;
	void __iomem *regs;

	regs = devm_platform_ioremap_resource(pdev, 0);
	if (IS_ERR(regs))
		return PTR_ERR(regs);

	buf = dmam_coherent_handle_alloc(&pdev->dev, SZ_64K, GFP_KERNEL);
	if (IS_ERR(buf))
		return PTR_ERR(buf);

	scratch_program(regs, buf, 256);
	return 0;
}

static struct platform_driver scratch_driver = {
	.driver.name = "scratch",
	.probe = scratch_probe,
};
module_platform_driver(scratch_driver);

MODULE_LICENSE("GPL");
