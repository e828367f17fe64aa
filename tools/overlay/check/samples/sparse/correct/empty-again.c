// SPDX-License-Identifier: GPL-2.0
/* A static handle, made empty by hand before its first use and after its last. */
#include <linux/dma-coherent-handle.h>
#include <linux/gfp.h>
#include <linux/module.h>
#include <linux/platform_device.h>
#include <linux/sizes.h>

static struct dma_coherent_handle buf = {};

static int scratch_probe(struct platform_device *pdev)
{
	buf = (struct dma_coherent_handle){};
	return dma_coherent_handle_alloc(&pdev->dev, &buf, SZ_4K, GFP_KERNEL);
}

static void scratch_remove(struct platform_device *pdev)
{
	dma_coherent_handle_free(&buf);
	WARN_ON(dma_coherent_handle_is_allocated(&buf));
	WARN_ON(dma_coherent_handle_size(&buf));
}

static struct platform_driver scratch_driver = {
	.driver.name = "scratch",
	.probe = scratch_probe,
	.remove = scratch_remove,
};
module_platform_driver(scratch_driver);

MODULE_LICENSE("GPL");
