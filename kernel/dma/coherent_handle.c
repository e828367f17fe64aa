// SPDX-License-Identifier: GPL-2.0
/*
 * DMA-coherent buffers that only hardware touches: dma_alloc_attrs() with
 * DMA_ATTR_NO_KERNEL_MAPPING, and its cookie kept where no driver can mistake it for an address.
 *
 * Not to be confused with coherent.c, the per-device pools of coherent memory. A handle's buffer
 * may well come from one of those: dma_alloc_attrs() decides.
 */
#include <linux/compiler.h>
#include <linux/device.h>
#include <linux/dma-coherent-handle.h>
#include <linux/dma-mapping.h>
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/gfp.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/sched/mm.h>
#include <linux/types.h>

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
 * dma_alloc_coherent(). What it contains is undefined, %__GFP_ZERO or not. The caller owns it and
 * frees it with dma_coherent_handle_free(). Until then @handle holds a reference to @dev.
 *
 * Context: Any context that @gfp allows: it may sleep with %GFP_KERNEL, and doesn't with
 *	    %GFP_ATOMIC. The caller serialises it with alloc, free and take on @handle.
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
	dma_addr_t dma_addr;
	void *cookie;

	might_alloc(gfp);

	/* First of all, so that free does nothing after any failure. */
	*handle = (struct dma_coherent_handle){};

	if (!dev || !dev->coherent_dma_mask)
		return -EINVAL;
	/* 0 is what both no bytes and too many come to. */
	if (!PAGE_ALIGN(size))
		return -EINVAL;
	if ((attrs & ~DMA_COHERENT_HANDLE_ATTRS) || (gfp & __GFP_COMP))
		return -EINVAL;

	attrs |= DMA_ATTR_NO_KERNEL_MAPPING;
	cookie = dma_alloc_attrs(dev, size, &dma_addr, gfp, attrs);
	if (!cookie)
		return -ENOMEM;

	ACCESS_PRIVATE(handle, dev) = get_device(dev);
	ACCESS_PRIVATE(handle, cookie) = cookie;
	ACCESS_PRIVATE(handle, dma_addr) = dma_addr;
	ACCESS_PRIVATE(handle, size) = size;
	ACCESS_PRIVATE(handle, attrs) = attrs;
	return 0;
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
 *	    it with alloc, free and take on @handle.
 */
void dma_coherent_handle_free(struct dma_coherent_handle *handle)
{
	struct dma_coherent_handle old;

	if (!handle || !dma_coherent_handle_is_allocated(handle))
		return;

	old = dma_coherent_handle_take(handle);
	dma_free_attrs(ACCESS_PRIVATE(&old, dev), ACCESS_PRIVATE(&old, size),
		       ACCESS_PRIVATE(&old, cookie), ACCESS_PRIVATE(&old, dma_addr),
		       ACCESS_PRIVATE(&old, attrs));
	put_device(ACCESS_PRIVATE(&old, dev));
}
EXPORT_SYMBOL_GPL(dma_coherent_handle_free);

static void dmam_coherent_handle_release(struct device *dev, void *res)
{
	dma_coherent_handle_free(res);
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
 * free it in any other way, for which reason the handle is const.
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
