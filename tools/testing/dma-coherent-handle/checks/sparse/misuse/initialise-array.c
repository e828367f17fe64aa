// SPDX-License-Identifier: GPL-2.0
#include <linux/dma-coherent-handle.h>
#include <linux/sizes.h>

static struct dma_coherent_handle rings[2] = {
	[1] = { .size = SZ_64K }, /* expect: different base types */
};

static __maybe_unused void drop(void)
{
	dma_coherent_handle_free(&rings[1]);
}
