/* SPDX-License-Identifier: GPL-2.0-only */
#include <linux/dma-mapping.h>
#include <linux/string.h>

struct used {
	struct device *dev;
	u32 *ring;
	void *table;
	void *elsewhere;
	dma_addr_t ring_dma;
	dma_addr_t table_dma;
	dma_addr_t elsewhere_dma;
};
