/* SPDX-License-Identifier: GPL-2.0 */
/*
 * DMA-coherent handles on a kernel without the fixes of tools/overlay/graft/core
 *
 * The compiler includes this file before coherent_handle.c. It puts functions of its own in the
 * place of the three calls of the DMA layer that a handle relies on, in that file alone: they make
 * of a buffer what the fixes would have made of it, as far as that can be done from outside. What
 * can't be made right is refused.
 */
#ifndef _COHERENT_HANDLE_STOCK_H
#define _COHERENT_HANDLE_STOCK_H

#include <linux/device.h>
#include <linux/dma-coherent-handle.h>
#include <linux/dma-direct.h>
#include <linux/dma-map-ops.h>
#include <linux/dma-mapping.h>
#include <linux/errno.h>
#include <linux/gfp.h>
#include <linux/highmem.h>
#include <linux/limits.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/pfn.h>
#include <linux/string.h>
#include <linux/swiotlb.h>

#if __has_include(<linux/iommu-dma.h>)
#include <linux/iommu-dma.h>
#else
/* Before Linux 6.12, it is DMA ops like any other. */
#define use_dma_iommu(dev)	false
#endif

/* Does every buffer of the device come from a pool of its own? Their cookies are addresses. */
static bool stock_has_pool(struct device *dev)
{
#ifdef CONFIG_DMA_DECLARE_COHERENT
	return dev->dma_mem;
#else
	return false;
#endif
}

/*
 * ARM's DMA ops for devices behind an IOMMU heed NO_KERNEL_MAPPING only now and then. If they do,
 * the cookie is an array of pages. If they don't, for a coherent device or without sleeping, it is
 * a kernel address, which is taken for an array of pages all the same when it comes to mmap.
 */
static bool stock_arm_iommu(struct device *dev)
{
#ifdef CONFIG_ARM_DMA_USE_IOMMU
	return to_dma_iommu_mapping(dev);
#else
	return false;
#endif
}

/* Is it neither DMA ops nor iommu-dma that serve the device? */
static bool stock_is_direct(struct device *dev)
{
	return !get_dma_ops(dev) && !use_dma_iommu(dev);
}

/* Is a cookie the struct page of its DMA address? Then dma-direct has allocated the buffer. */
static bool stock_is_page(struct device *dev, const void *cookie, dma_addr_t dma_addr)
{
	unsigned long pfn = PHYS_PFN(dma_to_phys(dev, dma_addr));

	return pfn_valid(pfn) && pfn_to_page(pfn) == cookie;
}

/*
 * Is it the struct page of another address? GART, if made to translate, translates the address of
 * the struct page. Not every pointer can be asked that: some memory models look what is there.
 */
static bool stock_is_stray_page(const void *cookie)
{
#if defined(CONFIG_SPARSEMEM_VMEMMAP) || defined(CONFIG_FLATMEM)
	/* Not by page_to_pfn(), for which every pointer is that of a whole struct page. */
	unsigned long offset = (unsigned long)cookie - (unsigned long)pfn_to_page(0);

	return !(offset % sizeof(struct page)) && pfn_valid(offset / sizeof(struct page));
#else
	return false;
#endif
}

/* Has the page allocator cleared what it gave out? xtensa's cache maintenance undoes it. */
static bool stock_comes_clear(void)
{
	return !IS_ENABLED(CONFIG_XTENSA) && (want_init_on_alloc(0) || want_init_on_free());
}

static void stock_clear(struct page *page, size_t size)
{
	unsigned long pfn = page_to_pfn(page);

	if (!PageHighMem(page)) {
		memset(page_address(page), 0, size);
		return;
	}
	for (; size; size -= PAGE_SIZE)
		clear_highpage(pfn_to_page(pfn++));
}

/*
 * Write back and invalidate what the CPU caches hold of a buffer, by means of a mapping that lasts
 * no longer than that. dma-direct has done so by arch_dma_prep_coherent(), but before the buffer
 * was cleared, not for high memory, and on ARM not at all. A mapping that ends up elsewhere, as one
 * does that is bounced, is of no use.
 *
 * Not every device that may have the buffer can map it: its mask for mappings may be the smaller
 * one, or missing. The syncs that a mapping is made for ask for no mask. dma-debug, if it is there,
 * warns of them.
 */
static bool stock_flush(struct device *dev, struct page *page, size_t size, dma_addr_t dma_addr,
			unsigned long attrs)
{
	const struct dma_map_ops *ops = get_dma_ops(dev);
	dma_addr_t mapped;

	if (!ops && dev_is_dma_coherent(dev))
		return true;

	if (dev->dma_mask && dma_addr + size - 1 <= dma_get_mask(dev)) {
		attrs &= DMA_ATTR_NO_WARN;
		mapped = dma_map_page_attrs(dev, page, 0, size, DMA_BIDIRECTIONAL, attrs);
		if (dma_mapping_error(dev, mapped))
			return false;
		dma_unmap_page_attrs(dev, mapped, size, DMA_BIDIRECTIONAL, attrs);
		return mapped == dma_addr;
	}

	if (ops && (!ops->sync_single_for_device || !ops->sync_single_for_cpu))
		return false;
	dma_sync_single_for_device(dev, dma_addr, size, DMA_BIDIRECTIONAL);
	dma_sync_single_for_cpu(dev, dma_addr, size, DMA_BIDIRECTIONAL);
	return true;
}

