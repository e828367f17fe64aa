// SPDX-License-Identifier: GPL-2.0
/* Cookies that are only measured, and freed by another name. Nothing to be reported. */
#include <linux/dma-mapping.h>
#include <linux/io.h>
#include <linux/platform_device.h>

struct gart_entry {
	__le32 low, high;
};

struct gart {
	struct device *dev;
	void __iomem *regs;
	struct gart_entry *table;
	void *dummies[2];
	void *shared;
	dma_addr_t dma;
};

static void *gart_page;

struct gart_buf {
	void *cookie;
	dma_addr_t dma;
};

void gart_share(void *cookie);
void gart_queue(struct gart_buf *buf);

static int __maybe_unused gart_probe(struct gart *gart)
{
	int i;

	gart->table = dma_alloc_attrs(gart->dev, 512 * sizeof(*gart->table), &gart->dma, GFP_KERNEL,
				      DMA_ATTR_NO_KERNEL_MAPPING);
	if (!gart->table)
		return -ENOMEM;
	writel(512 * sizeof(gart->table[0]) + sizeof(gart->table->low), gart->regs);

	for (i = 0; i < 2; i++)
		gart->dummies[i] = dma_alloc_attrs(gart->dev, SZ_4K, &gart->dma, GFP_KERNEL,
						   DMA_ATTR_NO_KERNEL_MAPPING);
	gart_page = dma_alloc_attrs(gart->dev, SZ_4K, &gart->dma, GFP_KERNEL,
				    DMA_ATTR_NO_KERNEL_MAPPING);
	gart->shared = dma_alloc_attrs(gart->dev, SZ_4K, &gart->dma, GFP_KERNEL,
				       DMA_ATTR_NO_KERNEL_MAPPING);
	gart_share(gart->shared);
	return 0;
}

static void __maybe_unused gart_remove(struct gart *gart)
{
	struct gart_entry *table = gart->table;
	void **dummy;

	for (dummy = gart->dummies; dummy < gart->dummies + 2; dummy++)
		dma_free_attrs(gart->dev, SZ_4K, *dummy, gart->dma, DMA_ATTR_NO_KERNEL_MAPPING);
	dma_free_attrs(gart->dev, SZ_4K, gart_page, gart->dma, DMA_ATTR_NO_KERNEL_MAPPING);
	dma_free_attrs(gart->dev, 512 * sizeof(*table), table, gart->dma,
		       DMA_ATTR_NO_KERNEL_MAPPING);
}

static int __maybe_unused gart_add(struct gart *gart, struct gart_buf *buf)
{
	dma_addr_t dma;
	void *cookie;

	cookie = dma_alloc_attrs(gart->dev, SZ_4K, &dma, GFP_KERNEL, DMA_ATTR_NO_KERNEL_MAPPING);
	if (!cookie)
		return -ENOMEM;
	*buf = (struct gart_buf){ .cookie = cookie, .dma = dma };
	gart_queue(buf);
	return 0;
}
