// SPDX-License-Identifier: GPL-2.0
#include <linux/dma-coherent-handle.h>
#include <linux/seq_file.h>

static __maybe_unused void show(struct dma_coherent_handle *handle, struct seq_file *m)
{
	seq_printf(m, "%zu bytes\n", handle->size); /* expect: noderef */
}
