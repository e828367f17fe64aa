// SPDX-License-Identifier: GPL-2.0
#include <linux/dma-coherent-handle.h>
#include <linux/interrupt.h>
#include <linux/io.h>
#include <linux/types.h>

static __maybe_unused irqreturn_t handler(int irq, void *data)
{
	struct dma_coherent_handle *handle = data;

	return handle->size ? IRQ_HANDLED : IRQ_NONE; /* expect: noderef */
}
