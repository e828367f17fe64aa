// SPDX-License-Identifier: GPL-2.0
#include <linux/dma-coherent-handle.h>
#include <linux/io.h>

static __maybe_unused phys_addr_t phys(struct dma_coherent_handle *handle)
{
	return virt_to_phys(handle->cookie); /* expect: noderef */
}
