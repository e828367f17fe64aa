// SPDX-License-Identifier: GPL-2.0
/* Handles that are tried out and freed, not on errors alone. Nothing to be reported. */
#include <linux/dma-coherent-handle.h>
#include <linux/fs.h>
#include <linux/io.h>
#include <linux/platform_device.h>

struct test {
	struct device *dev;
	void __iomem *regs;
	struct dma_coherent_handle once;
	struct dma_coherent_handle each[4];
	struct dma_coherent_handle first;
	struct dma_coherent_handle work;
};

int test_kick(struct test *test);

static int test_fill_once(struct test *test)
{
	int ret = dma_coherent_handle_alloc(test->dev, &test->once, SZ_4K, GFP_KERNEL);

	if (ret)
		return ret;
	writel(dma_coherent_handle_dma_addr(&test->once), test->regs);
	return 0;
}

static int test_fill_first(struct test *test)
{
	int ret = dma_coherent_handle_alloc(test->dev, &test->first, SZ_4K, GFP_KERNEL);

	if (ret)
		return ret;
	return 0;
}

static int test_fill_work(struct test *test)
{
	int ret = dma_coherent_handle_alloc(test->dev, &test->work, SZ_4K, GFP_KERNEL);

	if (ret)
		return ret;
	return 0;
}

static long __maybe_unused test_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct test *test = file->private_data;

	switch (cmd) {
	case 1:
		return test_fill_once(test);
	case 2:
		dma_coherent_handle_free(&test->once);
		return 0;
	}
	return -ENOTTY;
}

static int __maybe_unused test_probe_each(struct test *test)
{
	int i, ret;

	for (i = 0; i < 4; i++) {
		ret = dma_coherent_handle_alloc(test->dev, &test->each[i], SZ_4K, GFP_KERNEL);
		if (ret)
			goto free;
	}
	ret = test_kick(test);
	if (ret)
		goto free;
	for (i = 0; i < 4; i++)
		dma_coherent_handle_free(&test->each[i]);
	return 0;

free:
	while (i--)
		dma_coherent_handle_free(&test->each[i]);
	return ret;
}

static int __maybe_unused test_probe(struct platform_device *pdev)
{
	struct test *test = platform_get_drvdata(pdev);
	int ret;

	ret = test_fill_first(test);
	if (ret)
		return ret;
	ret = test_kick(test);
	dma_coherent_handle_free(&test->first);
	if (ret)
		return ret;

	ret = test_fill_work(test);
	if (ret)
		return ret;
	return 0;
}

static void __maybe_unused test_remove(struct platform_device *pdev)
{
	struct test *test = platform_get_drvdata(pdev);

	dma_coherent_handle_free(&test->work);
}
