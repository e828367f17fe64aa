/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What coherent_handle.c calls in coherent_handle_debug.c. Without CONFIG_DMA_COHERENT_HANDLE_DEBUG
 * none of it leaves a trace in the object code.
 */
#ifndef _KERNEL_DMA_COHERENT_HANDLE_H
#define _KERNEL_DMA_COHERENT_HANDLE_H

#include <linux/types.h>

struct dma_coherent_handle;
struct seq_buf;

#ifdef CONFIG_DMA_COHERENT_HANDLE_DEBUG
void coherent_handle_debug_overwrite(struct dma_coherent_handle *handle);
int coherent_handle_debug_add(struct dma_coherent_handle *handle, gfp_t gfp);
bool coherent_handle_debug_remove(struct dma_coherent_handle *handle);
void coherent_handle_debug_forget(struct dma_coherent_handle *handle);

/* Where all reports end up, for tests to redirect. */
void coherent_handle_debug_report(const char *what, struct seq_buf *details);
#else
static inline void coherent_handle_debug_overwrite(struct dma_coherent_handle *handle)
{
}

static inline int coherent_handle_debug_add(struct dma_coherent_handle *handle, gfp_t gfp)
{
	return 0;
}

static inline bool coherent_handle_debug_remove(struct dma_coherent_handle *handle)
{
	return true;
}

static inline void coherent_handle_debug_forget(struct dma_coherent_handle *handle)
{
}
#endif /* CONFIG_DMA_COHERENT_HANDLE_DEBUG */

#endif /* _KERNEL_DMA_COHERENT_HANDLE_H */
