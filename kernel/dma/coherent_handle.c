// SPDX-License-Identifier: GPL-2.0
/*
 * DMA-coherent buffers that only hardware touches: dma_alloc_attrs() with
 * DMA_ATTR_NO_KERNEL_MAPPING, and its cookie kept where no driver can mistake it for an address.
 *
 * Not to be confused with coherent.c, the per-device pools of coherent memory. A handle's buffer
 * may well come from one of those: dma_alloc_attrs() decides.
 */
#include <linux/bits.h>
#include <linux/compiler.h>
#include <linux/device.h>
#include <linux/dma-coherent-handle.h>
#include <linux/dma-direct.h>
#include <linux/dma-map-ops.h>
#include <linux/dma-mapping.h>
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/gfp.h>
#include <linux/highmem.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/pfn.h>
#include <linux/sched/mm.h>
#include <linux/string.h>
#include <linux/types.h>

#include "coherent_handle.h"

/*
 * What a caller may add to an allocation without a kernel mapping. An allow-mask, since an attr
 * that this file has never heard of may not be one for allocations, nor safe without a mapping.
 * DMA_ATTR_NO_KERNEL_MAPPING is set anyhow: asking for it is harmless.
 */
#define DMA_COHERENT_HANDLE_ATTRS	(DMA_ATTR_WEAK_ORDERING |	\
					 DMA_ATTR_WRITE_COMBINE |	\
					 DMA_ATTR_NO_KERNEL_MAPPING |	\
					 DMA_ATTR_FORCE_CONTIGUOUS |	\
					 DMA_ATTR_ALLOC_SINGLE_PAGES |	\
					 DMA_ATTR_NO_WARN |		\
					 DMA_ATTR_PRIVILEGED)

/* Set in the attrs of a handle, and never passed on: the buffer may show old kernel memory. */
#define COHERENT_HANDLE_UNINIT		BIT(BITS_PER_LONG - 1)

/* Does every buffer of the device come from a pool of its own? Their cookies are addresses. */
static bool coherent_handle_has_pool(struct device *dev)
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
static bool coherent_handle_arm_iommu(struct device *dev)
{
#ifdef CONFIG_ARM_DMA_USE_IOMMU
	return to_dma_iommu_mapping(dev);
#else
	return false;
#endif
}

/*
 * dma-direct, alone of all, gives out memory as it is. It can be told by its cookie, which is the
 * struct page of its DMA address: nobody else's can be, since nobody else has that struct page.
 */
static __always_inline bool coherent_handle_is_page(struct device *dev,
						    const struct dma_coherent_handle *handle)
{
	unsigned long pfn = PHYS_PFN(dma_to_phys(dev, dma_coherent_handle_dma_addr(handle)));

	/* Within a virtual memory map there is nothing else, not even where a pfn isn't valid. */
	if (!IS_ENABLED(CONFIG_SPARSEMEM_VMEMMAP) && !pfn_valid(pfn))
		return false;
	return pfn_to_page(pfn) == coherent_handle_cookie(handle);
}

/* Does the page allocator clear what it gives out? */
static __always_inline bool coherent_handle_comes_clear(void)
{
	return want_init_on_alloc(0) || want_init_on_free();
}

static void coherent_handle_clear(const struct dma_coherent_handle *handle)
{
	size_t size = PAGE_ALIGN(dma_coherent_handle_size(handle));
	struct page *page = coherent_handle_cookie(handle);
	unsigned long pfn = page_to_pfn(page);

	if (!PageHighMem(page)) {
		memset(page_address(page), 0, size);
		return;
	}

	for (; size; size -= PAGE_SIZE)
		clear_highpage(pfn_to_page(pfn++));
}

/*
 * May the CPU caches hold something of a buffer? dma_need_sync() knows, but on powerpc it looks at
 * the mask of the device, and there may be none.
 */
