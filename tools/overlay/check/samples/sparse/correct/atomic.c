// SPDX-License-Identifier: GPL-2.0
/* Allocated under a spinlock. */
#include <linux/dma-coherent-handle.h>
#include <linux/gfp.h>
#include <linux/module.h>
#include <linux/platform_device.h>
#include <linux/sizes.h>
#include <linux/spinlock.h>

static DEFINE_SPINLOCK(scratch_lock);
static struct dma_coherent_handle spare;

static int scratch_refill(struct device *dev)
{
	int ret = 0;

	spin_lock(&scratch_lock);
	if (!dma_coherent_handle_is_allocated(&spare))
		ret = dma_coherent_handle_alloc(dev, &spare, SZ_4K, GFP_ATOMIC | __GFP_NOWARN);
	spin_unlock(&scratch_lock);
	return ret;
}

static int scratch_probe(struct platform_device *pdev)
{
	return scratch_refill(&pdev->dev);
}

static void scratch_remove(struct platform_device *pdev)
{
	dma_coherent_handle_free(&spare);
}

static struct platform_driver scratch_driver = {
	.driver.name = "scratch",
	.probe = scratch_probe,
	.remove = scratch_remove,
};
module_platform_driver(scratch_driver);

MODULE_LICENSE("GPL");
