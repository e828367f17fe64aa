// SPDX-License-Identifier: GPL-2.0-only
/*
 * A driver for test-boot-driver.sh, which writes the header that says what is wrong with it
 */

#include <linux/dma-coherent-handle.h>
#include <linux/dma-mapping.h>
#include <linux/err.h>
#include <linux/module.h>
#include <linux/platform_device.h>
#include <linux/sizes.h>

#include "mistake.h"

/* A handle that is larger in the module than here would reach into what follows. */
static struct {
	struct dma_coherent_handle first;
	u64 canary;
	struct dma_coherent_handle second;
} buffers;

static struct platform_device *pdev;

static int boot_driver_probe(struct platform_device *pdev)
{
	int ret;

	if (PROBE_FAILS)
		return -EIO;
	ret = dma_coerce_mask_and_coherent(&pdev->dev, DMA_BIT_MASK(32));
	if (!ret)
		ret = dma_coherent_handle_alloc(&pdev->dev, &buffers.first, SZ_1M, GFP_KERNEL);
	if (!ret)
		ret = dma_coherent_handle_alloc(&pdev->dev, &buffers.second, SZ_4K, GFP_KERNEL);
	if (!ret && buffers.canary)
		ret = -EOVERFLOW;
	if (!ret && TWICE)
		ret = dma_coherent_handle_alloc(&pdev->dev, &buffers.first, SZ_4K, GFP_KERNEL);
	if (ret) {
		dma_coherent_handle_free(&buffers.second);
		dma_coherent_handle_free(&buffers.first);
	}
	return ret;
}

static void boot_driver_remove(struct platform_device *pdev)
{
	if (!LEAK)
		dma_coherent_handle_free(&buffers.first);
	dma_coherent_handle_free(&buffers.second);
}

static struct platform_driver boot_driver = {
	.driver.name = "boot-driver-test",
	.probe = boot_driver_probe,
	.remove = boot_driver_remove,
};

static int __init boot_driver_init(void)
{
	int ret = platform_driver_register(&boot_driver);

	if (ret)
		return ret;
	pdev = platform_device_register_simple("boot-driver-test", PLATFORM_DEVID_NONE, NULL, 0);
	if (IS_ERR(pdev))
		platform_driver_unregister(&boot_driver);
	return PTR_ERR_OR_ZERO(pdev);
}

static void __exit boot_driver_exit(void)
{
	platform_device_unregister(pdev);
	platform_driver_unregister(&boot_driver);
}

module_init(boot_driver_init);
module_exit(boot_driver_exit);

MODULE_DESCRIPTION("A driver for test-boot-driver.sh");
MODULE_LICENSE("GPL");
