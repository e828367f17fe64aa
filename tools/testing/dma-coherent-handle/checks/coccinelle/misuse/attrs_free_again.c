// SPDX-License-Identifier: GPL-2.0
/* Buffers that the next call frees again, each of which must be reported. */
#include <linux/dma-mapping.h>

struct again {
	struct device *dev;
	struct {
		void *deblk;
		dma_addr_t deblk_dma;
		ssize_t deblk_size;
	} h264;
	void *intra;
	dma_addr_t intra_dma;
	size_t intra_size;
	void *mv;
	dma_addr_t mv_dma;
	size_t mv_size;
	bool running;
};

static void *again_filter;
static dma_addr_t again_filter_dma;

static void __maybe_unused again_stop(struct again *again)
{
	if (again->h264.deblk_size)
		/* expect: ERROR: again->h264.deblk is freed again if this runs again */
		dma_free_attrs(again->dev, again->h264.deblk_size, again->h264.deblk,
			       again->h264.deblk_dma, DMA_ATTR_NO_KERNEL_MAPPING);
	if (again->intra_size > 0)
		/* expect: again->intra is freed again */
		dma_free_attrs(again->dev, again->intra_size, again->intra,
			       again->intra_dma, DMA_ATTR_NO_KERNEL_MAPPING);
	if (again->mv_size != 0) {
		dev_dbg(again->dev, "freeing %zu bytes\n", again->mv_size);
		/* expect: again->mv is freed again */
		dma_free_attrs(again->dev, again->mv_size, again->mv, again->mv_dma,
			       DMA_ATTR_NO_KERNEL_MAPPING);
		again->running = false;
	}
}

static void __maybe_unused again_stop_cookie(struct again *again)
{
	if (again->mv)
		/* expect: again->mv is freed again */
		dma_free_attrs(again->dev, again->mv_size, again->mv, again->mv_dma,
			       DMA_ATTR_NO_KERNEL_MAPPING);
	if (again->intra != NULL) {
		/* expect: again->intra is freed again */
		dma_free_attrs(again->dev, again->intra_size, again->intra,
			       again->intra_dma, DMA_ATTR_NO_KERNEL_MAPPING);
		again->intra_dma = 0;
	}
}

static void __maybe_unused again_static(struct device *dev)
{
	if (again_filter)
		/* expect: again_filter is freed again */
		dma_free_attrs(dev, SZ_4K, again_filter, again_filter_dma,
			       DMA_ATTR_WRITE_COMBINE);
}
