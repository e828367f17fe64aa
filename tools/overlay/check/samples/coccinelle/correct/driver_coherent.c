// SPDX-License-Identifier: GPL-2.0
/* The same size by other names, and physical addresses of memory that has them. */
#include <linux/dma-mapping.h>
#include <linux/io.h>
#include <linux/slab.h>

struct ring {
	struct device *dev;
	u32 *descs;
	void *frame;
	dma_addr_t dma;
	size_t size;
	unsigned int entries;
};

static int __maybe_unused ring_alloc(struct ring *ring, unsigned int entries)
{
	size_t size = entries * sizeof(u32);

	ring->descs = dma_alloc_coherent(ring->dev, size, &ring->dma, GFP_KERNEL);
	if (!ring->descs)
		return -ENOMEM;
	ring->entries = entries;
	ring->size = size;
	return 0;
}

static void __maybe_unused ring_free(struct ring *ring)
{
	dma_free_coherent(ring->dev, ring->entries * sizeof(*ring->descs), ring->descs, ring->dma);
}

static int __maybe_unused ring_local(struct ring *ring, size_t len)
{
	size_t size = len;
	void *buf = dma_alloc_coherent(ring->dev, (size), &ring->dma, GFP_KERNEL);

	if (!buf)
		return -ENOMEM;
	dma_free_coherent(ring->dev, len, buf, ring->dma);
	return 0;
}

static phys_addr_t __maybe_unused ring_phys(struct ring *ring)
{
	ring->frame = kmalloc(ring->size, GFP_KERNEL);
	return ring->frame ? virt_to_phys(ring->frame) : 0;
}
