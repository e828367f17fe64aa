// SPDX-License-Identifier: GPL-2.0
/* An error path of probe forgets the handle: return. */
#include <linux/dma-coherent-handle.h>
#include <linux/interrupt.h>
#include <linux/io.h>
#include <linux/module.h>
#include <linux/platform_device.h>
#include <linux/slab.h>

struct foo {
	struct device *dev;
	void __iomem *regs;
	struct clk *clk;
	size_t size;
	struct dma_coherent_handle fw;
	struct dma_coherent_handle bufs[4];
};

static int foo_probe(struct platform_device *pdev)
{
	struct foo *foo = devm_kzalloc(&pdev->dev, sizeof(*foo), GFP_KERNEL);
	int ret;

	if (!foo)
		return -ENOMEM;
	platform_set_drvdata(pdev, foo);
	ret = clk_prepare_enable(foo->clk);
	if (ret)
		return ret;
	ret = dma_coherent_handle_alloc(&pdev->dev, &foo->fw, SZ_64K, GFP_KERNEL);
	if (ret)
		goto err_clk;
	ret = devm_request_irq(&pdev->dev, 1, foo_irq, 0, "foo", foo);
	if (ret)
		/* expect: fw is not freed on this error path */
		return ret;
	ret = dma_coherent_handle_alloc(&pdev->dev, &foo->bufs[0], SZ_64K, GFP_KERNEL);
	if (ret)
		goto err_free;
	return 0;

err_free:
	dma_coherent_handle_free(&foo->fw);
err_clk:
	clk_disable_unprepare(foo->clk);
	return ret;
}

static void foo_remove(struct platform_device *pdev)
{
	struct foo *foo = platform_get_drvdata(pdev);

	dma_coherent_handle_free(&foo->bufs[0]);
	dma_coherent_handle_free(&foo->fw);
	clk_disable_unprepare(foo->clk);
}

static struct platform_driver foo_driver = {
	.probe = foo_probe,
	.remove = foo_remove,
	.driver = { .name = "foo" },
};
module_platform_driver(foo_driver);
