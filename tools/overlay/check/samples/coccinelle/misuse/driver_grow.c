// SPDX-License-Identifier: GPL-2.0
/* A buffer is replaced by a larger one, and not freed. */
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

static int foo_set_format(struct foo *foo, size_t size)
{
	int ret;

	if (size <= foo->size)
		return 0;
	/* expect: the buffer that the handle held is lost */
	ret = dma_coherent_handle_alloc(foo->dev, &foo->fw, size, GFP_KERNEL);
	if (ret)
		return ret;
	foo->size = size;
	return 0;
}

static int foo_probe(struct platform_device *pdev)
{
	struct foo *foo = devm_kzalloc(&pdev->dev, sizeof(*foo), GFP_KERNEL);

	if (!foo)
		return -ENOMEM;
	platform_set_drvdata(pdev, foo);
	foo->dev = &pdev->dev;
	return foo_set_format(foo, SZ_4K);
}

static void foo_remove(struct platform_device *pdev)
{
	struct foo *foo = platform_get_drvdata(pdev);

	dma_coherent_handle_free(&foo->fw);
}

static struct platform_driver foo_driver = {
	.probe = foo_probe,
	.remove = foo_remove,
	.driver = { .name = "foo" },
};
module_platform_driver(foo_driver);