static bool coherent_handle_need_sync(struct device *dev, dma_addr_t dma_addr)
{
	if (!dev->dma_mask)
		return get_dma_ops(dev) || !dev_is_dma_coherent(dev);
	return dma_need_sync(dev, dma_addr);
}

/*
 * Write back what the CPU caches hold of a buffer, by means of a mapping that lasts no longer than
 * that. dma-direct has done so by arch_dma_prep_coherent(), but before the buffer was cleared, not
 * for high memory, and on ARM not at all. A mapping that ends up elsewhere, as one does that is
 * bounced, is of no use.
 */
static noinline bool coherent_handle_flush(const struct dma_coherent_handle *handle)
{
	unsigned long attrs = coherent_handle_attrs(handle);
	dma_addr_t mapped, dma_addr = dma_coherent_handle_dma_addr(handle);
	size_t size = PAGE_ALIGN(dma_coherent_handle_size(handle));
	struct page *page = coherent_handle_cookie(handle);
	struct device *dev = coherent_handle_dev(handle);

	/* What dma-direct has flushed, and nobody has touched since, is flushed. */
	if (IS_ENABLED(CONFIG_ARCH_HAS_DMA_PREP_COHERENT) && !PageHighMem(page) &&
	    ((attrs & COHERENT_HANDLE_UNINIT) || coherent_handle_comes_clear()))
		return true;
	if (!coherent_handle_need_sync(dev, dma_addr))
		return true;
	if (!dev->dma_mask || dma_addr + size - 1 > dma_get_mask(dev))
		return false;

	attrs &= DMA_ATTR_NO_WARN;
	mapped = dma_map_page_attrs(dev, page, 0, size, DMA_TO_DEVICE, attrs);
	if (dma_mapping_error(dev, mapped))
		return false;
	dma_unmap_page_attrs(dev, mapped, size, DMA_TO_DEVICE, attrs);
	return mapped == dma_addr;
}

/* All but dma-direct clear what they give out, or do as __GFP_ZERO tells them. But for a few. */
static noinline bool coherent_handle_clean_others(const struct dma_coherent_handle *handle,
						  gfp_t gfp)
{
	size_t size = dma_coherent_handle_size(handle);
	struct device *dev = coherent_handle_dev(handle);
	void *cookie = coherent_handle_cookie(handle);

	/* GART, if made to translate, translates the address of the struct page. */
	if (IS_ENABLED(CONFIG_SPARSEMEM_VMEMMAP) && pfn_valid(page_to_pfn((struct page *)cookie)))
		return false;

	if (coherent_handle_attrs(handle) & COHERENT_HANDLE_UNINIT)
		return true;

	if (coherent_handle_arm_iommu(dev) && !dev_is_dma_coherent(dev) &&
	    !gfpflags_allow_blocking(gfp))
		return false;
	if (coherent_handle_has_pool(dev))
		memset(cookie + size, 0, PAGE_ALIGN(size) - size);
	return true;
}

/*
 * Make a fresh buffer read as zero, unless it need not, and leave none of it in the CPU caches.
 * Returns false if it can't be done: such a buffer must not be handed out.
 */
static __always_inline bool coherent_handle_clean(struct device *dev,
						  const struct dma_coherent_handle *handle,
						  gfp_t gfp, unsigned long uninit)
{
	/* The usual case of a large buffer: nothing to be done at all. */
	if (uninit && !get_dma_ops(dev) && !dma_dev_need_sync(dev))
		return true;

	if (!coherent_handle_is_page(dev, handle))
		return coherent_handle_clean_others(handle, gfp);
	if (!uninit && !coherent_handle_comes_clear())
		coherent_handle_clear(handle);
	return likely(!dma_dev_need_sync(dev)) || coherent_handle_flush(handle);
}

static noinline void coherent_handle_refuse(const struct dma_coherent_handle *handle)
{
	if (!(coherent_handle_attrs(handle) & DMA_ATTR_NO_WARN))
		dev_warn_ratelimited(coherent_handle_dev(handle),
				     "DMA buffer refused: it can't be made clean\n");
}