/* All but dma-direct clear what they give out, or do as __GFP_ZERO tells them. But for a few. */
static bool stock_clean_others(struct device *dev, size_t size, void *cookie, gfp_t gfp)
{
	size_t aligned = PAGE_ALIGN(size);

	if (stock_has_pool(dev)) {
		memset(cookie + size, 0, aligned - size);
		return true;
	}
	if (stock_is_stray_page(cookie))
		return false;
	if (stock_arm_iommu(dev)) {
		/* of more than one page, the first is mapped, and whatever the stack holds */
		if (dev_is_dma_coherent(dev))
			return aligned == PAGE_SIZE;
		/* from the atomic pool, which is not cleared */
		return gfpflags_allow_blocking(gfp);
	}
	return true;
}

static bool stock_clean(struct device *dev, size_t size, void *cookie, dma_addr_t dma_addr,
			gfp_t gfp, unsigned long attrs)
{
	if (!stock_is_page(dev, cookie, dma_addr))
		return stock_clean_others(dev, size, cookie, gfp);
	if (!stock_comes_clear())
		stock_clear(cookie, PAGE_ALIGN(size));
	return stock_flush(dev, cookie, PAGE_ALIGN(size), dma_addr, attrs);
}

static void *stock_alloc_attrs(struct device *dev, size_t size, dma_addr_t *dma_addr, gfp_t gfp,
			       unsigned long attrs)
{
	void *cookie = dma_alloc_attrs(dev, size, dma_addr, gfp, attrs);

	if (!cookie || stock_clean(dev, size, cookie, *dma_addr, gfp, attrs))
		return cookie;

	if (!(attrs & DMA_ATTR_NO_WARN))
		dev_warn_ratelimited(dev, "DMA buffer refused: it can't be made clean\n");
	dma_free_attrs(dev, size, cookie, *dma_addr, attrs);
	return NULL;
}

/* Can the backend tell which memory this is? Those that can't would use any. */
static bool stock_can_share(struct device *dev, void *cookie, dma_addr_t dma_addr)
{
	/* DMA ops that have had dma-direct allocate take its struct page for an address. */
	if (get_dma_ops(dev) && stock_is_page(dev, cookie, dma_addr))
		return false;
	return !stock_arm_iommu(dev) || (!dev_is_dma_coherent(dev) && !stock_has_pool(dev));
}

static int stock_mmap_attrs(struct device *dev, struct vm_area_struct *vma, void *cookie,
			    dma_addr_t dma_addr, size_t size, unsigned long attrs)
{
	if (!stock_can_share(dev, cookie, dma_addr))
		return -ENXIO;
	/* With a pool for all devices, other memory may have no uncached mapping. */
	if (IS_ENABLED(CONFIG_DMA_GLOBAL_POOL) && !dev_is_dma_coherent(dev) &&
	    stock_is_page(dev, cookie, dma_addr))
		return -ENXIO;
	return dma_mmap_attrs(dev, vma, cookie, dma_addr, size, attrs);
}

static int stock_get_sgtable_attrs(struct device *dev, struct sg_table *sgt, void *cookie,
				   dma_addr_t dma_addr, size_t size, unsigned long attrs)
{
	if (!stock_can_share(dev, cookie, dma_addr))
		return -ENXIO;
	/* Nobody else asks whether there are pages behind a pool. */
	if (stock_has_pool(dev))
		return -ENXIO;
	/* Whoever maps it would get a copy. */
	if (stock_is_direct(dev) && is_swiotlb_force_bounce(dev) && !is_swiotlb_for_alloc(dev))
		return -ENXIO;
	/* The length of an entry. */
	if (PAGE_ALIGN((u64)size) > UINT_MAX)
		return -ENXIO;
	return dma_get_sgtable_attrs(dev, sgt, cookie, dma_addr, PAGE_ALIGN(size), attrs);
}

#ifdef CONFIG_DMA_COHERENT_HANDLE_DEBUG
#include "coherent_handle_stock_debug.h"
#define dma_alloc_attrs		stock_debug_alloc_attrs
#else
#define dma_alloc_attrs		stock_alloc_attrs
#endif
#define dma_mmap_attrs		stock_mmap_attrs
#define dma_get_sgtable_attrs	stock_get_sgtable_attrs

#ifdef MODULE
MODULE_DESCRIPTION("DMA-coherent buffers that only hardware touches");
MODULE_LICENSE("GPL");
#endif

#endif /* _COHERENT_HANDLE_STOCK_H */
