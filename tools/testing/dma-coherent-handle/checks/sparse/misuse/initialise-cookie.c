// SPDX-License-Identifier: GPL-2.0
/* A buffer of dma_alloc_attrs() does not become a handle. */
#include <linux/dma-coherent-handle.h>

static __maybe_unused void wrap(void *cookie)
{
	struct dma_coherent_handle h = { .cookie = cookie }; /* expect: different address spaces */

	dma_coherent_handle_free(&h);
}
