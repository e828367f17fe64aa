// SPDX-License-Identifier: GPL-2.0-only
/* resume() fills a handle that suspend() has not emptied. */
#include <linux/dma-coherent-handle.h>
#include <linux/dma-mapping.h>
#include <linux/interrupt.h>
#include <linux/io.h>
#include <linux/module.h>
#include <linux/platform_device.h>

struct aud {
	struct device *dev;
	void __iomem *regs;
	struct dma_coherent_handle scratch;
};

static int aud_alloc(struct aud *aud)
{
	int ret;

	/* expect: scratch still has its buffer on resume */
	ret = dma_coherent_handle_alloc(aud->dev, &aud->scratch, SZ_32K, GFP_KERNEL);
	if (ret)
		return ret;
	writeq(dma_coherent_handle_dma_addr(&aud->scratch), aud->regs);
	return 0;
}

static int aud_suspend(struct device *dev)
{
	struct aud *aud = dev_get_drvdata(dev);

	writeq(0, aud->regs);
	return 0;
}

static int aud_resume(struct device *dev)
{
	struct aud *aud = dev_get_drvdata(dev);

	return aud_alloc(aud);
}
static DEFINE_SIMPLE_DEV_PM_OPS(aud_pm, aud_suspend, aud_resume);

static int aud_probe(struct platform_device *pdev)
{
	struct aud *aud = devm_kzalloc(&pdev->dev, sizeof(*aud), GFP_KERNEL);

	if (!aud)
		return -ENOMEM;
	aud->dev = &pdev->dev;
	aud->regs = devm_platform_ioremap_resource(pdev, 0);
	if (IS_ERR(aud->regs))
		return PTR_ERR(aud->regs);
	platform_set_drvdata(pdev, aud);
	return aud_alloc(aud);
}

static void aud_remove(struct platform_device *pdev)
{
	struct aud *aud = platform_get_drvdata(pdev);

	dma_coherent_handle_free(&aud->scratch);
}

static struct platform_driver aud_driver = {
	.probe = aud_probe, .remove = aud_remove,
	.driver = { .name = "aud", .pm = pm_sleep_ptr(&aud_pm) },
};
module_platform_driver(aud_driver);
MODULE_LICENSE("GPL");
