// SPDX-License-Identifier: GPL-2.0
/* What may be printed of a buffer, and how. */
#include <linux/dma-coherent-handle.h>
#include <linux/gfp.h>
#include <linux/module.h>
#include <linux/platform_device.h>
#include <linux/sizes.h>

static int scratch_probe(struct platform_device *pdev)
{
	const struct dma_coherent_handle *buf;
	dma_addr_t addr;

	buf = dmam_coherent_handle_alloc(&pdev->dev, SZ_64K, GFP_KERNEL);
	if (IS_ERR(buf))
		return dev_err_probe(&pdev->dev, PTR_ERR(buf), "no scratch memory\n");

	addr = dma_coherent_handle_dma_addr(buf);
	dev_info(&pdev->dev, "%zu bytes at %pad\n", dma_coherent_handle_size(buf), &addr);
	return 0;
}

static struct platform_driver scratch_driver = {
	.driver.name = "scratch",
	.probe = scratch_probe,
};
module_platform_driver(scratch_driver);

MODULE_LICENSE("GPL");
