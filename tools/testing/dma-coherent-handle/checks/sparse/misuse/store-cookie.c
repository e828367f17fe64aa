// SPDX-License-Identifier: GPL-2.0
/* Kept for later under a name that lies. */
#include <linux/dma-coherent-handle.h>

struct scratch {
	struct dma_coherent_handle handle;
	void *vaddr;
};

static __maybe_unused void remember(struct scratch *scratch)
{
	scratch->vaddr = scratch->handle.cookie; /* expect: noderef */
}
