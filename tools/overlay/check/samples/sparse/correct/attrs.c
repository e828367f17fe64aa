// SPDX-License-Identifier: GPL-2.0
/* A buffer that must be contiguous, written by the device in bursts. */
#include <linux/dma-coherent-handle.h>
#include <linux/dma-mapping.h>
#include <linux/gfp.h>
#include <linux/module.h>
#include <linux/platform_device.h>
#include <linux/sizes.h>
#include <linux/slab.h>

struct scratch {
	struct dma_coherent_handle frame;
};

static int scratch_probe(struct platform_device *pdev)
{
	struct scratch *scratch;

	scratch = devm_kzalloc(&pdev->dev, sizeof(*scratch), GFP_KERNEL);
	if (!scratch)
		return -ENOMEM;

	platform_set_drvdata(pdev, scratch);
	return dma_coherent_handle_alloc_attrs(&pdev->dev, &scratch->frame, SZ_2M, GFP_KERNEL,
					       DMA_ATTR_FORCE_CONTIGUOUS | DMA_ATTR_WRITE_COMBINE);
}

static void scratch_remove(struct platform_device *pdev)
{
	struct scratch *scratch = platform_get_drvdata(pdev);

	dma_coherent_handle_free(&scratch->frame);
}

static struct platform_driver scratch_driver = {
	.driver.name = "scratch",
	.probe = scratch_probe,
	.remove = scratch_remove,
};
module_platform_driver(scratch_driver);

MODULE_LICENSE("GPL");
