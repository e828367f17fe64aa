// SPDX-License-Identifier: GPL-2.0-only
/* The size is read by its accessor, and never changed. */
#include <linux/bug.h>
#include <linux/debugfs.h>
#include <linux/dma-coherent-handle.h>
#include <linux/io.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/seq_file.h>
#include <linux/sizes.h>
#include <linux/slab.h>
#include <linux/types.h>

static __maybe_unused void publish(struct dma_coherent_handle *handle, struct dentry *dir)
{
	debugfs_create_size_t("size", 0444, dir, &handle->size); /* expect: different modifiers */
}

static __maybe_unused bool fits(struct dma_coherent_handle *handle, size_t want)
{
	return want <= handle->size; /* expect: noderef */
}

static __maybe_unused void grow(struct dma_coherent_handle *handle)
{
	handle->size++; /* expect: noderef */
}

static __maybe_unused void clear_banks(struct dma_coherent_handle *handle, void __iomem *regs)
{
	size_t i;

	for (i = 0; i < handle->size; i += 4096) /* expect: noderef */
		writel(0, regs + i / 1024);
}

static __maybe_unused void show(struct dma_coherent_handle *handle, struct seq_file *m)
{
	seq_printf(m, "%zu bytes\n", handle->size); /* expect: noderef */
}

/* The size, past its accessor. */
static __maybe_unused size_t bytes(struct dma_coherent_handle *handle)
{
	return handle->size; /* expect: noderef */
}

static __maybe_unused void *shadow(struct dma_coherent_handle *handle)
{
	return kzalloc(handle->size, GFP_KERNEL); /* expect: noderef */
}

static __maybe_unused size_t clamp_len(struct dma_coherent_handle *handle, size_t len)
{
	return min(len, handle->size); /* expect: noderef */
}

static __maybe_unused size_t pages(struct dma_coherent_handle *handle)
{
	return PAGE_ALIGN(handle->size) >> PAGE_SHIFT; /* expect: noderef */
}

static __maybe_unused void check(struct dma_coherent_handle *handle)
{
	WARN_ON(handle->size > SZ_1M); /* expect: noderef */
}

/* The buffer would be freed with another size. */
static __maybe_unused void shrink(struct dma_coherent_handle *handle)
{
	handle->size = SZ_4K; /* expect: noderef */
}
