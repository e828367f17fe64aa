// SPDX-License-Identifier: GPL-2.0
/* Freed when the driver is unbound; nothing to remove. */
#include <linux/dma-coherent-handle.h>
#include <linux/err.h>
#include <linux/gfp.h>
#include <linux/io.h>
#include <linux/io-64-nonatomic-lo-hi.h>
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

	buf = dmam_coherent_handle_alloc(&pdev->dev, SZ_64K, GFP_KERNEL);
	if (IS_ERR(buf))
		return PTR_ERR(buf);

	writeq(dma_coherent_handle_dma_addr(buf), regs);
	return 0;
}

static struct platform_driver scratch_driver = {
	.driver.name = "scratch",
	.probe = scratch_probe,
};
module_platform_driver(scratch_driver);

MODULE_LICENSE("GPL");
