// SPDX-License-Identifier: GPL-2.0
#include <linux/dma-coherent-handle.h>
#include <linux/stddef.h>

static __maybe_unused void wrap(struct device *dev)
{
	struct dma_coherent_handle h = { dev, NULL }; /* expect: different address spaces */

	dma_coherent_handle_free(&h);
}