static void coherent_handle_dma_free(const struct dma_coherent_handle *handle)
{
	dma_free_attrs(coherent_handle_dev(handle), dma_coherent_handle_size(handle),
		       coherent_handle_cookie(handle), dma_coherent_handle_dma_addr(handle),
		       coherent_handle_attrs(handle) & ~COHERENT_HANDLE_UNINIT);
}

/*
 * Fills a handle, all but for the reference to the device. @uninit: COHERENT_HANDLE_UNINIT or 0
 *
 * Inlined for the sake of @uninit. The handle is filled as soon as anything is known, which is
 * cheaper than to keep it anywhere else meanwhile.
 */
static __always_inline int __coherent_handle_alloc(struct device *dev,
						   struct dma_coherent_handle *handle, size_t size,
						   gfp_t gfp, unsigned long attrs,
						   unsigned long uninit)
{
	void *cookie;
	int ret;

	might_alloc(gfp);
	coherent_handle_debug_overwrite(handle);

	ret = -EINVAL;
	if (!dev || !dev->coherent_dma_mask)
		goto err_empty;
	/* 0 is what both no bytes and too many come to. */
	if (!PAGE_ALIGN(size))
		goto err_empty;
	if ((attrs & ~DMA_COHERENT_HANDLE_ATTRS) || (gfp & __GFP_COMP))
		goto err_empty;

	ret = -ENOMEM;
	attrs |= DMA_ATTR_NO_KERNEL_MAPPING;
	if (!uninit)
		gfp |= __GFP_ZERO;
	ACCESS_PRIVATE(handle, dev) = (__force typeof(handle->dev))dev;
	ACCESS_PRIVATE(handle, size) = (__force typeof(handle->size))size;
	ACCESS_PRIVATE(handle, attrs) = (__force typeof(handle->attrs))(attrs | uninit);
	cookie = dma_alloc_attrs(dev, size, (__force dma_addr_t *)&ACCESS_PRIVATE(handle, dma_addr),
				 gfp, attrs);
	ACCESS_PRIVATE(handle, cookie) = (__force typeof(handle->cookie))cookie;
	if (!cookie)
		goto err_empty;

	if (unlikely(!coherent_handle_clean(dev, handle, gfp, uninit))) {
		coherent_handle_refuse(handle);
		goto err_free;
	}
	if (coherent_handle_debug_add(handle, gfp))
		return 0;

err_free:
	coherent_handle_dma_free(handle);
err_empty:
	/* So that free does nothing. */
	*handle = (struct dma_coherent_handle){};
	return ret;
}

/* Empties a handle, but for the reference to the device. Returns false if it was empty. */
static __always_inline bool __coherent_handle_free(struct dma_coherent_handle *handle)
{
	struct dma_coherent_handle old;

	if (!coherent_handle_debug_remove(handle))
		return false;

	old = *handle;
	*handle = (struct dma_coherent_handle){};
	coherent_handle_dma_free(&old);
	return true;
}

/**
 * dma_coherent_handle_alloc_attrs() - allocate a buffer that only the device touches
 * @dev: the device that reaches the buffer by DMA
 * @handle: the handle to fill; what it held before is lost, so it must be empty or uninitialised
 * @size: size of the buffer in bytes
 * @gfp: how to allocate; zone flags are ignored, %__GFP_COMP is refused
 * @attrs: 0 or any of %DMA_ATTR_WRITE_COMBINE, %DMA_ATTR_WEAK_ORDERING,
 *	   %DMA_ATTR_FORCE_CONTIGUOUS, %DMA_ATTR_ALLOC_SINGLE_PAGES, %DMA_ATTR_NO_WARN and
 *	   %DMA_ATTR_PRIVILEGED. %DMA_ATTR_NO_KERNEL_MAPPING is always added.
 *
 * The buffer is at least @size bytes long, and its DMA address is aligned as that of
 * dma_alloc_coherent(). It reads as zero up to the end of its last page, to the device as well as
 * to user space, and is clean in the CPU caches; a buffer that can't be made so is refused. The
 * caller owns it and frees it with dma_coherent_handle_free(). Until then @handle holds a reference
 * to @dev.
 *
 * Context: Any context that @gfp allows: it may sleep with %GFP_KERNEL, and doesn't with
 *	    %GFP_ATOMIC. The caller serialises it with alloc, free and take on @handle.
 * Return:
 * * 0 - @handle holds the buffer.
 * * %-EINVAL - @dev is %NULL or has no coherent DMA mask; @size is 0, or overflows when it is
 *   rounded up to whole pages; @attrs holds one that isn't listed above; @gfp has %__GFP_COMP.
 *   The DMA layer was not called, and @handle is empty.
 * * %-ENOMEM - the DMA layer has no such buffer, or none that can be made clean. @handle is empty.
 * * %-EOPNOTSUPP - the kernel was built without CONFIG_HAS_DMA. @handle is empty.
 */
