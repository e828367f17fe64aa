// SPDX-License-Identifier: GPL-2.0
/* Guards in resume, a grown buffer, take() in a helper, and a free by devres. */
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
	spinlock_t lock;
	bool running;
	struct dma_coherent_handle fw;
	struct dma_coherent_handle bufs[4];
	const struct dma_coherent_handle *managed;
};

static int foo_resume(struct device *dev)
{
	struct foo *foo = dev_get_drvdata(dev);

	if (!foo->managed)
		foo->managed = dmam_coherent_handle_alloc(dev, SZ_4K, GFP_KERNEL);
	return PTR_ERR_OR_ZERO(foo->managed);
}

static int foo_set_format(struct foo *foo, size_t size)
{
	int ret;

	if (size <= dma_coherent_handle_size(&foo->fw))
		return 0;
	ret = dma_coherent_handle_grow(foo->dev, &foo->fw, size, GFP_KERNEL);
	if (ret)
		return ret;
	writel(dma_coherent_handle_dma_addr(&foo->fw), foo->regs);
	return 0;
}

static int foo_set_size(struct foo *foo, size_t size)
{
	int ret;

	if (size <= foo->size)
		return 0;
	dma_coherent_handle_free(&foo->bufs[1]);
	foo->size = 0;
	ret = dma_coherent_handle_alloc(foo->dev, &foo->bufs[1], size, GFP_KERNEL);
	if (ret)
		return ret;
	foo->size = size;
	return 0;
}

static void foo_keep(struct foo *foo, struct dma_coherent_handle *handle)
{
	foo->bufs[0] = dma_coherent_handle_take(handle);
}

static int foo_start(struct foo *foo)
{
	struct dma_coherent_handle handle = {};
	int ret;

	ret = dma_coherent_handle_alloc(foo->dev, &handle, SZ_4K, GFP_KERNEL);
	if (ret)
		return ret;
	foo_keep(foo, &handle);
	return 0;
}

static void foo_release(void *data)
{
	struct foo *foo = data;
	int i;

	dma_coherent_handle_free(&foo->fw);
	for (i = 0; i < ARRAY_SIZE(foo->bufs); i++)
		dma_coherent_handle_free(&foo->bufs[i]);
}

static int foo_probe(struct platform_device *pdev)
{
	struct foo *foo = devm_kzalloc(&pdev->dev, sizeof(*foo), GFP_KERNEL);
	int ret;

	if (!foo)
		return -ENOMEM;
	foo->dev = &pdev->dev;
	platform_set_drvdata(pdev, foo);
	ret = devm_add_action_or_reset(&pdev->dev, foo_release, foo);
	if (ret)
		return ret;
	ret = dma_coherent_handle_alloc(&pdev->dev, &foo->fw, SZ_64K, GFP_KERNEL);
	if (ret)
		return ret;
	ret = clk_prepare_enable(foo->clk);
	if (ret)
		return ret;
	ret = foo_set_format(foo, SZ_1M);
	if (ret)
		return ret;
	ret = foo_set_size(foo, SZ_1M);
	if (ret)
		return ret;
	return foo_start(foo);
}

static void foo_remove(struct platform_device *pdev)
{
	struct foo *foo = platform_get_drvdata(pdev);

	clk_disable_unprepare(foo->clk);
}

static const struct dev_pm_ops foo_pm = { .resume = foo_resume };

static struct platform_driver foo_driver = {
	.probe = foo_probe,
	.remove = foo_remove,
	.driver = { .name = "foo" },
};
module_platform_driver(foo_driver);
