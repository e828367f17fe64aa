// SPDX-License-Identifier: GPL-2.0
/* A helper whose result is the handle itself. */
#include <linux/dma-coherent-handle.h>
#include <linux/dma-mapping.h>
#include <linux/gfp.h>
#include <linux/module.h>
#include <linux/platform_device.h>
#include <linux/sizes.h>
#include <linux/slab.h>

struct scratch {
	struct dma_coherent_handle buf;
};

/* As large as can be had; empty if nothing can. */
static struct dma_coherent_handle scratch_alloc(struct device *dev, size_t size)
{
	struct dma_coherent_handle buf = {};

	while (size >= SZ_64K && dma_coherent_handle_alloc_attrs(dev, &buf, size, GFP_KERNEL,
								 DMA_ATTR_NO_WARN))
		size /= 2;
	return dma_coherent_handle_take(&buf);
}

static int scratch_probe(struct platform_device *pdev)
{
	struct scratch *scratch;

	scratch = devm_kzalloc(&pdev->dev, sizeof(*scratch), GFP_KERNEL);
	if (!scratch)
		return -ENOMEM;

	scratch->buf = scratch_alloc(&pdev->dev, SZ_4M);
	platform_set_drvdata(pdev, scratch);
	return dma_coherent_handle_is_allocated(&scratch->buf) ? 0 : -ENOMEM;
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
