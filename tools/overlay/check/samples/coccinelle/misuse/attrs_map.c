// SPDX-License-Identifier: GPL-2.0
/* Mappings that are given an attribute of allocations, each of which must be reported. */
#include <linux/dma-mapping.h>
#include <linux/scatterlist.h>

struct map_bo {
	struct device *dev;
	struct page *page;
	void *cookie;
	dma_addr_t dma;
	size_t size;
	unsigned long attrs;
	struct sg_table sgt;
};

static int __maybe_unused map_alone(struct map_bo *bo)
{
	/* expect: WARNING: dma_map_sgtable() has no use for DMA_ATTR_NO_KERNEL_MAPPING */
	return dma_map_sgtable(bo->dev, &bo->sgt, DMA_BIDIRECTIONAL,
			       DMA_ATTR_NO_KERNEL_MAPPING);
}

static int __maybe_unused map_among_others(struct map_bo *bo)
{
	/* expect: dma_map_sg_attrs() has no use */
	if (dma_map_sg_attrs(bo->dev, bo->sgt.sgl, bo->sgt.nents, DMA_TO_DEVICE,
			     DMA_ATTR_SKIP_CPU_SYNC | DMA_ATTR_NO_KERNEL_MAPPING | DMA_ATTR_NO_WARN))
		return 0;
	return -ENOSPC;
}

static int __maybe_unused map_last(struct map_bo *bo)
{
	/* expect: dma_map_page_attrs() has no use */
	bo->dma = dma_map_page_attrs(bo->dev, bo->page, 0, bo->size, DMA_TO_DEVICE,
				     DMA_ATTR_SKIP_CPU_SYNC | DMA_ATTR_NO_KERNEL_MAPPING);
	return dma_mapping_error(bo->dev, bo->dma);
}

static int __maybe_unused map_first(struct map_bo *bo, void *data)
{
	/* expect: dma_map_single_attrs() has no use */
	bo->dma = dma_map_single_attrs(bo->dev, data, bo->size, DMA_TO_DEVICE,
				       DMA_ATTR_NO_KERNEL_MAPPING | DMA_ATTR_NO_WARN);
	return dma_mapping_error(bo->dev, bo->dma);
}

static void __maybe_unused unmap(struct map_bo *bo)
{
	/* expect: dma_unmap_sg_attrs() has no use */
	dma_unmap_sg_attrs(bo->dev, bo->sgt.sgl, bo->sgt.nents, DMA_TO_DEVICE,
			   DMA_ATTR_NO_KERNEL_MAPPING);
}

/* Kept for the allocation, and reused. */
static int __maybe_unused map_member(struct map_bo *bo, bool contiguous)
{
	int ret;

	bo->attrs = DMA_ATTR_WRITE_COMBINE | DMA_ATTR_NO_KERNEL_MAPPING;
	if (contiguous)
		bo->attrs |= DMA_ATTR_FORCE_CONTIGUOUS;

	bo->cookie = dma_alloc_attrs(bo->dev, bo->size, &bo->dma, GFP_KERNEL, bo->attrs);
	if (!bo->cookie)
		return -ENOMEM;

	ret = dma_get_sgtable_attrs(bo->dev, &bo->sgt, bo->cookie, bo->dma, bo->size, bo->attrs);
	if (ret)
		goto free;

	/* expect: dma_map_sgtable() has no use for DMA_ATTR_NO_KERNEL_MAPPING */
	ret = dma_map_sgtable(bo->dev, &bo->sgt, DMA_BIDIRECTIONAL, bo->attrs);
	if (!ret)
		return 0;

	sg_free_table(&bo->sgt);
free:
	dma_free_attrs(bo->dev, bo->size, bo->cookie, bo->dma, bo->attrs);
	return ret;
}

static int __maybe_unused map_variable(struct map_bo *bo, bool quiet)
{
	unsigned long attrs = DMA_ATTR_NO_KERNEL_MAPPING;

	if (quiet)
		attrs |= DMA_ATTR_NO_WARN;
	/* expect: dma_map_sgtable() has no use for DMA_ATTR_NO_KERNEL_MAPPING */
	return dma_map_sgtable(bo->dev, &bo->sgt, DMA_BIDIRECTIONAL, attrs);
}

static int __maybe_unused map_added(struct map_bo *bo, unsigned long attrs)
{
	attrs |= DMA_ATTR_NO_KERNEL_MAPPING;
	/* expect: dma_map_sgtable() has no use for DMA_ATTR_NO_KERNEL_MAPPING */
	return dma_map_sgtable(bo->dev, &bo->sgt, DMA_BIDIRECTIONAL, attrs);
}
