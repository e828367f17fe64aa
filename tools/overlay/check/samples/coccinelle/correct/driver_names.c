// SPDX-License-Identifier: GPL-2.0
/* Any function pointer, a lock that a helper gives up, a helper dev_*() that allocates. */
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

struct foo_request {
	struct foo *foo;
	void (*function)(struct foo *foo);
};

static void foo_complete(struct foo *foo)
{
	dma_coherent_handle_free(&foo->fw);
}

static void foo_queue(struct foo *foo, struct foo_request *req)
{
	req->foo = foo;
	req->function = foo_complete;
}

static void foo_unlock_and_free(struct foo *foo)
{
	foo->running = false;
	spin_unlock(&foo->lock);
	dma_coherent_handle_free(&foo->fw);
}

static void foo_unlock(struct foo *foo)
{
	spin_unlock(&foo->lock);
}

static void foo_stop(struct foo *foo)
{
	spin_lock(&foo->lock);
	foo_unlock_and_free(foo);
	spin_lock(&foo->lock);
	foo->running = false;
	foo_unlock(foo);
	dma_coherent_handle_free(&foo->bufs[0]);
}

static int dev_foo_refill(struct foo *foo)
{
	return dma_coherent_handle_alloc(foo->dev, &foo->fw, SZ_64K, GFP_KERNEL);
}

static int foo_restart(struct foo *foo)
{
	int ret;

	dma_coherent_handle_free(&foo->fw);
	ret = dev_foo_refill(foo);
	if (ret)
		return ret;
	writel(dma_coherent_handle_dma_addr(&foo->fw), foo->regs);
	return 0;
}

static int foo_probe(struct platform_device *pdev)
{
	struct foo *foo = devm_kzalloc(&pdev->dev, sizeof(*foo), GFP_KERNEL);
	static const struct foo template = { .size = SZ_4K };
	struct foo *copy;

	if (!foo)
		return -ENOMEM;
	*foo = template;
	copy = devm_kmemdup(&pdev->dev, &template, sizeof(template), GFP_KERNEL);
	platform_set_drvdata(pdev, copy);
	return foo_restart(copy);
}

static void foo_remove(struct platform_device *pdev)
{
	struct foo *foo = platform_get_drvdata(pdev);

	foo_stop(foo);
}

static struct platform_driver foo_driver = {
	.probe = foo_probe,
	.remove = foo_remove,
	.driver = { .name = "foo" },
};
module_platform_driver(foo_driver);
