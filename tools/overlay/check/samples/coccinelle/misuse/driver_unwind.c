// SPDX-License-Identifier: GPL-2.0
/* An error path that frees an array, but not what its elements hold. */
#include <linux/dma-coherent-handle.h>
#include <linux/slab.h>

struct queue {
	struct dma_coherent_handle table;
	u16 index;
};

struct card {
	struct device *dev;
	struct queue *queues;
	int count;
};

int card_init(struct card *card, int count)
{
	int i, ret;

	card->queues = kcalloc(count, sizeof(*card->queues), GFP_KERNEL);
	if (!card->queues)
		return -ENOMEM;
	for (i = 0; i < count; i++) {
		ret = dma_coherent_handle_alloc(card->dev, &card->queues[i].table, SZ_8K,
						GFP_KERNEL);
		if (ret)
			goto err;
	}
	card->count = count;
	return 0;
err:
	/* expect: the buffer of a handle in this memory is lost */
	kfree(card->queues);
	return ret;
}

void card_exit(struct card *card)
{
	while (card->count)
		dma_coherent_handle_free(&card->queues[--card->count].table);
	kfree(card->queues);
}
