// SPDX-License-Identifier: GPL-2.0
/* Mappings with attributes of mappings, and an allocation with its own. Nothing to be reported. */
#include <linux/dma-mapping.h>
#include <linux/scatterlist.h>

struct map_ok {
	struct device *dev;
	struct page *page;
	void *cookie;
	dma_addr_t dma;
	size_t size;
	unsigned long attrs;
	struct sg_table sgt;
};

static int __maybe_unused map_ok_sync(struct map_ok *bo)
{
	return dma_map_sgtable(bo->dev, &bo->sgt, DMA_BIDIRECTIONAL, DMA_ATTR_SKIP_CPU_SYNC);
}

static int __maybe_unused map_ok_none(struct map_ok *bo)
{
	return dma_map_sgtable(bo->dev, &bo->sgt, DMA_BIDIRECTIONAL, 0);
}

static int __maybe_unused map_ok_page(struct map_ok *bo)
{
	bo->dma = dma_map_page_attrs(bo->dev, bo->page, 0, bo->size, DMA_TO_DEVICE, DMA_ATTR_NO_WARN);
	return dma_mapping_error(bo->dev, bo->dma);
}

static int __maybe_unused map_ok_alloc(struct map_ok *bo)
{
	int ret;

	bo->attrs = DMA_ATTR_WRITE_COMBINE | DMA_ATTR_NO_KERNEL_MAPPING;
	bo->cookie = dma_alloc_attrs(bo->dev, bo->size, &bo->dma, GFP_KERNEL, bo->attrs);
	if (!bo->cookie)
		return -ENOMEM;

	ret = dma_get_sgtable_attrs(bo->dev, &bo->sgt, bo->cookie, bo->dma, bo->size, bo->attrs);
	if (ret)
		dma_free_attrs(bo->dev, bo->size, bo->cookie, bo->dma, bo->attrs);
	return ret;
}

/* What is in the variable when it is used counts. */
static int __maybe_unused map_ok_variable(struct map_ok *bo)
{
	unsigned long attrs = DMA_ATTR_NO_KERNEL_MAPPING;

	bo->cookie = dma_alloc_attrs(bo->dev, bo->size, &bo->dma, GFP_KERNEL, attrs);
	if (!bo->cookie)
		return -ENOMEM;

	attrs = DMA_ATTR_SKIP_CPU_SYNC;
	return dma_map_sgtable(bo->dev, &bo->sgt, DMA_BIDIRECTIONAL, attrs);
}

static int __maybe_unused map_ok_mmap(struct map_ok *bo, struct vm_area_struct *vma)
{
	return dma_mmap_attrs(bo->dev, vma, bo->cookie, bo->dma, bo->size, DMA_ATTR_NO_KERNEL_MAPPING);
}

static void __maybe_unused map_ok_free(struct map_ok *bo)
{
	dma_free_attrs(bo->dev, bo->size, bo->cookie, bo->dma, DMA_ATTR_NO_KERNEL_MAPPING);
}

static void __maybe_unused map_ok_unmap(struct map_ok *bo)
{
	dma_unmap_sgtable(bo->dev, &bo->sgt, DMA_BIDIRECTIONAL, DMA_ATTR_SKIP_CPU_SYNC);
}
