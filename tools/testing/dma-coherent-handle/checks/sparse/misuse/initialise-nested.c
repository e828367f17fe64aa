// SPDX-License-Identifier: GPL-2.0
#include <linux/dma-coherent-handle.h>
#include <linux/sizes.h>

struct scratch {
	struct dma_coherent_handle handle;
};

static struct scratch scratch = {
	.handle.size = SZ_64K, /* expect: different base types */
};

static __maybe_unused void drop(void)
{
	dma_coherent_handle_free(&scratch.handle);
}
