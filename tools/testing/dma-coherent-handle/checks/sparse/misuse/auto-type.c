// SPDX-License-Identifier: GPL-2.0
#include <linux/dma-coherent-handle.h>
#include <linux/types.h>
#include <linux/wordpart.h>

static __maybe_unused bool is_low(struct dma_coherent_handle *handle)
{
	__auto_type addr = handle->dma_addr; /* expect: noderef */

	return upper_32_bits(addr); /* expect: noderef */
}
