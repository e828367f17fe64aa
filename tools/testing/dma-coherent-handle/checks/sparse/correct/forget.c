// SPDX-License-Identifier: GPL-2.0
/* Memory that the secure world keeps, whatever becomes of the driver. */
#include <linux/dma-coherent-handle.h>
#include <linux/gfp.h>
#include <linux/io.h>
#include <linux/module.h>
#include <linux/platform_device.h>
#include <linux/sizes.h>

static int scratch_probe(struct platform_device *pdev)
{
	struct dma_coherent_handle buf;
	void __iomem *regs;
	int ret;

	regs = devm_platform_ioremap_resource(pdev, 0);
	if (IS_ERR(regs))
		return PTR_ERR(regs);

	ret = dma_coherent_handle_alloc(&pdev->dev, &buf, SZ_1M, GFP_KERNEL);
	if (ret)
		return ret;

	writel(lower_32_bits(dma_coherent_handle_dma_addr(&buf)), regs);
	if (readl(regs + 4)) {
		dma_coherent_handle_free(&buf);
		return -EIO;
	}
	dma_coherent_handle_forget(&buf);
	return 0;
}

static struct platform_driver scratch_driver = {
	.driver.name = "scratch",
	.probe = scratch_probe,
};
module_platform_driver(scratch_driver);

MODULE_LICENSE("GPL");
