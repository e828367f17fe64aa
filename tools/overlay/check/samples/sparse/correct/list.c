// SPDX-License-Identifier: GPL-2.0
/* Buffers that come and go, on a list. */
#include <linux/dma-coherent-handle.h>
#include <linux/gfp.h>
#include <linux/list.h>
#include <linux/module.h>
#include <linux/platform_device.h>
#include <linux/sizes.h>
#include <linux/slab.h>

struct chunk {
	struct list_head list;
	struct dma_coherent_handle buf;
};

static int chunk_add(struct device *dev, struct list_head *chunks, size_t size)
{
	struct chunk *chunk;
	int ret;

	chunk = kzalloc(sizeof(*chunk), GFP_KERNEL);
	if (!chunk)
		return -ENOMEM;

	ret = dma_coherent_handle_alloc(dev, &chunk->buf, size, GFP_KERNEL);
	if (ret) {
		kfree(chunk);
		return ret;
	}
	list_add_tail(&chunk->list, chunks);
	return 0;
}

static size_t chunks_free(struct list_head *chunks)
{
	struct chunk *chunk, *next;
	size_t total = 0;

	list_for_each_entry_safe(chunk, next, chunks, list) {
		total += dma_coherent_handle_size(&chunk->buf);
		list_del(&chunk->list);
		dma_coherent_handle_free(&chunk->buf);
		kfree(chunk);
	}
	return total;
}

static int scratch_probe(struct platform_device *pdev)
{
	LIST_HEAD(chunks);
	size_t total;
	int ret;

	ret = chunk_add(&pdev->dev, &chunks, SZ_64K);
	if (!ret)
		ret = chunk_add(&pdev->dev, &chunks, SZ_128K);

	total = chunks_free(&chunks);
	dev_dbg(&pdev->dev, "%zu bytes freed\n", total);
	return ret;
}

static struct platform_driver scratch_driver = {
	.driver.name = "scratch",
	.probe = scratch_probe,
};
module_platform_driver(scratch_driver);

MODULE_LICENSE("GPL");
