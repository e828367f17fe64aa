// SPDX-License-Identifier: GPL-2.0
/* goto chains, an array with unwinding, helpers that free, and callers that do. */
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

static void foo_free_bufs(struct foo *foo)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(foo->bufs); i++)
		dma_coherent_handle_free(&foo->bufs[i]);
}

/* The caller frees what was filled. */
static int foo_alloc_bufs(struct foo *foo)
{
	int i, ret;

	for (i = 0; i < ARRAY_SIZE(foo->bufs); i++) {
		ret = dma_coherent_handle_alloc(foo->dev, &foo->bufs[i], SZ_64K, GFP_KERNEL);
		if (ret)
			return ret;
	}
	return 0;
}

static int foo_replace(struct foo *foo, size_t size)
{
	int ret;

	ret = dma_coherent_handle_alloc(foo->dev, &foo->bufs[0], SZ_4K, GFP_KERNEL);
	if (ret)
		return ret;
	foo_free_bufs(foo);
	return dma_coherent_handle_alloc(foo->dev, &foo->bufs[0], size, GFP_KERNEL);
}

static int foo_probe(struct platform_device *pdev)
{
	struct foo *foo = kzalloc(sizeof(*foo), GFP_KERNEL);
	int ret;

	if (!foo)
		return -ENOMEM;
	foo->dev = &pdev->dev;
	platform_set_drvdata(pdev, foo);
	ret = clk_prepare_enable(foo->clk);
	if (ret)
		goto err_kfree;
	ret = dma_coherent_handle_alloc(&pdev->dev, &foo->fw, SZ_64K, GFP_KERNEL);
	if (ret)
		goto err_clk;
	ret = foo_alloc_bufs(foo);
	if (ret)
		goto err_free;
	ret = foo_replace(foo, SZ_8K);
	if (ret < 0)
		goto err_free;
	return 0;

err_free:
	foo_free_bufs(foo);
	dma_coherent_handle_free(&foo->fw);
err_clk:
	clk_disable_unprepare(foo->clk);
err_kfree:
	kfree(foo);
	return ret;
}

static void foo_destroy(struct foo *foo)
{
	clk_disable_unprepare(foo->clk);
	kfree(foo);
}

static void foo_remove(struct platform_device *pdev)
{
	struct foo *foo = platform_get_drvdata(pdev);

	foo_free_bufs(foo);
	dma_coherent_handle_free(&foo->fw);
	foo_destroy(foo);
}

static struct platform_driver foo_driver = {
	.probe = foo_probe,
	.remove = foo_remove,
	.driver = { .name = "foo" },
};
module_platform_driver(foo_driver);
