// SPDX-License-Identifier: GPL-2.0
/* Buffers that have a kernel mapping or have none, as the caller likes. Nothing to be reported. */
#include <linux/dma-mapping.h>
#include <linux/slab.h>
#include <linux/string.h>

struct buffer {
	struct device *dev;
	void *cpu;
	dma_addr_t dma;
	size_t size;
	unsigned long attrs;
};

static struct buffer *__maybe_unused buffer_new(struct device *dev, size_t size, bool mapped)
{
	struct buffer *b = kzalloc(sizeof(*b), GFP_KERNEL);

	if (!b)
		return NULL;
	b->dev = dev;
	b->size = PAGE_ALIGN(size);
	if (!mapped)
		b->attrs |= DMA_ATTR_NO_KERNEL_MAPPING;
	b->cpu = dma_alloc_attrs(dev, b->size, &b->dma, GFP_KERNEL, b->attrs);
	if (!b->cpu) {
		kfree(b);
		return NULL;
	}
	if (mapped)
		memset(b->cpu, 0xff, b->size);
	return b;
}

static void __maybe_unused buffer_put(struct buffer *b)
{
	dma_free_attrs(b->dev, b->size, b->cpu, b->dma, b->attrs);
	kfree(b);
}

/* The old one is freed by its own values. */
static int __maybe_unused buffer_resize(struct buffer *b, size_t size)
{
	struct buffer old = *b;
	dma_addr_t dma;
	void *cookie;

	cookie = dma_alloc_attrs(b->dev, size, &dma, GFP_KERNEL, DMA_ATTR_NO_KERNEL_MAPPING);
	if (!cookie)
		return -ENOMEM;
	b->cpu = cookie;
	b->dma = dma;
	b->size = size;
	b->attrs = DMA_ATTR_NO_KERNEL_MAPPING;
	dma_free_attrs(old.dev, old.size, old.cpu, old.dma, old.attrs);
	return 0;
}
