/* SPDX-License-Identifier: GPL-2.0 */
/*
 * DMA-coherent buffers that only hardware touches.
 */
#ifndef _LINUX_DMA_COHERENT_HANDLE_H
#define _LINUX_DMA_COHERENT_HANDLE_H

#include <linux/cleanup.h>
#include <linux/compiler.h>
#include <linux/err.h>
#include <linux/gfp_types.h>
#include <linux/types.h>

struct device;
struct sg_table;
struct vm_area_struct;

/**
 * DOC: overview
 *
 * A &struct dma_coherent_handle is a DMA-coherent buffer for the device alone: firmware scratch
 * memory, motion vectors, a dummy page that overruns are sent to. The driver never touches the
 * contents, so the buffer needs no kernel mapping, and a handle has no CPU address.
 *
 * The buffer comes from dma_alloc_attrs() with %DMA_ATTR_NO_KERNEL_MAPPING, which returns a cookie
 * instead of an address: all that may be done with it is to give it back to dma_free_attrs(), along
 * with the same device, size, DMA address and attributes. The handle keeps the five together, out
 * of the driver's reach: every member is private. The attribute saves kernel address space; it is
 * no security boundary, and doesn't keep the CPU from speculating into the buffer.
 *
 * A handle is embedded in the driver's own data. Zeroed memory is an empty handle. Allocation fills
 * it, and dma_coherent_handle_free() empties it again. Freeing an empty handle does nothing, so one
 * error path serves for any number of them::
 *
 *	ret = dma_coherent_handle_alloc(dev, &priv->scratch, SZ_64K, GFP_KERNEL);
 *	if (ret)
 *		return ret;
 *	writeq(dma_coherent_handle_dma_addr(&priv->scratch), priv->regs + SCRATCH_ADDR);
 *
 * dmam_coherent_handle_alloc() is for a buffer that lasts as long as the driver is bound. A handle
 * on the stack, declared ``= {}`` with __free(dma_coherent_handle), is freed when it goes out of
 * scope, unless dma_coherent_handle_take() has moved the buffer out of it before that.
 *
 * The buffer reads as zero, and nothing that the CPU has left in its caches will land on it later.
 *
 * A handle must not be copied by assignment: both copies would free the one buffer. It holds a
 * reference to its device, which doesn't keep the driver bound: free the buffer before the driver's
 * remove callback has returned, as any DMA memory. CONFIG_DMA_API_DEBUG reports a driver that
 * doesn't, CONFIG_DMA_COHERENT_HANDLE_DEBUG a handle that was copied, or lost its buffer by reuse.
 *
 * Alloc, free, grow and take on the same handle are the caller's to serialise. The DMA address and
 * the size of an allocated handle can be read from any context without a lock.
 */

/**
 * struct dma_coherent_handle - a DMA-coherent buffer that only hardware touches
 *
 * All members are private to the implementation. A handle whose bytes are all zero is empty.
 */
struct dma_coherent_handle {
	/* private: a driver has no business with any of them */
	struct device *__private dev;
	void *__private cookie;
	dma_addr_t __private dma_addr;
	size_t __private size;
	unsigned long __private attrs;
#ifdef CONFIG_DMA_COHERENT_HANDLE_DEBUG
	const void *__private owner;	/* the handle that was filled, NULL after a move */
#endif
};

/**
 * dma_coherent_handle_dma_addr() - DMA address of the buffer
 * @handle: the handle
 *
 * Context: Any context.
 * Return: The address at which the device reaches the buffer, 0 if @handle is empty. 0 can also be
 *	   the address of a buffer.
 */
static inline dma_addr_t dma_coherent_handle_dma_addr(const struct dma_coherent_handle *handle)
{
	return ACCESS_PRIVATE(handle, dma_addr);
}

/**
 * dma_coherent_handle_size() - size of the buffer
 * @handle: the handle
 *
 * Context: Any context.
 * Return: The size in bytes that was asked for at allocation, 0 if @handle is empty.
 */
static inline size_t dma_coherent_handle_size(const struct dma_coherent_handle *handle)
{
	return ACCESS_PRIVATE(handle, size);
}

/**
 * dma_coherent_handle_is_allocated() - does the handle hold a buffer?
 * @handle: the handle
 *
 * Context: Any context.
 * Return: %true if @handle holds a buffer, %false if it is empty.
 */
static inline bool dma_coherent_handle_is_allocated(const struct dma_coherent_handle *handle)
{
	return ACCESS_PRIVATE(handle, cookie);
}

/**
 * dma_coherent_handle_take() - move the buffer out of a handle
 * @handle: the handle to take the buffer from, left empty
 *
 * Once nothing can fail, for example: ``priv->scratch = dma_coherent_handle_take(&scratch);``
 *
 * Context: Any context. The caller serialises it with all that changes @handle.
 * Return: A handle that holds what @handle held, empty if @handle was.
 */
