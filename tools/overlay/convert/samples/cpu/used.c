// SPDX-License-Identifier: GPL-2.0-only
/* Buffers that the CPU uses, here or in the driver's other file: none is a candidate. */
#include "used.h"

int used_alloc(struct used *used)
{
	void *local;
	dma_addr_t dma;

	used->ring = dma_alloc_coherent(used->dev, SZ_4K, &used->ring_dma, GFP_KERNEL);
	if (!used->ring)
		return -ENOMEM;
	used->ring[0] = 1;

	used->table = dma_alloc_coherent(used->dev, SZ_4K, &used->table_dma, GFP_KERNEL);
	if (!used->table)
		return -ENOMEM;

	/* Written in other.c. */
	used->elsewhere = dma_alloc_coherent(used->dev, SZ_4K, &used->elsewhere_dma, GFP_KERNEL);
	if (!used->elsewhere)
		return -ENOMEM;

	local = dma_alloc_coherent(used->dev, SZ_4K, &dma, GFP_KERNEL);
	if (!local)
		return -ENOMEM;
	memset(local, 0xff, SZ_4K);
	dma_free_coherent(used->dev, SZ_4K, local, dma);
	return 0;
}

void used_fill(struct used *used, const void *from, size_t len)
{
	memcpy(used->table, from, len);
}
