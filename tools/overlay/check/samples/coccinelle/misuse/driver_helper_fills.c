// SPDX-License-Identifier: GPL-2.0-only
/* probe() calls a helper, and forgets what it has filled if a later step fails. */
#include <linux/dma-coherent-handle.h>
#include <linux/dma-mapping.h>
#include <linux/interrupt.h>
#include <linux/io.h>
#include <linux/module.h>
#include <linux/clk.h>
#include <linux/platform_device.h>

struct lcd {
	struct device *dev;
	void __iomem *regs;
	struct clk *pix;
	struct dma_coherent_handle cursor;
	struct dma_coherent_handle gamma;
};

static void lcd_free_buffers(struct lcd *lcd)
{
	dma_coherent_handle_free(&lcd->gamma);
	dma_coherent_handle_free(&lcd->cursor);
}

static int lcd_alloc_buffers(struct lcd *lcd)
{
	int ret;

	ret = dma_coherent_handle_alloc(lcd->dev, &lcd->cursor, SZ_16K, GFP_KERNEL);
	if (ret)
		return ret;
	ret = dma_coherent_handle_alloc(lcd->dev, &lcd->gamma, SZ_4K, GFP_KERNEL);
	if (ret)
		lcd_free_buffers(lcd);
	return ret;
}

static int lcd_probe(struct platform_device *pdev)
{
	struct device *dev = &pdev->dev;
	struct lcd *lcd = devm_kzalloc(dev, sizeof(*lcd), GFP_KERNEL);
	int ret;

	if (!lcd)
		return -ENOMEM;
	lcd->dev = dev;
	lcd->regs = devm_platform_ioremap_resource(pdev, 0);
	if (IS_ERR(lcd->regs))
		return PTR_ERR(lcd->regs);
	ret = lcd_alloc_buffers(lcd);
	if (ret)
		return ret;
	lcd->pix = devm_clk_get(dev, "pixel");
	if (IS_ERR(lcd->pix))
		/* expect: is not freed on this error path */
		return PTR_ERR(lcd->pix);
	ret = clk_prepare_enable(lcd->pix);
	if (ret) {
		lcd_free_buffers(lcd);
		return ret;
	}
	writeq(dma_coherent_handle_dma_addr(&lcd->cursor), lcd->regs);
	platform_set_drvdata(pdev, lcd);
	return 0;
}

static void lcd_remove(struct platform_device *pdev)
{
	struct lcd *lcd = platform_get_drvdata(pdev);

	clk_disable_unprepare(lcd->pix);
	lcd_free_buffers(lcd);
}

static struct platform_driver lcd_driver = {
	.probe = lcd_probe, .remove = lcd_remove, .driver = { .name = "alcd" },
};
module_platform_driver(lcd_driver);
MODULE_LICENSE("GPL");
