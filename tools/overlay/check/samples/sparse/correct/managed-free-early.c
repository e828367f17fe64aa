// SPDX-License-Identifier: GPL-2.0
/* Memory that firmware needs only to boot. */
#include <linux/completion.h>
#include <linux/dma-coherent-handle.h>
#include <linux/err.h>
#include <linux/gfp.h>
#include <linux/io.h>
#include <linux/jiffies.h>
#include <linux/module.h>
#include <linux/platform_device.h>
#include <linux/sizes.h>

static DECLARE_COMPLETION(booted);

static int scratch_probe(struct platform_device *pdev)
{
	const struct dma_coherent_handle *boot;
	void __iomem *regs;
	int ret = 0;

	regs = devm_platform_ioremap_resource(pdev, 0);
	if (IS_ERR(regs))
		return PTR_ERR(regs);

	boot = dmam_coherent_handle_alloc(&pdev->dev, SZ_1M, GFP_KERNEL);
	if (IS_ERR(boot))
		return PTR_ERR(boot);

	writel(lower_32_bits(dma_coherent_handle_dma_addr(boot)), regs);
	if (!wait_for_completion_timeout(&booted, HZ))
		ret = -ETIMEDOUT;

	writel(0, regs);
	dmam_coherent_handle_free(&pdev->dev, boot);
	return ret;
}

static struct platform_driver scratch_driver = {
	.driver.name = "scratch",
	.probe = scratch_probe,
};
module_platform_driver(scratch_driver);

MODULE_LICENSE("GPL");
