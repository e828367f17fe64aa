// SPDX-License-Identifier: GPL-2.0
/* The device, which the driver has anyway. */
#include <linux/device.h>
#include <linux/dma-coherent-handle.h>

static __maybe_unused void hello(struct dma_coherent_handle *handle)
{
	dev_info(handle->dev, "scratch buffer\n"); /* expect: noderef */
}
