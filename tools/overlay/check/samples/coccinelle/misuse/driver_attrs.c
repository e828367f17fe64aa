// SPDX-License-Identifier: GPL-2.0
/* Cookies whose attributes come from a macro, or from several assignments. */
#include <linux/dma-mapping.h>
#include <linux/highmem.h>
#include <linux/slab.h>

#define FB_ATTRS	(DMA_ATTR_NO_KERNEL_MAPPING | DMA_ATTR_WRITE_COMBINE)

struct fb {
	struct device *dev;
	void *token, *cookie;
	dma_addr_t dma;
	size_t size;
	unsigned long attrs;
};

static int __maybe_unused fb_alloc(struct fb *fb)
{
	fb->token = dma_alloc_attrs(fb->dev, fb->size, &fb->dma, GFP_KERNEL, FB_ATTRS);
	return fb->token ? 0 : -ENOMEM;
}

static void __maybe_unused fb_free(struct fb *fb)
{
	/* expect: fb->token is freed with DMA_ATTR_NO_KERNEL_MAPPING, but was allocated with */
	dma_free_attrs(fb->dev, fb->size, fb->token, fb->dma, DMA_ATTR_NO_KERNEL_MAPPING);
}

static int __maybe_unused fb_alloc_cookie(struct fb *fb, bool combine)
{
	fb->attrs = DMA_ATTR_FORCE_CONTIGUOUS;
	fb->attrs |= DMA_ATTR_NO_KERNEL_MAPPING;
	if (combine)
		fb->attrs |= DMA_ATTR_WRITE_COMBINE;
	fb->cookie = dma_alloc_attrs(fb->dev, fb->size, &fb->dma, GFP_KERNEL, fb->attrs);
	return fb->cookie ? 0 : -ENOMEM;
}

static void __maybe_unused fb_clear(struct fb *fb)
{
	/* expect: it is given to memset() */
	memset(fb->cookie, 0, fb->size);
}

static void *__maybe_unused fb_map(struct fb *fb)
{
	/* expect: it is given to kmap_local_page() */
	return kmap_local_page(fb->cookie);
}

static void __maybe_unused fb_free_cookie(struct fb *fb)
{
	/* expect: fb->cookie is freed with no attributes */
	dma_free_attrs(fb->dev, fb->size, fb->cookie, fb->dma, 0);
}

static int __maybe_unused fb_check(struct fb *fb)
{
	int ret = dma_set_mask(fb->dev, DMA_BIT_MASK(32));

	if (ret) {
		dma_free_attrs(fb->dev, fb->size, fb->token, fb->dma, FB_ATTRS);
		goto err;
	}
	return 0;
err:
	dev_err(fb->dev, "no mask\n");
	/* expect: fb->token is freed twice */
	dma_free_attrs(fb->dev, fb->size, fb->token, fb->dma, FB_ATTRS);
	return ret;
}

static void __maybe_unused fb_load(struct fb *fb, void __iomem *rom)
{
	/* expect: it is dereferenced */
	memcpy_fromio(fb->cookie + 64, rom, fb->size - 64);
}

static u32 __maybe_unused fb_magic(struct fb *fb)
{
	/* expect: it is given to get_unaligned_le32() */
	return get_unaligned_le32(fb->cookie);
}

static ssize_t __maybe_unused fb_show(struct fb *fb, char __user *to, size_t len, loff_t *pos)
{
	/* expect: it is given to simple_read_from_buffer() */
	return simple_read_from_buffer(to, len, pos, fb->cookie, fb->size);
}
