// SPDX-License-Identifier: GPL-2.0
/* remove frees the structure, but not the handle in it. */
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

static void foo_stop(struct foo *foo)
{
	writel(0, foo->regs);
}

static int foo_probe(struct platform_device *pdev)
{
	struct foo *foo = kzalloc(sizeof(*foo), GFP_KERNEL);
	int ret;

	if (!foo)
		return -ENOMEM;
	platform_set_drvdata(pdev, foo);
	ret = dma_coherent_handle_alloc(&pdev->dev, &foo->fw, SZ_64K, GFP_KERNEL);
	if (ret)
		goto err_kfree;
	ret = clk_prepare_enable(foo->clk);
	if (ret)
		goto err_free;
	return 0;

err_free:
	dma_coherent_handle_free(&foo->fw);
err_kfree:
	kfree(foo);
	return ret;
}

static int foo_suspend(struct device *dev)
{
	struct foo *foo = dev_get_drvdata(dev);

	dma_coherent_handle_free(&foo->fw);
	return 0;
}

static const struct dev_pm_ops foo_pm = { .suspend = foo_suspend };

static void foo_remove(struct platform_device *pdev)
{
	struct foo *foo = platform_get_drvdata(pdev);

	foo_stop(foo);
	/* expect: the buffer of a handle in this memory is lost */
	kfree(foo);
}

static struct platform_driver foo_driver = {
	.probe = foo_probe,
	.remove = foo_remove,
	.driver = { .name = "foo" },
};
module_platform_driver(foo_driver);
