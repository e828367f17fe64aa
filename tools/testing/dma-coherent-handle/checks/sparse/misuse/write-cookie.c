// SPDX-License-Identifier: GPL-2.0
/* A handle emptied by hand leaks its buffer. */
#include <linux/dma-coherent-handle.h>
#include <linux/stddef.h>

static __maybe_unused void drop(struct dma_coherent_handle *handle)
{
	handle->cookie = NULL; /* expect: noderef */
}