static inline struct dma_coherent_handle __must_check
dma_coherent_handle_take(struct dma_coherent_handle *handle)
{
	struct dma_coherent_handle taken = *handle;

#ifdef CONFIG_DMA_COHERENT_HANDLE_DEBUG
	ACCESS_PRIVATE(&taken, owner) = NULL;
	/* A compiler may leave out what follows, and a handle at this place would inherit it. */
	WRITE_ONCE(ACCESS_PRIVATE(handle, owner), NULL);
#endif
	*handle = (struct dma_coherent_handle){};
	return taken;
}

#ifdef CONFIG_HAS_DMA

int __must_check dma_coherent_handle_alloc_attrs(struct device *dev,
						 struct dma_coherent_handle *handle, size_t size,
						 gfp_t gfp, unsigned long attrs);
void dma_coherent_handle_free(struct dma_coherent_handle *handle);
int __must_check dma_coherent_handle_grow(struct device *dev, struct dma_coherent_handle *handle,
					  size_t size, gfp_t gfp);

int __must_check dma_coherent_handle_mmap(const struct dma_coherent_handle *handle,
					  struct vm_area_struct *vma);
int __must_check dma_coherent_handle_get_sgtable(const struct dma_coherent_handle *handle,
						 struct sg_table *sgt);

const struct dma_coherent_handle * __must_check
dmam_coherent_handle_alloc_attrs(struct device *dev, size_t size, gfp_t gfp, unsigned long attrs);
void dmam_coherent_handle_free(struct device *dev, const struct dma_coherent_handle *handle);

#else /* !CONFIG_HAS_DMA */

static inline int __must_check
dma_coherent_handle_alloc_attrs(struct device *dev, struct dma_coherent_handle *handle, size_t size,
				gfp_t gfp, unsigned long attrs)
{
	*handle = (struct dma_coherent_handle){};
	return -EOPNOTSUPP;
}

static inline void dma_coherent_handle_free(struct dma_coherent_handle *handle) { }
static inline int __must_check
dma_coherent_handle_grow(struct device *dev, struct dma_coherent_handle *handle, size_t size,
			 gfp_t gfp) { return -EOPNOTSUPP; }

static inline int __must_check
dma_coherent_handle_mmap(const struct dma_coherent_handle *handle,
			 struct vm_area_struct *vma) { return -ENXIO; }

static inline int __must_check
dma_coherent_handle_get_sgtable(const struct dma_coherent_handle *handle,
				struct sg_table *sgt) { return -ENXIO; }

static inline const struct dma_coherent_handle * __must_check
dmam_coherent_handle_alloc_attrs(struct device *dev, size_t size, gfp_t gfp,
				 unsigned long attrs) { return ERR_PTR(-EOPNOTSUPP); }

static inline void dmam_coherent_handle_free(struct device *dev,
					     const struct dma_coherent_handle *handle) { }

#endif /* !CONFIG_HAS_DMA */

/**
 * dma_coherent_handle_alloc() - allocate a buffer that only the device touches
 * @dev: the device that reaches the buffer by DMA
 * @handle: the handle to fill, empty or uninitialised
 * @size: size of the buffer in bytes
 * @gfp: how to allocate
 *
 * Context: Any context that @gfp allows.
 * Return: As dma_coherent_handle_alloc_attrs(), of which this is the shorthand.
 */
static inline int __must_check dma_coherent_handle_alloc(struct device *dev,
							 struct dma_coherent_handle *handle,
							 size_t size, gfp_t gfp)
{
	return dma_coherent_handle_alloc_attrs(dev, handle, size, gfp, 0);
}

/**
 * dmam_coherent_handle_alloc() - allocate a buffer for as long as the driver is bound
 * @dev: the device that reaches the buffer by DMA, and whose driver's unbinding frees it
 * @size: size of the buffer in bytes
 * @gfp: how to allocate
 *
 * Context: Any context that @gfp allows.
 * Return: As dmam_coherent_handle_alloc_attrs(), of which this is the shorthand.
 */
static inline const struct dma_coherent_handle * __must_check
dmam_coherent_handle_alloc(struct device *dev, size_t size, gfp_t gfp)
{
	return dmam_coherent_handle_alloc_attrs(dev, size, gfp, 0);
}

/* For __free(dma_coherent_handle). DEFINE_FREE() would free a copy of the handle. */
static inline void __free_dma_coherent_handle(struct dma_coherent_handle *handle)
{
	dma_coherent_handle_free(handle);
}

#endif /* _LINUX_DMA_COHERENT_HANDLE_H */
