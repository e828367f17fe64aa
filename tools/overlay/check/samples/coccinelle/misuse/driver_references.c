// SPDX-License-Identifier: GPL-2.0
/* Reference pictures that are moved along with their handles. */
#include <linux/dma-coherent-handle.h>
#include <linux/slab.h>

struct picture {
	u32 poc;
	struct dma_coherent_handle mv;
};

struct decoder {
	struct device *dev;
	struct picture current_picture;
	struct picture references[16];
	int count;
};

static void __maybe_unused decoder_keep(struct decoder *d)
{
	/* expect: structure copied along with its handle */
	d->references[d->count++] = d->current_picture;
}

static void __maybe_unused decoder_swap(struct decoder *d, int i)
{
	/* expect: structure copied along with its handle */
	struct picture saved = d->references[i];

	d->current_picture.poc = saved.poc;
}

static void __maybe_unused decoder_flush(struct decoder *d)
{
	while (d->count)
		dma_coherent_handle_free(&d->references[--d->count].mv);
	dma_coherent_handle_free(&d->current_picture.mv);
}
