// SPDX-License-Identifier: GPL-2.0
/*
 * A driver that makes each mistake that a module built with DEBUG=1 reports, for misuse.sh. It is
 * bound and unbound once, and its probe fails once. What is right about it must not be reported.
 */
#include <linux/delay.h>
#include <linux/device.h>
#include <linux/dma-coherent-handle.h>
#include <linux/dma-mapping.h>
#include <linux/err.h>
#include <linux/gfp.h>
#include <linux/module.h>
#include <linux/platform_device.h>
#include <linux/string.h>

static struct dma_coherent_handle leaked, moved, late, handle, copy;
static bool fail_probe;

static void free_late(void *unused)
{
	dma_coherent_handle_free(&late);
}

static int misuse_probe(struct platform_device *pdev)
{
	const struct dma_coherent_handle *managed;
	struct device *dev = &pdev->dev;
	int ret;

	ret = dma_set_mask_and_coherent(dev, DMA_BIT_MASK(32));
	if (ret)
		return ret;

	/* Right: all of this is freed, the second one after all other managed resources. */
	ret = devm_add_action(dev, free_late, NULL);
	if (ret)
		return ret;
	managed = dmam_coherent_handle_alloc(dev, 1111, GFP_KERNEL);
	if (IS_ERR(managed))
		return PTR_ERR(managed);
	ret = dma_coherent_handle_alloc(dev, &late, 2222, GFP_KERNEL);
	if (ret)
		return ret;
	ret = dma_coherent_handle_alloc(dev, &handle, 4444, GFP_KERNEL);
	if (ret)
		return ret;
	moved = dma_coherent_handle_take(&handle);
	ret = dma_coherent_handle_grow(dev, &moved, 5555, GFP_KERNEL);
	if (ret)
		return ret;
	dma_coherent_handle_free(&moved);

	pr_info("misuse: a copy is freed\n");
	ret = dma_coherent_handle_alloc(dev, &handle, 6666, GFP_KERNEL);
	if (ret)
		return ret;
	copy = handle;
	dma_coherent_handle_free(&copy);

	pr_info("misuse: a handle is freed, restored and freed again\n");
	copy = handle;
	dma_coherent_handle_free(&handle);
	handle = copy;
	dma_coherent_handle_free(&handle);

	pr_info("misuse: a buffer is forgotten\n");
	memset(&leaked, 0, sizeof(leaked));
	ret = dma_coherent_handle_alloc(dev, &leaked, fail_probe ? 8888 : 7777, GFP_KERNEL);
	if (ret)
		return ret;
	return fail_probe ? -ENODEV : 0;
}

static struct platform_driver misuse_driver = {
	.driver.name = KBUILD_MODNAME,
	.probe = misuse_probe,
};

static struct platform_device *misuse_device;

static int __init misuse_init(void)
{
	int ret;

	misuse_device = platform_device_register_simple(KBUILD_MODNAME, PLATFORM_DEVID_NONE, NULL, 0);
	if (IS_ERR(misuse_device))
		return PTR_ERR(misuse_device);
	for (;;) {
		ret = platform_driver_register(&misuse_driver);
		if (ret)
			break;
		platform_driver_unregister(&misuse_driver);
		msleep(2000);
		if (fail_probe)
			break;
		fail_probe = true;
	}
	pr_info("misuse: done\n");
	if (ret)
		platform_device_unregister(misuse_device);
	return ret;
}
module_init(misuse_init);

static void __exit misuse_exit(void)
{
	platform_device_unregister(misuse_device);
}
module_exit(misuse_exit);

MODULE_DESCRIPTION("Misuse of DMA-coherent handles");
MODULE_LICENSE("GPL");
