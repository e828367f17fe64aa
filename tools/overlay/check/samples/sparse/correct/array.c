// SPDX-License-Identifier: GPL-2.0
/* An array of rings, undone as far as it went. */
#include <linux/dma-coherent-handle.h>
#include <linux/gfp.h>
#include <linux/io.h>
#include <linux/module.h>
#include <linux/platform_device.h>
#include <linux/sizes.h>
#include <linux/slab.h>

#define NR_RINGS 4

struct scratch {
	void __iomem *regs;
	struct dma_coherent_handle ring[NR_RINGS];
};

static int scratch_probe(struct platform_device *pdev)
{
	struct scratch *scratch;
	int i, ret;

	scratch = devm_kzalloc(&pdev->dev, sizeof(*scratch), GFP_KERNEL);
	if (!scratch)
		return -ENOMEM;
	scratch->regs = devm_platform_ioremap_resource(pdev, 0);
	if (IS_ERR(scratch->regs))
		return PTR_ERR(scratch->regs);

	for (i = 0; i < NR_RINGS; i++) {
		ret = dma_coherent_handle_alloc(&pdev->dev, &scratch->ring[i], SZ_16K, GFP_KERNEL);
		if (ret)
			goto err_free;
		writel(lower_32_bits(dma_coherent_handle_dma_addr(&scratch->ring[i])),
		       scratch->regs + 4 * i);
	}
	platform_set_drvdata(pdev, scratch);
	return 0;

err_free:
	while (i--)
		dma_coherent_handle_free(&scratch->ring[i]);
	return ret;
}

static void scratch_remove(struct platform_device *pdev)
{
	struct scratch *scratch = platform_get_drvdata(pdev);
	int i;

	for (i = 0; i < NR_RINGS; i++)
		dma_coherent_handle_free(&scratch->ring[i]);
}

static struct platform_driver scratch_driver = {
	.driver.name = "scratch",
	.probe = scratch_probe,
	.remove = scratch_remove,
};
module_platform_driver(scratch_driver);

MODULE_LICENSE("GPL");
