// SPDX-License-Identifier: GPL-2.0
/* remove forgets what probe has allocated, and a cookie is forgotten at once. */
#include <linux/dma-mapping.h>
#include <linux/io.h>
#include <linux/module.h>
#include <linux/platform_device.h>
#include <linux/slab.h>

struct scaler {
	struct device *dev;
	void __iomem *regs;
	void *lines;
	dma_addr_t lines_dma;
	dma_addr_t dummy_dma;
};

static int scaler_dummy(struct scaler *scaler)
{
	void *dummy;

	/* expect: dummy is never freed */
	dummy = dma_alloc_attrs(scaler->dev, SZ_4K, &scaler->dummy_dma, GFP_KERNEL,
				DMA_ATTR_NO_KERNEL_MAPPING);
	if (!dummy)
		return -ENOMEM;
	writel(scaler->dummy_dma, scaler->regs + 4);
	return 0;
}

static int scaler_probe(struct platform_device *pdev)
{
	struct scaler *scaler = devm_kzalloc(&pdev->dev, sizeof(*scaler), GFP_KERNEL);

	if (!scaler)
		return -ENOMEM;
	scaler->dev = &pdev->dev;
	platform_set_drvdata(pdev, scaler);
	/* expect: scaler->lines is never freed */
	scaler->lines = dma_alloc_attrs(scaler->dev, SZ_64K, &scaler->lines_dma, GFP_KERNEL,
					DMA_ATTR_NO_KERNEL_MAPPING);
	if (!scaler->lines)
		return -ENOMEM;
	writel(scaler->lines_dma, scaler->regs);
	return 0;
}

static void scaler_remove(struct platform_device *pdev)
{
	struct scaler *scaler = platform_get_drvdata(pdev);

	writel(0, scaler->regs);
}

static struct platform_driver scaler_driver = {
	.remove = scaler_remove,
	.driver = { .name = "scaler" },
};
module_platform_driver(scaler_driver);
