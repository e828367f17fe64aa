// SPDX-License-Identifier: GPL-2.0
/* No memory is held while the device sleeps. */
#include <linux/dma-coherent-handle.h>
#include <linux/gfp.h>
#include <linux/module.h>
#include <linux/platform_device.h>
#include <linux/pm.h>
#include <linux/sizes.h>
#include <linux/slab.h>

struct scratch {
	struct dma_coherent_handle buf;
};

static int scratch_suspend(struct device *dev)
{
	struct scratch *scratch = dev_get_drvdata(dev);

	dma_coherent_handle_free(&scratch->buf);
	return 0;
}

static int scratch_resume(struct device *dev)
{
	struct scratch *scratch = dev_get_drvdata(dev);

	return dma_coherent_handle_alloc(dev, &scratch->buf, SZ_64K, GFP_KERNEL);
}

static DEFINE_SIMPLE_DEV_PM_OPS(scratch_pm, scratch_suspend, scratch_resume);

static int scratch_probe(struct platform_device *pdev)
{
	struct scratch *scratch;

	scratch = devm_kzalloc(&pdev->dev, sizeof(*scratch), GFP_KERNEL);
	if (!scratch)
		return -ENOMEM;

	platform_set_drvdata(pdev, scratch);
	return scratch_resume(&pdev->dev);
}

static void scratch_remove(struct platform_device *pdev)
{
	struct scratch *scratch = platform_get_drvdata(pdev);

	dma_coherent_handle_free(&scratch->buf);
}

static struct platform_driver scratch_driver = {
	.driver.name = "scratch",
	.driver.pm = pm_ptr(&scratch_pm),
	.probe = scratch_probe,
	.remove = scratch_remove,
};
module_platform_driver(scratch_driver);

MODULE_LICENSE("GPL");
