// SPDX-License-Identifier: GPL-2.0
#include <linux/dma-coherent-handle.h>
#include <linux/list.h>
#include <linux/types.h>

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
