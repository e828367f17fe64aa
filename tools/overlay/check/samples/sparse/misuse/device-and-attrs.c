// SPDX-License-Identifier: GPL-2.0-only
/* The device and the attributes are the business of the handle alone. */
#include <linux/device.h>
#include <linux/dma-coherent-handle.h>
#include <linux/dma-mapping.h>

static __maybe_unused void quiet(struct dma_coherent_handle *handle)
{
	handle->attrs |= DMA_ATTR_NO_WARN; /* expect: noderef */
}

/* Attributes that are none of the driver's business. */
static __maybe_unused bool is_wc(struct dma_coherent_handle *handle)
{
	return handle->attrs & DMA_ATTR_WRITE_COMBINE; /* expect: noderef */
}

/* The device, which the driver has anyway. */
static __maybe_unused void hello(struct dma_coherent_handle *handle)
{
	dev_info(handle->dev, "scratch buffer\n"); /* expect: noderef */
}

static __maybe_unused int kind(struct dma_coherent_handle *handle)
{
	switch (handle->attrs) { /* expect: noderef */
	case DMA_ATTR_NO_KERNEL_MAPPING:
		return 1;
	default:
		return 0;
	}
}

/* The buffer would be freed with other attributes. */
static __maybe_unused void quiet_write_attrs(struct dma_coherent_handle *handle)
{
	handle->attrs = DMA_ATTR_NO_WARN; /* expect: noderef */
}

/* The reference to the device would be another's. */
static __maybe_unused void reparent(struct dma_coherent_handle *handle, struct device *dev)
{
	handle->dev = dev; /* expect: noderef */
}
