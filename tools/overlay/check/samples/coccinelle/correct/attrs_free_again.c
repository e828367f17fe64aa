// SPDX-License-Identifier: GPL-2.0
/* Buffers that are freed once, and that is then known. Nothing to be reported. */
#include <linux/dma-mapping.h>
#include <linux/slab.h>
#include <linux/string.h>

struct once {
	struct device *dev;
	void *cookie;
	dma_addr_t dma;
	size_t size;
	unsigned long attrs;
};

static void __maybe_unused once_size(struct once *once)
{
	if (once->size > 0) {
		dma_free_attrs(once->dev, once->size, once->cookie, once->dma,
			       DMA_ATTR_NO_KERNEL_MAPPING);
		once->size = 0;
	}
}

static void __maybe_unused once_cookie(struct once *once)
{
	if (once->cookie) {
		dma_free_attrs(once->dev, once->size, once->cookie, once->dma, once->attrs);
		once->cookie = NULL;
	}
}

static void __maybe_unused once_cleared_later(struct once *once)
{
	if (once->cookie)
		dma_free_attrs(once->dev, once->size, once->cookie, once->dma, once->attrs);
	once->cookie = NULL;
	once->size = 0;
}

static void __maybe_unused once_structure(struct once *once)
{
	if (once->cookie)
		dma_free_attrs(once->dev, once->size, once->cookie, once->dma, once->attrs);
	kfree(once);
}

static void __maybe_unused once_cleared_whole(struct once *once)
{
	if (once->size)
		dma_free_attrs(once->dev, once->size, once->cookie, once->dma, once->attrs);
	memset(once, 0, sizeof(*once));
}

static int __maybe_unused once_resize(struct once *once, size_t size)
{
	if (once->cookie)
		dma_free_attrs(once->dev, once->size, once->cookie, once->dma, once->attrs);

	once->size = size;
	once->cookie = dma_alloc_attrs(once->dev, size, &once->dma, GFP_KERNEL, once->attrs);
	return once->cookie ? 0 : -ENOMEM;
}

/* Not told by anything: the callers know when to call. */
static void __maybe_unused once_always(struct once *once)
{
	dma_free_attrs(once->dev, once->size, once->cookie, once->dma, once->attrs);
}

static void __maybe_unused once_error_path(struct once *once, int ret)
{
	if (ret)
		dma_free_attrs(once->dev, once->size, once->cookie, once->dma, once->attrs);
}

/* Both are gone when it returns. */
static int __maybe_unused once_local(struct once *once)
{
	void *cookies[4] = {};
	void *cookie;
	int i;

	cookie = dma_alloc_attrs(once->dev, once->size, &once->dma, GFP_KERNEL, once->attrs);
	for (i = 0; i < 4; i++)
		cookies[i] = dma_alloc_attrs(once->dev, once->size, &once->dma, GFP_KERNEL, once->attrs);

	for (i = 0; i < 4; i++) {
		if (cookies[i])
			dma_free_attrs(once->dev, once->size, cookies[i], once->dma, once->attrs);
	}
	if (cookie)
		dma_free_attrs(once->dev, once->size, cookie, once->dma, once->attrs);
	return 0;
}
