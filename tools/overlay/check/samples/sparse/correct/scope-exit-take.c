// SPDX-License-Identifier: GPL-2.0
/* Freed if anything fails, kept once nothing can. */
#include <linux/dma-coherent-handle.h>
#include <linux/gfp.h>
#include <linux/io.h>
#include <linux/module.h>
#include <linux/platform_device.h>
#include <linux/sizes.h>
#include <linux/slab.h>

struct scratch {
	void __iomem *regs;
	struct dma_coherent_handle buf;
};

static int scratch_probe(struct platform_device *pdev)
{
	struct dma_coherent_handle buf __free(dma_coherent_handle) = {};
	struct scratch *scratch;
	int ret;

	ret = dma_coherent_handle_alloc(&pdev->dev, &buf, SZ_64K, GFP_KERNEL);
	if (ret)
		return ret;

	scratch = devm_kzalloc(&pdev->dev, sizeof(*scratch), GFP_KERNEL);
	if (!scratch)
		return -ENOMEM;
	scratch->regs = devm_platform_ioremap_resource(pdev, 0);
	if (IS_ERR(scratch->regs))
		return PTR_ERR(scratch->regs);

	scratch->buf = dma_coherent_handle_take(&buf);
	platform_set_drvdata(pdev, scratch);
	return 0;
}

static void scratch_remove(struct platform_device *pdev)
{
	struct scratch *scratch = platform_get_drvdata(pdev);

	dma_coherent_handle_free(&scratch->buf);
}

static struct platform_driver scratch_driver = {
	.driver.name = "scratch",
	.probe = scratch_probe,
	.remove = scratch_remove,
};
module_platform_driver(scratch_driver);

MODULE_LICENSE("GPL");
