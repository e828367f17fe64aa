// SPDX-License-Identifier: GPL-2.0
/* Cookies that are cookies, and addresses that are addresses. Nothing to be reported. */
#include <linux/dma-mapping.h>
#include <linux/scatterlist.h>
#include <linux/slab.h>

struct cookie_ok {
	struct device *dev;
	void *cookie;
	void *vaddr;
	void *either;
	void **bufs;
	dma_addr_t dma;
	size_t size;
	unsigned long attrs;
	struct sg_table sgt;
};

static void cookie_ok_release(struct device *dev, size_t size, void *cookie, dma_addr_t dma)
{
	dma_free_attrs(dev, size, cookie, dma, DMA_ATTR_NO_KERNEL_MAPPING);
}

static int __maybe_unused cookie_ok_alloc(struct cookie_ok *ok)
{
	ok->cookie = dma_alloc_attrs(ok->dev, ok->size, &ok->dma, GFP_KERNEL,
				     DMA_ATTR_NO_KERNEL_MAPPING);
	if (!ok->cookie) {
		dev_err(ok->dev, "no memory for %zu bytes\n", ok->size);
		return -ENOMEM;
	}
	dev_dbg(ok->dev, "buffer at %pad\n", &ok->dma);
	return 0;
}

static int __maybe_unused cookie_ok_mmap(struct cookie_ok *ok, struct vm_area_struct *vma)
{
	return dma_mmap_attrs(ok->dev, vma, ok->cookie, ok->dma, ok->size, DMA_ATTR_NO_KERNEL_MAPPING);
}

static int __maybe_unused cookie_ok_sgtable(struct cookie_ok *ok)
{
	return dma_get_sgtable_attrs(ok->dev, &ok->sgt, ok->cookie, ok->dma, ok->size,
				     DMA_ATTR_NO_KERNEL_MAPPING);
}

static void __maybe_unused cookie_ok_free(struct cookie_ok *ok)
{
	if (ok->cookie)
		cookie_ok_release(ok->dev, ok->size, ok->cookie, ok->dma);
	ok->cookie = NULL;
}

/* Mapped, so it is an address. */
static int __maybe_unused cookie_ok_mapped(struct cookie_ok *ok)
{
	ok->vaddr = dma_alloc_attrs(ok->dev, ok->size, &ok->dma, GFP_KERNEL, DMA_ATTR_WRITE_COMBINE);
	if (!ok->vaddr)
		return -ENOMEM;
	memset(ok->vaddr, 0xff, ok->size);
	*(u32 *)ok->vaddr = 0;
	return 0;
}

/* The driver knows by itself which of the two it has. */
static int __maybe_unused cookie_ok_either(struct cookie_ok *ok, bool mapped)
{
	if (mapped)
		ok->either = dma_alloc_coherent(ok->dev, ok->size, &ok->dma, GFP_KERNEL);
	else
		ok->either = dma_alloc_attrs(ok->dev, ok->size, &ok->dma, GFP_KERNEL,
					     DMA_ATTR_NO_KERNEL_MAPPING);
	if (!ok->either)
		return -ENOMEM;
	if (mapped)
		memset(ok->either, 0xff, ok->size);
	return 0;
}

static int __maybe_unused cookie_ok_flags(struct cookie_ok *ok, bool mapped)
{
	unsigned long attrs = DMA_ATTR_WRITE_COMBINE;
	void *cpu;

	if (!mapped)
		attrs |= DMA_ATTR_NO_KERNEL_MAPPING;
	cpu = dma_alloc_attrs(ok->dev, ok->size, &ok->dma, GFP_KERNEL, attrs);
	if (!cpu)
		return -ENOMEM;
	if (mapped)
		memset(cpu, 0xff, ok->size);
	ok->vaddr = cpu;
	return 0;
}

/* The array is memory, what is in it are cookies. */
static int __maybe_unused cookie_ok_array(struct cookie_ok *ok, unsigned int n)
{
	unsigned int i;

	ok->bufs = kcalloc(n, sizeof(*ok->bufs), GFP_KERNEL);
	if (!ok->bufs)
		return -ENOMEM;

	for (i = 0; i < n; i++) {
		ok->bufs[i] = dma_alloc_attrs(ok->dev, ok->size, &ok->dma, GFP_KERNEL,
					      DMA_ATTR_NO_KERNEL_MAPPING | DMA_ATTR_NO_WARN);
		if (!ok->bufs[i])
			break;
	}
	return 0;
}

static void __maybe_unused cookie_ok_array_free(struct cookie_ok *ok, unsigned int n)
{
	while (n--)
		dma_free_attrs(ok->dev, ok->size, ok->bufs[n], ok->dma,
			       DMA_ATTR_NO_KERNEL_MAPPING | DMA_ATTR_NO_WARN);
	kfree(ok->bufs);
}
