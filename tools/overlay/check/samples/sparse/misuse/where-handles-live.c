// SPDX-License-Identifier: GPL-2.0-only
/* Wherever a handle lives, its members are private. */
#include <linux/dma-coherent-handle.h>
#include <linux/err.h>
#include <linux/gfp.h>
#include <linux/interrupt.h>
#include <linux/io.h>
#include <linux/list.h>
#include <linux/sizes.h>
#include <linux/types.h>

struct rings {
	struct dma_coherent_handle handle[4];
};

static __maybe_unused dma_addr_t ring(struct rings *rings, int i)
{
	return rings->handle[i].dma_addr; /* expect: noderef */
}

static __maybe_unused size_t bytes(const struct dma_coherent_handle *handle)
{
	return handle->size; /* expect: noderef */
}

struct rings_flexible_array {
	unsigned int nr;
	struct dma_coherent_handle handle[];
};

static __maybe_unused size_t last(struct rings_flexible_array *rings_flexible_array)
{
	return rings_flexible_array->handle[rings_flexible_array->nr - 1].size; /* expect: noderef */
}

/* Passed by value, which is a second owner besides. */
static __maybe_unused size_t bytes_handle_argument(struct dma_coherent_handle handle)
{
	return handle.size; /* expect: noderef */
}

static __maybe_unused irqreturn_t handler(int irq, void *data)
{
	struct dma_coherent_handle *handle = data;

	return handle->size ? IRQ_HANDLED : IRQ_NONE; /* expect: noderef */
}

struct chunk {
	struct list_head list;
	struct dma_coherent_handle handle;
};

static __maybe_unused size_t total(struct list_head *chunks)
{
	struct chunk *chunk;
	size_t sum = 0;

	list_for_each_entry(chunk, chunks, list)
		sum += chunk->handle.size; /* expect: noderef */
	return sum;
}

static __maybe_unused int probe(struct device *dev, dma_addr_t *addr)
{
	struct dma_coherent_handle handle;
	int ret;

	ret = dma_coherent_handle_alloc(dev, &handle, SZ_4K, GFP_KERNEL);
	if (ret)
		return ret;
	*addr = handle.dma_addr; /* expect: noderef */
	return 0;
}

static __maybe_unused int probe_managed_handle(struct device *dev, dma_addr_t *addr)
{
	const struct dma_coherent_handle *handle;

	handle = dmam_coherent_handle_alloc(dev, SZ_4K, GFP_KERNEL);
	if (IS_ERR(handle))
		return PTR_ERR(handle);
	*addr = handle->dma_addr; /* expect: noderef */
	return 0;
}

struct scratch {
	struct {
		struct dma_coherent_handle handle;
	} fw;
};

static __maybe_unused dma_addr_t addr(struct scratch *scratch)
{
	return scratch->fw.handle.dma_addr; /* expect: noderef */
}

static __maybe_unused size_t bytes_pointer_to_pointer(struct dma_coherent_handle **handle)
{
	return (*handle)->size; /* expect: noderef */
}

struct scratch_returned_pointer {
	struct dma_coherent_handle handle;
};

static struct dma_coherent_handle *to_handle(struct scratch_returned_pointer *scratch_returned_pointer)
{
	return &scratch_returned_pointer->handle;
}

static __maybe_unused size_t bytes_returned_pointer(struct scratch_returned_pointer *scratch_returned_pointer)
{
	return to_handle(scratch_returned_pointer)->size; /* expect: noderef */
}

static __maybe_unused int probe_scope_handle(struct device *dev, dma_addr_t *addr)
{
	struct dma_coherent_handle handle __free(dma_coherent_handle) = {};
	int ret;

	ret = dma_coherent_handle_alloc(dev, &handle, SZ_4K, GFP_KERNEL);
	if (!ret)
		*addr = handle.dma_addr; /* expect: noderef */
	return ret;
}

static struct dma_coherent_handle scratch_static_handle;

static __maybe_unused size_t bytes_static_handle(void)
{
	return scratch_static_handle.size; /* expect: noderef */
}

static __maybe_unused size_t move(struct dma_coherent_handle *handle,
				  struct dma_coherent_handle *to)
{
	*to = dma_coherent_handle_take(handle);
	return to->size; /* expect: noderef */
}

union scratch_union_member {
	struct dma_coherent_handle handle;
	unsigned long raw[5];
};

static __maybe_unused size_t bytes_union_member(union scratch_union_member *scratch_union_member)
{
	return scratch_union_member->handle.size; /* expect: noderef */
}
