// SPDX-License-Identifier: GPL-2.0-only
/*
 * A driver for test-boot-driver.sh, which writes the header that says whether it leaks
 */

#include <linux/dma-coherent-handle.h>
#include <linux/dma-mapping.h>
#include <linux/err.h>
#include <linux/module.h>
#include <linux/platform_device.h>
#include <linux/sizes.h>

#include "leak.h"

/* A handle that is larger in the module than here would reach into what follows. */
static struct {
	struct dma_coherent_handle first;
	u64 canary;
	struct dma_coherent_handle second;
} buffers;

static struct platform_device *pdev;

static int __init boot_driver_init(void)
{
	int ret;

	pdev = platform_device_register_simple("boot-driver-test", PLATFORM_DEVID_NONE, NULL, 0);
	if (IS_ERR(pdev))
		return PTR_ERR(pdev);
	ret = dma_coerce_mask_and_coherent(&pdev->dev, DMA_BIT_MASK(32));
	if (!ret)
		ret = dma_coherent_handle_alloc(&pdev->dev, &buffers.first, SZ_1M, GFP_KERNEL);
	if (!ret)
		ret = dma_coherent_handle_alloc(&pdev->dev, &buffers.second, SZ_4K, GFP_KERNEL);
	if (!ret && buffers.canary)
		ret = -EOVERFLOW;
	if (ret) {
		dma_coherent_handle_free(&buffers.second);
		dma_coherent_handle_free(&buffers.first);
		platform_device_unregister(pdev);
	}
	return ret;
}

static void __exit boot_driver_exit(void)
{
	if (!LEAK)
		dma_coherent_handle_free(&buffers.first);
	dma_coherent_handle_free(&buffers.second);
	platform_device_unregister(pdev);
}

module_init(boot_driver_init);
module_exit(boot_driver_exit);

MODULE_DESCRIPTION("A driver for test-boot-driver.sh");
MODULE_LICENSE("GPL");
