// SPDX-License-Identifier: GPL-2.0
/* The handle would drop a reference that it has not. */
#include <linux/dma-coherent-handle.h>

static __maybe_unused void wrap(struct device *dev)
{
	struct dma_coherent_handle h = { .dev = dev }; /* expect: different address spaces */

	dma_coherent_handle_free(&h);
}
