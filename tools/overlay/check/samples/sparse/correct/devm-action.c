// SPDX-License-Identifier: GPL-2.0
/* Freed by an action of the driver's, at a point of its own choice. */
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

static void scratch_stop(void *data)
{
	struct scratch *scratch = data;

	writel(0, scratch->regs);
	dma_coherent_handle_free(&scratch->buf);
}

static int scratch_probe(struct platform_device *pdev)
{
	struct scratch *scratch;
	int ret;

	scratch = devm_kzalloc(&pdev->dev, sizeof(*scratch), GFP_KERNEL);
	if (!scratch)
		return -ENOMEM;
	scratch->regs = devm_platform_ioremap_resource(pdev, 0);
	if (IS_ERR(scratch->regs))
		return PTR_ERR(scratch->regs);

	ret = dma_coherent_handle_alloc(&pdev->dev, &scratch->buf, SZ_64K, GFP_KERNEL);
	if (ret)
		return ret;
	return devm_add_action_or_reset(&pdev->dev, scratch_stop, scratch);
}

static struct platform_driver scratch_driver = {
	.driver.name = "scratch",
	.probe = scratch_probe,
};
module_platform_driver(scratch_driver);

MODULE_LICENSE("GPL");
