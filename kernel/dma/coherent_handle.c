// SPDX-License-Identifier: GPL-2.0
/*
 * DMA-coherent buffers that only hardware touches: dma_alloc_attrs() with
 * DMA_ATTR_NO_KERNEL_MAPPING, and its cookie kept where no driver can mistake it for an address.
 */
#include <linux/bug.h>
#include <linux/compiler.h>
#include <linux/device.h>
#include <linux/dma-coherent-handle.h>
#include <linux/dma-mapping.h>
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/gfp.h>
#include <linux/mm.h>
#include <linux/sched/mm.h>
#include <linux/types.h>

#include "coherent_handle.h"

/*
 * What a caller may pass. An allow-mask, since an attr that this file has never heard of may not be
 * one for allocations, nor safe without a kernel mapping.
 */
#define DMA_COHERENT_HANDLE_ATTRS	(DMA_ATTR_WEAK_ORDERING |	\
					 DMA_ATTR_WRITE_COMBINE |	\
					 DMA_ATTR_NO_KERNEL_MAPPING |	\
					 DMA_ATTR_FORCE_CONTIGUOUS |	\
					 DMA_ATTR_ALLOC_SINGLE_PAGES |	\
					 DMA_ATTR_NO_WARN |		\
					 DMA_ATTR_PRIVILEGED)

/* Empties a handle, but for the reference to the device, which is returned. */
static struct device *__coherent_handle_free(struct dma_coherent_handle *handle)
{
	struct dma_coherent_handle old = *handle;

	if (!dma_coherent_handle_is_allocated(handle) || !coherent_handle_is_owner(handle))
		return NULL;

