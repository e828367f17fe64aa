// SPDX-License-Identifier: GPL-2.0
/* Frees that don't fit the allocation, each of which must be reported. */
#include <linux/dma-mapping.h>

#define RING_SIZE	SZ_16K
#define TABLE_SIZE	SZ_4K

struct mismatch {
	struct device *dev;
	void *ring;
	void *table;
	void *firmware;
	void *scratch;
	void *wc;
	void *coherent;
	void *managed;
	void *stored;
	void *variable;
	u32 *typed;
	dma_addr_t dma;
	size_t size;
	size_t other_size;
};

/* The attribute forgotten: the cookie is taken for an address. */
static int __maybe_unused mismatch_local(struct device *dev, size_t size)
{
	dma_addr_t dma;
	void *cookie;

	cookie = dma_alloc_attrs(dev, size, &dma, GFP_KERNEL, DMA_ATTR_NO_KERNEL_MAPPING);
	if (!cookie)
		return -ENOMEM;
	/* expect: ERROR: cookie is freed with no attributes, but was allocated with DMA_ATTR_N */
	dma_free_attrs(dev, size, cookie, dma, 0);
	return 0;
}

static int __maybe_unused mismatch_coherent(struct device *dev, size_t size)
{
	dma_addr_t dma;
	void *cookie = dma_alloc_attrs(dev, size, &dma, GFP_KERNEL, DMA_ATTR_NO_KERNEL_MAPPING);

	if (!cookie)
		return -ENOMEM;
	/* expect: cookie is freed with no attributes */
	dma_free_coherent(dev, size, cookie, dma);
	return 0;
}

/* Added: an address is taken for a cookie. */
static int __maybe_unused mismatch_added(struct device *dev, size_t size)
{
	dma_addr_t dma;
	void *cpu;

	cpu = dma_alloc_coherent(dev, size, &dma, GFP_KERNEL);
	if (!cpu)
		return -ENOMEM;
	memset(cpu, 0xff, size);
	/* expect: cpu is freed with DMA_ATTR_NO_KERNEL_MAPPING, but was allocated with no attr */
	dma_free_attrs(dev, size, cpu, dma, DMA_ATTR_NO_KERNEL_MAPPING);
	return 0;
}

static int __maybe_unused mismatch_some(struct device *dev, size_t size)
{
	dma_addr_t dma;
	void *cookie;

	cookie = dma_alloc_attrs(dev, size, &dma, GFP_KERNEL,
				 DMA_ATTR_NO_KERNEL_MAPPING | DMA_ATTR_WRITE_COMBINE);
	if (!cookie)
		return -ENOMEM;
	/* expect: cookie is freed with DMA_ATTR_NO_KERNEL_MAPPING, but was allocated with DMA_ */
	dma_free_attrs(dev, size, cookie, dma, DMA_ATTR_NO_KERNEL_MAPPING);
	return 0;
}

/* Allocated here, freed there. */
static int __maybe_unused mismatch_alloc(struct mismatch *m)
{
	unsigned long attrs = DMA_ATTR_NO_KERNEL_MAPPING;
	void *cookie;

	m->ring = dma_alloc_attrs(m->dev, RING_SIZE, &m->dma, GFP_KERNEL, DMA_ATTR_NO_KERNEL_MAPPING);
	m->table = dma_alloc_attrs(m->dev, TABLE_SIZE, &m->dma, GFP_KERNEL,
				   DMA_ATTR_NO_KERNEL_MAPPING);
	m->firmware = dma_alloc_attrs(m->dev, m->size, &m->dma, GFP_KERNEL,
				      DMA_ATTR_NO_KERNEL_MAPPING | DMA_ATTR_FORCE_CONTIGUOUS);
	m->wc = dma_alloc_wc(m->dev, m->size, &m->dma, GFP_KERNEL);
	m->coherent = dma_alloc_coherent(m->dev, m->size, &m->dma, GFP_KERNEL);
	m->managed = dmam_alloc_attrs(m->dev, m->size, &m->dma, GFP_KERNEL, DMA_ATTR_NO_KERNEL_MAPPING);
	m->typed = (u32 *)dma_alloc_attrs(m->dev, m->size, &m->dma, GFP_KERNEL, DMA_ATTR_WRITE_COMBINE);
	m->variable = dma_alloc_attrs(m->dev, m->size, &m->dma, GFP_KERNEL, attrs);

	cookie = dma_alloc_attrs(m->dev, m->size, &m->dma, GFP_KERNEL, DMA_ATTR_NO_KERNEL_MAPPING);
	if (!cookie)
		return -ENOMEM;
	m->stored = cookie;
	return 0;
}

