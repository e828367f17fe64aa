// SPDX-License-Identifier: GPL-2.0-only
/* What the language offers to get around a member's type. */
#include <linux/dma-coherent-handle.h>
#include <linux/types.h>
#include <linux/wordpart.h>

static __maybe_unused bool is_low(struct dma_coherent_handle *handle)
{
	__auto_type addr = handle->dma_addr; /* expect: noderef */

	return upper_32_bits(addr); /* expect: noderef */
}

static __maybe_unused void *vaddr(struct dma_coherent_handle *handle)
{
	__auto_type where = &handle->cookie;

	return *where; /* expect: noderef */
}

static __maybe_unused size_t bytes(void *data)
{
	return ((struct dma_coherent_handle *)data)->size; /* expect: noderef */
}

static __maybe_unused void mark_used(struct dma_coherent_handle *handle)
{
	(void)handle->cookie; /* expect: noderef */
}

#define BUFFER_BYTES(buffer) ((buffer)->size)

static __maybe_unused size_t bytes_in_a_macro(struct dma_coherent_handle *handle)
{
	return BUFFER_BYTES(handle); /* expect: noderef */
}

static __maybe_unused void copy(struct dma_coherent_handle *handle,
				struct dma_coherent_handle *from)
{
	handle->size = from->size; /* expect: noderef */
}

static __maybe_unused size_t next(struct dma_coherent_handle *handle)
{
	return (handle + 1)->size; /* expect: noderef */
}

static __maybe_unused size_t usable(struct dma_coherent_handle *handle, bool all)
{
	return all ? handle->size : 0; /* expect: noderef */
}
