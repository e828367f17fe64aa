// SPDX-License-Identifier: GPL-2.0
/* Only zero is a handle: = {}. */
#include <linux/dma-coherent-handle.h>
#include <linux/sizes.h>

static __maybe_unused void wrap(void)
{
	struct dma_coherent_handle h = { .size = SZ_4K }; /* expect: different base types */

	dma_coherent_handle_free(&h);
}