int dma_coherent_handle_alloc_attrs(struct device *dev, struct dma_coherent_handle *handle,
				    size_t size, gfp_t gfp, unsigned long attrs)
{
	int ret = __coherent_handle_alloc(dev, handle, size, gfp, attrs, 0);

	if (!ret)
		get_device(dev);
	return ret;
}
EXPORT_SYMBOL_GPL(dma_coherent_handle_alloc_attrs);

/**
 * dma_coherent_handle_alloc_uninit() - allocate a buffer without clearing it
 * @dev: the device that reaches the buffer by DMA
 * @handle: the handle to fill; what it held before is lost, so it must be empty or uninitialised
 * @size: size of the buffer in bytes
 * @gfp: how to allocate; zone flags are ignored, %__GFP_COMP is refused
 * @attrs: as for dma_coherent_handle_alloc_attrs()
 *
 * For large buffers that the device, and nobody else, writes before it reads them. What the buffer
 * contains is undefined, and may well be what the kernel kept there before: use it only if the
 * device may see that. dma_coherent_handle_mmap() and dma_coherent_handle_get_sgtable() refuse such
 * a buffer. In all else, caches included, it is like one of dma_coherent_handle_alloc_attrs().
 *
 * Context: As dma_coherent_handle_alloc_attrs().
 * Return: As dma_coherent_handle_alloc_attrs().
 */
int dma_coherent_handle_alloc_uninit(struct device *dev, struct dma_coherent_handle *handle,
				     size_t size, gfp_t gfp, unsigned long attrs)
{
	int ret = __coherent_handle_alloc(dev, handle, size, gfp, attrs, COHERENT_HANDLE_UNINIT);

	if (!ret)
		get_device(dev);
	return ret;
}
EXPORT_SYMBOL_GPL(dma_coherent_handle_alloc_uninit);

/**
 * dma_coherent_handle_free() - free the buffer of a handle
 * @handle: the handle, left empty; nothing is done if it is empty already, or %NULL
 *
 * Gives the buffer back to the DMA layer with the very arguments that it came with, then drops the
 * reference to the device. The device must have stopped using the buffer. Not for the handles of
 * dmam_coherent_handle_alloc_attrs().
 *
 * Context: Where dma_free_attrs() may be called: not with interrupts disabled, and best in process
 *	    context, since some implementations sleep to take down a mapping. The caller serialises
 *	    it with alloc, free and take on @handle.
 */
void dma_coherent_handle_free(struct dma_coherent_handle *handle)
{
	struct device *dev;

	if (!handle)
		return;
	dev = coherent_handle_dev(handle);
	if (__coherent_handle_free(handle))
		put_device(dev);
}
EXPORT_SYMBOL_GPL(dma_coherent_handle_free);

