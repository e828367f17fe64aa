// SPDX-License-Identifier: GPL-2.0-only
/* devres frees each handle by an action of the driver's own. */
#include <linux/clk.h>
#include <linux/dma-coherent-handle.h>
#include <linux/dma-mapping.h>
#include <linux/interrupt.h>
#include <linux/io.h>
#include <linux/module.h>
#include <linux/platform_device.h>

struct jpeg {
	struct device *dev;
	void __iomem *regs;
	struct clk *clk;
	struct dma_coherent_handle huff;
	struct dma_coherent_handle quant;
};

static void jpeg_free_handle(void *handle)
{
	dma_coherent_handle_free(handle);
}

static int jpeg_alloc(struct jpeg *jpeg, struct dma_coherent_handle *handle, size_t size)
{
	int ret;

	ret = dma_coherent_handle_alloc(jpeg->dev, handle, size, GFP_KERNEL);
	if (ret)
		return ret;
	return devm_add_action_or_reset(jpeg->dev, jpeg_free_handle, handle);
}

static irqreturn_t jpeg_irq(int irq, void *data)
{
	return IRQ_HANDLED;
}

static int jpeg_probe(struct platform_device *pdev)
{
	struct jpeg *jpeg;
	int irq, ret;

	jpeg = devm_kzalloc(&pdev->dev, sizeof(*jpeg), GFP_KERNEL);
	if (!jpeg)
		return -ENOMEM;
	jpeg->dev = &pdev->dev;
	jpeg->regs = devm_platform_ioremap_resource(pdev, 0);
	if (IS_ERR(jpeg->regs))
		return PTR_ERR(jpeg->regs);

	ret = jpeg_alloc(jpeg, &jpeg->huff, SZ_4K);
	if (ret)
		return ret;
	ret = dma_coherent_handle_alloc(jpeg->dev, &jpeg->quant, SZ_8K, GFP_KERNEL);
	if (ret)
		return ret;
	ret = devm_add_action_or_reset(jpeg->dev, jpeg_free_handle, &jpeg->quant);
	if (ret)
		return ret;

	jpeg->clk = devm_clk_get_enabled(jpeg->dev, NULL);
	if (IS_ERR(jpeg->clk))
		return dev_err_probe(jpeg->dev, PTR_ERR(jpeg->clk), "no clock\n");
	irq = platform_get_irq(pdev, 0);
	if (irq < 0)
		return irq;
	ret = devm_request_irq(jpeg->dev, irq, jpeg_irq, 0, "jpeg", jpeg);
	if (ret)
		return ret;

	writeq(dma_coherent_handle_dma_addr(&jpeg->huff), jpeg->regs);
	writeq(dma_coherent_handle_dma_addr(&jpeg->quant), jpeg->regs + 8);
	platform_set_drvdata(pdev, jpeg);
	return 0;
}

static struct platform_driver jpeg_driver = {
	.probe = jpeg_probe,
	.driver = { .name = "acme-jpeg" },
};
module_platform_driver(jpeg_driver);
MODULE_LICENSE("GPL");
