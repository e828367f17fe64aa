/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What coherent_handle.c and coherent_handle_debug.c share. Without
 * CONFIG_DMA_COHERENT_HANDLE_DEBUG, no call of the latter leaves a trace in the object code.
 */
#ifndef _KERNEL_DMA_COHERENT_HANDLE_H
#define _KERNEL_DMA_COHERENT_HANDLE_H

#include <linux/compiler.h>
#include <linux/dma-coherent-handle.h>
#include <linux/types.h>

struct seq_buf;

/* What no driver may ask a handle for. */
static inline struct device *coherent_handle_dev(const struct dma_coherent_handle *handle)
{
	return (__force struct device *)ACCESS_PRIVATE(handle, dev);
}

static inline void *coherent_handle_cookie(const struct dma_coherent_handle *handle)
{
	return (__force void *)ACCESS_PRIVATE(handle, cookie);
}

static inline unsigned long coherent_handle_attrs(const struct dma_coherent_handle *handle)
{
	return (__force unsigned long)ACCESS_PRIVATE(handle, attrs);
}

#ifdef CONFIG_DMA_COHERENT_HANDLE_DEBUG
void coherent_handle_debug_overwrite(struct dma_coherent_handle *handle);
bool coherent_handle_debug_add(struct dma_coherent_handle *handle, gfp_t gfp);
bool coherent_handle_debug_remove(struct dma_coherent_handle *handle);
void coherent_handle_debug_forget(struct dma_coherent_handle *handle);

/* Where all reports end up, for tests to redirect. */
void coherent_handle_debug_report(const char *what, struct seq_buf *details);
#else
static inline void coherent_handle_debug_overwrite(struct dma_coherent_handle *handle)
{
}

static inline bool coherent_handle_debug_add(struct dma_coherent_handle *handle, gfp_t gfp)
{
	return true;
}

static inline bool coherent_handle_debug_remove(struct dma_coherent_handle *handle)
{
	return dma_coherent_handle_is_allocated(handle);
}

static inline void coherent_handle_debug_forget(struct dma_coherent_handle *handle)
{
}
#endif /* CONFIG_DMA_COHERENT_HANDLE_DEBUG */

#endif /* _KERNEL_DMA_COHERENT_HANDLE_H */
