// SPDX-License-Identifier: GPL-2.0
#include <linux/compiler.h>
#include <linux/dma-coherent-handle.h>
#include <linux/sizes.h>

static __maybe_unused void shrink(struct dma_coherent_handle *handle)
{
	WRITE_ONCE(handle->size, SZ_4K); /* expect: different base types */
}
