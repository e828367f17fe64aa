// SPDX-License-Identifier: GPL-2.0
/* Several buffers, and one way out: an empty handle is freed to no effect. */
#include <linux/dma-coherent-handle.h>
#include <linux/gfp.h>
#include <linux/module.h>
#include <linux/platform_device.h>
#include <linux/sizes.h>
#include <linux/slab.h>

struct scratch {
	struct dma_coherent_handle fw;
	struct dma_coherent_handle stack;
	struct dma_coherent_handle log;
};

static void scratch_free(struct scratch *scratch)
{
	dma_coherent_handle_free(&scratch->log);
	dma_coherent_handle_free(&scratch->stack);
	dma_coherent_handle_free(&scratch->fw);
}

static int scratch_probe(struct platform_device *pdev)
{
	struct device *dev = &pdev->dev;
	struct scratch *scratch;
	int ret;

	scratch = devm_kzalloc(dev, sizeof(*scratch), GFP_KERNEL);
	if (!scratch)
		return -ENOMEM;

	ret = dma_coherent_handle_alloc(dev, &scratch->fw, SZ_1M, GFP_KERNEL);
	if (ret)
		goto err_free;
	ret = dma_coherent_handle_alloc(dev, &scratch->stack, SZ_64K, GFP_KERNEL);
	if (ret)
		goto err_free;
	ret = dma_coherent_handle_alloc(dev, &scratch->log, SZ_16K, GFP_KERNEL);
	if (ret)
		goto err_free;

	platform_set_drvdata(pdev, scratch);
	return 0;

err_free:
	scratch_free(scratch);
	return ret;
}

static void scratch_remove(struct platform_device *pdev)
{
	scratch_free(platform_get_drvdata(pdev));
}

static struct platform_driver scratch_driver = {
	.driver.name = "scratch",
	.probe = scratch_probe,
	.remove = scratch_remove,
};
module_platform_driver(scratch_driver);

MODULE_LICENSE("GPL");
