// SPDX-License-Identifier: GPL-2.0
/*
 * What no driver should do. sparse.sh expects a report for each line that is marked, and for no
 * other.
 */
#include <linux/dma-coherent-handle.h>
#include <linux/string.h>

int planted(struct dma_coherent_handle *handle);
int planted(struct dma_coherent_handle *handle)
{
	memset(handle->cookie, 0, 4096);			/* MISUSE */
	handle->size = 1;					/* MISUSE */
	return handle->dma_addr == 0 ||				/* MISUSE */
	       dma_coherent_handle_dma_addr(handle) == 0;
}
