// SPDX-License-Identifier: GPL-2.0
#include <linux/debugfs.h>
#include <linux/dma-coherent-handle.h>

static __maybe_unused void publish(struct dma_coherent_handle *handle, struct dentry *dir)
{
	debugfs_create_size_t("size", 0444, dir, &handle->size); /* expect: different modifiers */
}
