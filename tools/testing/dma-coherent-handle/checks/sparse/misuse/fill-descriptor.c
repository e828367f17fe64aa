// SPDX-License-Identifier: GPL-2.0
#include <linux/dma-coherent-handle.h>
#include <linux/types.h>
#include <asm/byteorder.h>

struct descriptor {
	__le64 addr;
};

static __maybe_unused void queue(struct dma_coherent_handle *handle, struct descriptor *desc)
{
	desc->addr = cpu_to_le64(handle->dma_addr); /* expect: noderef */
}
