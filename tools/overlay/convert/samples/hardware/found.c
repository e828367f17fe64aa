// SPDX-License-Identifier: GPL-2.0-only
/* Buffers that find-candidates.cocci must find: the CPU never uses their addresses. */
#include <linux/dma-mapping.h>
#include <linux/io.h>

struct found {
	struct device *dev;
	void __iomem *regs;
	void *scratch;
	void *vectors[4];
	dma_addr_t scratch_dma;
	dma_addr_t vectors_dma[4];
	dma_addr_t dummy_dma;
};

int found_alloc(struct found *found)
{
	int i;

	/* expect: found.scratch is never used by the CPU */
	found->scratch = dma_alloc_coherent(found->dev, SZ_64K, &found->scratch_dma, GFP_KERNEL);
	if (!found->scratch)
		return -ENOMEM;
	dev_dbg(found->dev, "scratch memory at %p\n", found->scratch);

	for (i = 0; i < 4; i++) {
		/* expect: found.vectors is never used by the CPU */
		found->vectors[i] = dma_alloc_attrs(found->dev, SZ_4K, &found->vectors_dma[i],
						    GFP_KERNEL, DMA_ATTR_WRITE_COMBINE);
		if (!found->vectors[i])
			return -ENOMEM;
	}

	/* expect: the buffer at found->dummy_dma is never used by the CPU */
	if (!dmam_alloc_coherent(found->dev, PAGE_SIZE, &found->dummy_dma, GFP_KERNEL))
		return -ENOMEM;

	writel(lower_32_bits(found->scratch_dma), found->regs);
	return 0;
}

void found_free(struct found *found)
{
	int i;

	for (i = 0; i < 4; i++)
		dma_free_attrs(found->dev, SZ_4K, found->vectors[i], found->vectors_dma[i],
			       DMA_ATTR_WRITE_COMBINE);
	if (found->scratch)
		dma_free_coherent(found->dev, SZ_64K, found->scratch, found->scratch_dma);
}

int found_selftest(struct found *found)
{
	dma_addr_t dma;
	void *buf;

	/* expect: buf is never used by the CPU */
	buf = dma_alloc_coherent(found->dev, SZ_4K, &dma, GFP_KERNEL);
	if (!buf)
		return -ENOMEM;
	writel(lower_32_bits(dma), found->regs);
	dma_free_coherent(found->dev, SZ_4K, buf, dma);
	return 0;
}
