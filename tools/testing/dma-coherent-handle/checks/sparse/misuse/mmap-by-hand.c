// SPDX-License-Identifier: GPL-2.0
/* dma_coherent_handle_mmap() refuses where this goes wrong. */
#include <linux/dma-coherent-handle.h>
#include <linux/dma-mapping.h>
#include <linux/mm.h>
#include <linux/sizes.h>

static __maybe_unused int map(struct dma_coherent_handle *handle, struct device *dev,
			      struct vm_area_struct *vma)
{
	return dma_mmap_coherent(dev, vma, handle->cookie, 0, SZ_4K); /* expect: noderef */
}