/**
 * dma_coherent_handle_forget() - leave a buffer to the hardware for ever
 * @handle: the handle, left empty; nothing is done if it is empty already
 *
 * For memory that has been handed to firmware, or to another world, which never gives it back. The
 * buffer and its reference to the device stay. This says that it is meant to be so, and
 * CONFIG_DMA_COHERENT_HANDLE_DEBUG doesn't call it a leak.
 *
 * Context: Any context. The caller serialises it with alloc, free and take on @handle.
 */
void dma_coherent_handle_forget(struct dma_coherent_handle *handle)
{
	coherent_handle_debug_forget(handle);
	*handle = (struct dma_coherent_handle){};
}
EXPORT_SYMBOL_GPL(dma_coherent_handle_forget);

/* Can the backend tell which memory this is? Those that can't would use any. */
static int coherent_handle_can_share(const struct dma_coherent_handle *handle)
{
	struct device *dev = coherent_handle_dev(handle);

	if (!dma_coherent_handle_is_allocated(handle))
		return -EINVAL;
	if (coherent_handle_attrs(handle) & COHERENT_HANDLE_UNINIT)
		return -EPERM;

	/* DMA ops that have had dma-direct allocate take its struct page for an address. */
	if (get_dma_ops(dev) && coherent_handle_is_page(dev, handle))
		return -ENXIO;
	if (coherent_handle_arm_iommu(dev) &&
	    (dev_is_dma_coherent(dev) || coherent_handle_has_pool(dev)))
		return -ENXIO;
	return 0;
}

/**
 * dma_coherent_handle_mmap() - map a buffer into user space
 * @handle: the handle
 * @vma: what user space asked for: the pages from @vma->vm_pgoff on, which must be the buffer's
 *
 * For a driver's mmap callback. The buffer must not be freed before the mapping has gone, which is
 * the driver's to see to: the mapping holds no reference to anything.
 *
 * Context: Process context, with the mmap lock held for writing, as in an mmap callback.
 * Return:
 * * 0 - the buffer, or the part of it that was asked for, is mapped.
 * * %-EINVAL - @handle is empty.
 * * %-EPERM - the buffer comes from dma_coherent_handle_alloc_uninit(): it might show what the
 *   kernel kept there before.
 * * %-ENXIO - @vma reaches beyond the end of the buffer's last page, or buffers of this device
 *   can't be mapped into user space.
 * * another negative error code - the mapping failed.
 */
int dma_coherent_handle_mmap(const struct dma_coherent_handle *handle, struct vm_area_struct *vma)
{
	unsigned long pages;
	int ret;

	ret = coherent_handle_can_share(handle);
	if (ret)
		return ret;

	/* Not all backends look. */
	pages = PHYS_PFN(PAGE_ALIGN(dma_coherent_handle_size(handle)));
	if (vma->vm_pgoff >= pages || vma_pages(vma) > pages - vma->vm_pgoff)
		return -ENXIO;
	if (!dma_can_mmap(coherent_handle_dev(handle)))
		return -ENXIO;

	return dma_mmap_attrs(coherent_handle_dev(handle), vma, coherent_handle_cookie(handle),
			      dma_coherent_handle_dma_addr(handle),
			      dma_coherent_handle_size(handle), coherent_handle_attrs(handle));
}
EXPORT_SYMBOL_GPL(dma_coherent_handle_mmap);

/**
 * dma_coherent_handle_get_sgtable() - describe a buffer as a scatterlist
 * @handle: the handle
 * @sgt: filled with the pages of the buffer, to its size rounded up to whole pages; the caller
 *	 frees it by sg_free_table()
 *
 * For drivers that share the buffer with another device, through a dma-buf for example. @sgt holds
 * no DMA addresses until that device has been given its own by dma_map_sgtable(), with
 * %DMA_ATTR_SKIP_CPU_SYNC, since there is nothing in the CPU caches. The buffer must not be freed
 * before @sgt is.
 *
 * Context: Process context, may sleep.
 * Return:
 * * 0 - @sgt describes the buffer.
 * * %-EINVAL - @handle is empty.
 * * %-EPERM - the buffer comes from dma_coherent_handle_alloc_uninit(), as for
 *   dma_coherent_handle_mmap().
 * * %-ENXIO - what buffers of this device are made of has, or might have, no struct page.
 * * %-ENOMEM - there is no memory for @sgt.
 */
