/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Debugging of DMA-coherent handles: a handle knows its own address, a copy has another one's
 */
#ifndef _KERNEL_DMA_COHERENT_HANDLE_H
#define _KERNEL_DMA_COHERENT_HANDLE_H

#include <linux/bug.h>
#include <linux/compiler.h>
#include <linux/dma-coherent-handle.h>
#include <linux/types.h>

#ifdef CONFIG_DMA_COHERENT_HANDLE_DEBUG

static inline void coherent_handle_set_owner(struct dma_coherent_handle *handle)
{
	ACCESS_PRIVATE(handle, owner) = handle;
}

/* An uninitialised handle may hold anything, but hardly its own address. */
static inline void coherent_handle_check_unused(const struct dma_coherent_handle *handle)
{
	WARN(ACCESS_PRIVATE(handle, owner) == handle,
	     "DMA buffer lost: its handle is used for another one\n");
}

/* A buffer that was moved has no owner until it is grown or freed. */
static inline bool coherent_handle_is_owner(const struct dma_coherent_handle *handle)
{
	const void *owner = ACCESS_PRIVATE(handle, owner);

	return !WARN(owner && owner != handle,
		     "DMA buffer not freed: its handle is a copy, or was written over\n");
}

#else /* !CONFIG_DMA_COHERENT_HANDLE_DEBUG */

static inline void coherent_handle_set_owner(struct dma_coherent_handle *handle) { }
static inline void coherent_handle_check_unused(const struct dma_coherent_handle *handle) { }

static inline bool coherent_handle_is_owner(const struct dma_coherent_handle *handle)
{
	return true;
}

#endif /* !CONFIG_DMA_COHERENT_HANDLE_DEBUG */

#endif /* _KERNEL_DMA_COHERENT_HANDLE_H */