	*handle = (struct dma_coherent_handle){};
	dma_free_attrs(ACCESS_PRIVATE(&old, dev), ACCESS_PRIVATE(&old, size),
		       ACCESS_PRIVATE(&old, cookie), ACCESS_PRIVATE(&old, dma_addr),
		       ACCESS_PRIVATE(&old, attrs));
	return ACCESS_PRIVATE(&old, dev);
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
 * dma_alloc_coherent(). It reads as zero to the end of its last page, to the device and to user
 * space, and is clean in the CPU caches. The caller owns it and frees it with
 * dma_coherent_handle_free(). Until then @handle holds a reference to @dev.
 *
 * Context: Any context that @gfp allows: it may sleep with %GFP_KERNEL, and doesn't with
 *	    %GFP_ATOMIC. The caller serialises it with all that changes @handle.
 * Return:
 * * 0 - @handle holds the buffer.
 * * %-EINVAL - @dev is %NULL or has no coherent DMA mask; @size is 0, or overflows when it is
 *   rounded up to whole pages; @attrs holds one that isn't listed above; @gfp has %__GFP_COMP.
 *   The DMA layer was not called, and @handle is empty.
 * * %-ENOMEM - the DMA layer has no such buffer. @handle is empty.
 * * %-EOPNOTSUPP - the kernel was built without CONFIG_HAS_DMA. @handle is empty.
 */
int dma_coherent_handle_alloc_attrs(struct device *dev, struct dma_coherent_handle *handle,
				    size_t size, gfp_t gfp, unsigned long attrs)
{
	int ret = -EINVAL;

	might_alloc(gfp);
	coherent_handle_check_unused(handle);

	/* A PAGE_ALIGN() of 0 is what no bytes and too many come to. */
	if (!dev || !dev->coherent_dma_mask || !PAGE_ALIGN(size) ||
	    (attrs & ~DMA_COHERENT_HANDLE_ATTRS) || (gfp & __GFP_COMP))
		goto err_empty;

	attrs |= DMA_ATTR_NO_KERNEL_MAPPING;
	ACCESS_PRIVATE(handle, size) = size;
	ACCESS_PRIVATE(handle, attrs) = attrs;
	ACCESS_PRIVATE(handle, cookie) = dma_alloc_attrs(dev, size,
							 &ACCESS_PRIVATE(handle, dma_addr),
							 gfp | __GFP_ZERO, attrs);
	ret = -ENOMEM;
	if (!dma_coherent_handle_is_allocated(handle))
		goto err_empty;

	ACCESS_PRIVATE(handle, dev) = get_device(dev);
	coherent_handle_set_owner(handle);
	return 0;

err_empty:
	*handle = (struct dma_coherent_handle){};
	return ret;
}
EXPORT_SYMBOL_GPL(dma_coherent_handle_alloc_attrs);

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
 *	    it with all that changes @handle.
 */
void dma_coherent_handle_free(struct dma_coherent_handle *handle)
{
	if (handle)
		put_device(__coherent_handle_free(handle));
}
EXPORT_SYMBOL_GPL(dma_coherent_handle_free);

/**
 * dma_coherent_handle_grow() - make sure that a handle holds at least so many bytes
 * @dev: the device that reaches the buffer by DMA
 * @handle: the handle, which may be empty, but not uninitialised
 * @size: the least size of the buffer in bytes
 * @gfp: how to allocate, as for dma_coherent_handle_alloc_attrs()
 *
 * Does nothing if @handle holds a buffer of @size bytes or more. Else allocates a new one, with the
 * attributes of the old one if there is one, and then frees the old one, which the device must have
 * stopped using. The contents are not kept: the new buffer reads as zero.
 *
 * Context: As for dma_coherent_handle_alloc_attrs() and dma_coherent_handle_free().
 * Return: 0, or a negative error code as dma_coherent_handle_alloc_attrs() gives. @handle is as it
 *	   was then: the old buffer stays.
 */
int dma_coherent_handle_grow(struct device *dev, struct dma_coherent_handle *handle, size_t size,
			     gfp_t gfp)
{
	struct dma_coherent_handle larger = {};
	int ret;

	if (dma_coherent_handle_is_allocated(handle) && size <= dma_coherent_handle_size(handle))
		return 0;

	ret = dma_coherent_handle_alloc_attrs(dev, &larger, size, gfp,
					      ACCESS_PRIVATE(handle, attrs));
	if (ret)
		return ret;
	dma_coherent_handle_free(handle);
	*handle = dma_coherent_handle_take(&larger);
	coherent_handle_set_owner(handle);
	return 0;
}
EXPORT_SYMBOL_GPL(dma_coherent_handle_grow);

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
 * * %-ENXIO - @vma reaches beyond the end of the buffer's last page, or buffers of this device
 *   can't be mapped into user space.
 * * another negative error code - the mapping failed.
 */
int dma_coherent_handle_mmap(const struct dma_coherent_handle *handle, struct vm_area_struct *vma)
{
	struct device *dev = ACCESS_PRIVATE(handle, dev);
	unsigned long pages;

	if (!dma_coherent_handle_is_allocated(handle))
		return -EINVAL;

	/* Not all DMA ops check the range. */
	pages = PAGE_ALIGN(dma_coherent_handle_size(handle)) >> PAGE_SHIFT;
	if (vma->vm_pgoff >= pages || vma_pages(vma) > pages - vma->vm_pgoff || !dma_can_mmap(dev))
		return -ENXIO;

	return dma_mmap_attrs(dev, vma, ACCESS_PRIVATE(handle, cookie),
			      dma_coherent_handle_dma_addr(handle),
			      dma_coherent_handle_size(handle), ACCESS_PRIVATE(handle, attrs));
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
 * * %-ENXIO - there is no struct page, a device would get a copy, or the backend has no such call.
 * * %-ENOMEM - there is no memory for @sgt.
 */
int dma_coherent_handle_get_sgtable(const struct dma_coherent_handle *handle, struct sg_table *sgt)
{
	if (!dma_coherent_handle_is_allocated(handle))
		return -EINVAL;

	return dma_get_sgtable_attrs(ACCESS_PRIVATE(handle, dev), sgt,
				     ACCESS_PRIVATE(handle, cookie),
				     dma_coherent_handle_dma_addr(handle),
				     dma_coherent_handle_size(handle),
				     ACCESS_PRIVATE(handle, attrs));
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

	ret = dma_coherent_handle_alloc_attrs(dev, handle, size, gfp, attrs);
	if (ret) {
		devres_free(handle);
		return ERR_PTR(ret);
	}

	/* With a reference to the device, what it manages would keep it for ever. */
	put_device(dev);
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
	if (!IS_ERR_OR_NULL(handle))
		WARN_ON(devres_release(dev, dmam_coherent_handle_release,
				       dmam_coherent_handle_match, (void *)handle));
}
EXPORT_SYMBOL_GPL(dmam_coherent_handle_free);