int dma_coherent_handle_get_sgtable(const struct dma_coherent_handle *handle, struct sg_table *sgt)
{
	int ret;

	ret = coherent_handle_can_share(handle);
	if (ret)
		return ret;

	/* Nobody else asks whether there are pages behind a pool. */
	if (coherent_handle_has_pool(coherent_handle_dev(handle)))
		return -ENXIO;

	return dma_get_sgtable_attrs(coherent_handle_dev(handle), sgt,
				     coherent_handle_cookie(handle),
				     dma_coherent_handle_dma_addr(handle),
				     dma_coherent_handle_size(handle),
				     coherent_handle_attrs(handle));
}
EXPORT_SYMBOL_GPL(dma_coherent_handle_get_sgtable);

static void dmam_coherent_handle_release(struct device *dev, void *res)
{
	__coherent_handle_free(res);
}

static int dmam_coherent_handle_match(struct device *dev, void *res, void *match_data)
{
	return res == match_data;
}

/**
 * dmam_coherent_handle_alloc_attrs() - allocate a buffer for as long as the driver is bound
 * @dev: the device that reaches the buffer by DMA, and whose driver's unbinding frees it
 * @size: size of the buffer in bytes
 * @gfp: how to allocate; zone flags are ignored, %__GFP_COMP is refused
 * @attrs: as for dma_coherent_handle_alloc_attrs()
 *
 * The managed variant of dma_coherent_handle_alloc_attrs(). The handle and its buffer belong to
 * @dev: both are freed when the driver is detached, in reverse order of the managed allocations, or
 * earlier by dmam_coherent_handle_free(). The driver must not take the buffer out of the handle nor
 * free it in any other way, for which reason the handle is const. It holds no reference to @dev,
 * which can't go before what it manages.
 *
 * Context: Any context that @gfp allows.
 * Return: The handle, or an ERR_PTR() of what dma_coherent_handle_alloc_attrs() returns; %-ENOMEM
 *	   also if there is no memory for the handle.
 */
const struct dma_coherent_handle *
dmam_coherent_handle_alloc_attrs(struct device *dev, size_t size, gfp_t gfp, unsigned long attrs)
{
	struct dma_coherent_handle *handle;
	int ret;

	/* The zone is none of the handle's business, and kmalloc() complains about some. */
	handle = devres_alloc(dmam_coherent_handle_release, sizeof(*handle), gfp & ~GFP_ZONEMASK);
	if (!handle)
		return ERR_PTR(-ENOMEM);

	ret = __coherent_handle_alloc(dev, handle, size, gfp, attrs, 0);
	if (ret) {
		devres_free(handle);
		return ERR_PTR(ret);
	}

	devres_add(dev, handle);
	return handle;
}
EXPORT_SYMBOL_GPL(dmam_coherent_handle_alloc_attrs);

/**
 * dmam_coherent_handle_free() - free a managed buffer before the driver is detached
 * @dev: the device that it was allocated for
 * @handle: what dmam_coherent_handle_alloc_attrs() returned, not to be used any more; nothing is
 *	    done if it is %NULL or an ERR_PTR()
 *
 * Warns, and frees nothing, if @handle isn't a managed handle of @dev.
 *
 * Context: As dma_coherent_handle_free().
 */
void dmam_coherent_handle_free(struct device *dev, const struct dma_coherent_handle *handle)
{
	if (IS_ERR_OR_NULL(handle))
		return;

	WARN_ON(devres_release(dev, dmam_coherent_handle_release, dmam_coherent_handle_match,
			       (void *)handle));
}
EXPORT_SYMBOL_GPL(dmam_coherent_handle_free);

MODULE_DESCRIPTION("DMA-coherent buffers that only hardware touches");
MODULE_LICENSE("GPL");
