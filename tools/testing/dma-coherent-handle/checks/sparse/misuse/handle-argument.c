// SPDX-License-Identifier: GPL-2.0
/* Passed by value, which is a second owner besides. */
#include <linux/dma-coherent-handle.h>
#include <linux/types.h>

static __maybe_unused size_t bytes(struct dma_coherent_handle handle)
{
	return handle.size; /* expect: noderef */
}