static void __maybe_unused mismatch_free(struct mismatch *m)
{
	/* expect: m->ring is freed with DMA_ATTR_WEAK_ORDERING */
	dma_free_attrs(m->dev, RING_SIZE, m->ring, m->dma, DMA_ATTR_WEAK_ORDERING);
	/* expect: m->table is freed as RING_SIZE bytes, but was allocated as TABLE_SIZE */
	dma_free_attrs(m->dev, RING_SIZE, m->table, m->dma, DMA_ATTR_NO_KERNEL_MAPPING);
	/* expect: m->firmware is freed with DMA_ATTR_NO_KERNEL_MAPPING */
	dma_free_attrs(m->dev, m->size, m->firmware, m->dma, DMA_ATTR_NO_KERNEL_MAPPING);
	/* expect: m->wc is freed with no attributes, but was allocated with DMA_ATTR_WRITE_COM */
	dma_free_coherent(m->dev, m->size, m->wc, m->dma);
	/* expect: m->coherent is freed with DMA_ATTR_WRITE_COMBINE */
	dma_free_wc(m->dev, m->size, m->coherent, m->dma);
	/* expect: m->managed is from dmam_alloc_attrs(), and freed twice */
	dma_free_attrs(m->dev, m->size, m->managed, m->dma, DMA_ATTR_NO_KERNEL_MAPPING);
	/* expect: m->typed is freed with no attributes */
	dma_free_coherent(m->dev, m->size, m->typed, m->dma);
	/* expect: m->variable is freed with no attributes */
	dma_free_attrs(m->dev, m->size, m->variable, m->dma, 0);
	/* expect: m->stored is freed with no attributes */
	dma_free_coherent(m->dev, m->size, m->stored, m->dma);
	/* expect: without what dma_alloc_attrs() returned, the buffer can't be freed */
	dma_free_attrs(m->dev, m->size, NULL, m->dma, DMA_ATTR_NO_KERNEL_MAPPING);
}

static int __maybe_unused mismatch_size(struct mismatch *m, size_t size)
{
	m->scratch = dma_alloc_attrs(m->dev, size, &m->dma, GFP_KERNEL, DMA_ATTR_NO_KERNEL_MAPPING);
	if (!m->scratch)
		return -ENOMEM;
	/* expect: m->scratch is freed as PAGE_SIZE bytes, but was allocated as size */
	dma_free_attrs(m->dev, PAGE_SIZE, m->scratch, m->dma, DMA_ATTR_NO_KERNEL_MAPPING);
	return -EIO;
}

static int __maybe_unused mismatch_copied_line(struct mismatch *m)
{
	m->scratch = dma_alloc_attrs(m->dev, m->size, &m->dma, GFP_KERNEL, DMA_ATTR_NO_KERNEL_MAPPING);
	if (!m->scratch)
		return -ENOMEM;
	/* expect: m->scratch is freed as m->other_size bytes, but was allocated as m->size */
	dma_free_attrs(m->dev, m->other_size, m->scratch, m->dma, DMA_ATTR_NO_KERNEL_MAPPING);
	return -EIO;
}
