// SPDX-License-Identifier: GPL-2.0
/* The reference to the device would be another's. */
#include <linux/dma-coherent-handle.h>

static __maybe_unused void reparent(struct dma_coherent_handle *handle, struct device *dev)
{
	handle->dev = dev; /* expect: noderef */
}
