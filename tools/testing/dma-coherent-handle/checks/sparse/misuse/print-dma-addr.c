// SPDX-License-Identifier: GPL-2.0
#include <linux/device.h>
#include <linux/dma-coherent-handle.h>
#include <linux/types.h>

static __maybe_unused void show(struct dma_coherent_handle *handle, struct device *dev)
{
	dev_dbg(dev, "buffer at %#llx\n", (u64)handle->dma_addr); /* expect: noderef */
}
