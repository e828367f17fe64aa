// SPDX-License-Identifier: GPL-2.0
/* The handles that were filled before one fails are forgotten. */
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
	int i, ret;

	if (!foo)
		return -ENOMEM;
	platform_set_drvdata(pdev, foo);
	for (i = 0; i < ARRAY_SIZE(foo->bufs); i++) {
		ret = dma_coherent_handle_alloc(&pdev->dev, &foo->bufs[i], SZ_64K, GFP_KERNEL);
		if (ret)
			/* expect: bufs is not freed on this error path */
			return ret;
	}
	return 0;
}

static void foo_remove(struct platform_device *pdev)
{
	struct foo *foo = platform_get_drvdata(pdev);
	int i;

	for (i = 0; i < ARRAY_SIZE(foo->bufs); i++)
		dma_coherent_handle_free(&foo->bufs[i]);
}

static struct platform_driver foo_driver = {
	.probe = foo_probe,
	.remove = foo_remove,
	.driver = { .name = "foo" },
};
module_platform_driver(foo_driver);
