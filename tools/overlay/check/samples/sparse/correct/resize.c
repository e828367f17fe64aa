// SPDX-License-Identifier: GPL-2.0
/* A larger buffer in the place of a smaller one, which stays if there is none. */
#include <linux/dma-coherent-handle.h>
#include <linux/gfp.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/platform_device.h>
#include <linux/sizes.h>
#include <linux/slab.h>

struct scratch {
	struct mutex lock; /* of buf */
	struct dma_coherent_handle buf;
};

static int scratch_reserve(struct device *dev, struct scratch *scratch, size_t size)
{
	int ret;

	mutex_lock(&scratch->lock);
	ret = dma_coherent_handle_grow(dev, &scratch->buf, size, GFP_KERNEL);
	mutex_unlock(&scratch->lock);
	return ret;
}

static int scratch_probe(struct platform_device *pdev)
{
	struct scratch *scratch;

	scratch = devm_kzalloc(&pdev->dev, sizeof(*scratch), GFP_KERNEL);
	if (!scratch)
		return -ENOMEM;

	mutex_init(&scratch->lock);
	platform_set_drvdata(pdev, scratch);
	return scratch_reserve(&pdev->dev, scratch, SZ_64K);
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
