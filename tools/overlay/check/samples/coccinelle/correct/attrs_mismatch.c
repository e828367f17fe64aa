// SPDX-License-Identifier: GPL-2.0
/* Frees that fit the allocation, or of which that can't be told. Nothing to be reported. */
#include <linux/dma-mapping.h>
#include <linux/slab.h>

#define FITS_SIZE	SZ_16K

struct fits {
	struct device *dev;
	void *cookie;
	void *wc;
	void *table;
	void *either;
	void *managed;
	u32 *word;
	dma_addr_t dma;
	size_t size;
	unsigned long attrs;
};

static int __maybe_unused fits_alloc(struct fits *f, size_t size, bool contiguous)
{
	f->size = PAGE_ALIGN(size);
	f->attrs = DMA_ATTR_NO_KERNEL_MAPPING;
	if (contiguous)
		f->attrs |= DMA_ATTR_FORCE_CONTIGUOUS;

	f->cookie = dma_alloc_attrs(f->dev, f->size, &f->dma, GFP_KERNEL, f->attrs);
	f->wc = dma_alloc_attrs(f->dev, FITS_SIZE, &f->dma, GFP_KERNEL, DMA_ATTR_WRITE_COMBINE);
	f->table = dma_alloc_coherent(f->dev, FITS_SIZE, &f->dma, GFP_KERNEL);
	f->managed = dmam_alloc_coherent(f->dev, FITS_SIZE, &f->dma, GFP_KERNEL);
	f->word = dma_alloc_attrs(f->dev, sizeof(u32), &f->dma, GFP_KERNEL, DMA_ATTR_NO_WARN);
	return 0;
}

static void __maybe_unused fits_free(struct fits *f)
{
	dma_free_attrs(f->dev, f->size, f->cookie, f->dma, f->attrs);
	/* dma_alloc_wc() by another name. */
	dma_free_wc(f->dev, FITS_SIZE, f->wc, f->dma);
	dma_free_attrs(f->dev, FITS_SIZE, f->table, f->dma, 0);
	dmam_free_coherent(f->dev, FITS_SIZE, f->managed, f->dma);
	dma_free_attrs(f->dev, 4, f->word, f->dma, DMA_ATTR_NO_WARN);
}

/* One of the two fits, and which one it is, is the driver's business. */
static int __maybe_unused fits_either_alloc(struct fits *f, bool mapped)
{
	if (mapped)
		f->either = dma_alloc_coherent(f->dev, f->size, &f->dma, GFP_KERNEL);
	else
		f->either = dma_alloc_attrs(f->dev, f->size, &f->dma, GFP_KERNEL,
					    DMA_ATTR_NO_KERNEL_MAPPING);
	return f->either ? 0 : -ENOMEM;
}

static void __maybe_unused fits_either_free(struct fits *f, bool mapped)
{
	if (mapped)
		dma_free_coherent(f->dev, f->size, f->either, f->dma);
	else
		dma_free_attrs(f->dev, f->size, f->either, f->dma, DMA_ATTR_NO_KERNEL_MAPPING);
}

/* In another order, and under another name. */
static int __maybe_unused fits_same(struct fits *f, size_t len)
{
	unsigned long attrs = DMA_ATTR_WRITE_COMBINE | DMA_ATTR_NO_KERNEL_MAPPING;
	void *cookie;

	cookie = dma_alloc_attrs(f->dev, len, &f->dma, GFP_KERNEL, attrs);
	if (!cookie)
		return -ENOMEM;
	f->size = len;
	dma_free_attrs(f->dev, f->size, cookie, f->dma,
		       DMA_ATTR_NO_KERNEL_MAPPING | DMA_ATTR_WRITE_COMBINE);
	return 0;
}

static int __maybe_unused fits_array(struct device *dev, void **bufs, dma_addr_t *dmas, int n)
{
	int i;

	for (i = 0; i < n; i++) {
		bufs[i] = dma_alloc_attrs(dev, FITS_SIZE, &dmas[i], GFP_KERNEL,
					  DMA_ATTR_NO_KERNEL_MAPPING);
		if (!bufs[i])
			goto unwind;
	}
	return 0;

unwind:
	while (i--)
		dma_free_attrs(dev, FITS_SIZE, bufs[i], dmas[i], DMA_ATTR_NO_KERNEL_MAPPING);
	return -ENOMEM;
}

/* The same name in another function is another variable. */
static void *__maybe_unused fits_name(struct fits *f)
{
	void *buf = dma_alloc_attrs(f->dev, f->size, &f->dma, GFP_KERNEL, DMA_ATTR_NO_KERNEL_MAPPING);

	return buf;
}

static void __maybe_unused fits_same_name(struct fits *f, void *buf)
{
	dma_free_coherent(f->dev, f->size, buf, f->dma);
}
