// SPDX-License-Identifier: GPL-2.0
/*
 * The least that a driver needs to do for a buffer that only its device touches. The device is made
 * up, so that any machine has it.
 */
#include <linux/dma-coherent-handle.h>
#include <linux/dma-mapping.h>
#include <linux/err.h>
#include <linux/gfp.h>
#include <linux/module.h>
#include <linux/platform_device.h>
#include <linux/sizes.h>

static int sample_probe(struct platform_device *pdev)
{
	const struct dma_coherent_handle *scratch;
	dma_addr_t dma_addr;
	int ret;

	ret = dma_set_mask_and_coherent(&pdev->dev, DMA_BIT_MASK(32));
	if (ret)
		return ret;

	/* Freed when the driver is unbound. */
	scratch = dmam_coherent_handle_alloc(&pdev->dev, SZ_64K, GFP_KERNEL);
	if (IS_ERR(scratch))
		return PTR_ERR(scratch);

	/* A real driver tells its device. */
	dma_addr = dma_coherent_handle_dma_addr(scratch);
	dev_info(&pdev->dev, "%zu bytes at DMA address %pad\n",
		 dma_coherent_handle_size(scratch), &dma_addr);
	return 0;
}

static struct platform_driver sample_driver = {
	.driver.name = KBUILD_MODNAME,
};

static struct platform_device *sample_device;

static int __init sample_init(void)
{
	sample_device = platform_create_bundle(&sample_driver, sample_probe, NULL, 0, NULL, 0);
	return PTR_ERR_OR_ZERO(sample_device);
}
module_init(sample_init);

static void __exit sample_exit(void)
{
	platform_device_unregister(sample_device);
	platform_driver_unregister(&sample_driver);
}
module_exit(sample_exit);

MODULE_DESCRIPTION("Sample of a driver that has a DMA-coherent handle");
MODULE_LICENSE("GPL");
