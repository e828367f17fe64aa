// SPDX-License-Identifier: GPL-2.0
/* Wrong arguments of dma_free_coherent() and dma_free_attrs(), and addresses that are none. */
#include <linux/dma-mapping.h>
#include <linux/io.h>

#define RING_DESCS	512

struct ring {
	struct device *dev;
	void *descs;
	struct page **pages;
	dma_addr_t dma;
	size_t size;
};

static int __maybe_unused ring_alloc(struct ring *ring)
{
	ring->descs = dma_alloc_coherent(ring->dev, RING_DESCS * 16, &ring->dma, GFP_KERNEL);
	return ring->descs ? 0 : -ENOMEM;
}

static void __maybe_unused ring_free(struct ring *ring)
{
	/* expect: ring->descs is freed as (RING_DESCS + 1) */
	dma_free_coherent(ring->dev, (RING_DESCS + 1) * 16, ring->descs, ring->dma);
}

static int __maybe_unused ring_local(struct ring *ring, size_t size)
{
	void *buf = dma_alloc_coherent(ring->dev, size * 2, &ring->dma, GFP_KERNEL);

	if (!buf)
		return -ENOMEM;
	/* expect: buf is freed as size bytes */
	dma_free_coherent(ring->dev, size, buf, ring->dma);
	return 0;
}

static void __maybe_unused ring_dropped(struct ring *ring)
{
	/* expect: without what dma_alloc_attrs() returned */
	(void)dma_alloc_attrs(ring->dev, ring->size, &ring->dma, GFP_KERNEL,
			      DMA_ATTR_NO_KERNEL_MAPPING);
}

static void __maybe_unused ring_invented(struct ring *ring)
{
	/* expect: without what dma_alloc_attrs() returned */
	dma_free_attrs(ring->dev, ring->size, (void *)(uintptr_t)ring->dma, ring->dma,
		       DMA_ATTR_NO_KERNEL_MAPPING);
}

static phys_addr_t __maybe_unused ring_phys(struct ring *ring)
{
	/* expect: need not be in the linear map */
	return virt_to_phys(ring->descs);
}

static void *__maybe_unused ring_virt(struct ring *ring)
{
	/* expect: need not be in the linear map */
	return phys_to_virt(dma_to_phys(ring->dev, ring->dma));
}
