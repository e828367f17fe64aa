// SPDX-License-Identifier: GPL-2.0-only
/* What a handle has a function for, called by hand with its members. */
#include <linux/dma-coherent-handle.h>
#include <linux/dma-mapping.h>
#include <linux/mm.h>
#include <linux/scatterlist.h>
#include <linux/sizes.h>

/* dma_coherent_handle_free() gives back what alloc was given. */
static __maybe_unused void drop(struct dma_coherent_handle *handle, struct device *dev,
				dma_addr_t addr)
{
	dma_free_coherent(dev, SZ_4K, handle->cookie, addr); /* expect: noderef */
}

/* dma_coherent_handle_get_sgtable() refuses where this goes wrong. */
static __maybe_unused int describe(struct dma_coherent_handle *handle, struct device *dev,
				   struct sg_table *sgt)
{
	return dma_get_sgtable(dev, sgt, handle->cookie, 0, SZ_4K); /* expect: noderef */
}

/* dma_coherent_handle_mmap() refuses where this goes wrong. */
static __maybe_unused int map(struct dma_coherent_handle *handle, struct device *dev,
			      struct vm_area_struct *vma)
{
	return dma_mmap_coherent(dev, vma, handle->cookie, 0, SZ_4K); /* expect: noderef */
}

/* A coherent buffer needs no sync. */
static __maybe_unused void flush(struct dma_coherent_handle *handle, struct device *dev)
{
	dma_sync_single_for_cpu(dev, handle->dma_addr, 64, DMA_FROM_DEVICE); /* expect: noderef */
}
