// SPDX-License-Identifier: GPL-2.0
/* Error paths that free what a loop has filled, then the array. Nothing to be reported. */
#include <linux/dma-coherent-handle.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

struct queue {
	struct dma_coherent_handle table;
	u16 index;
};

struct card {
	struct device *dev;
	spinlock_t lock;
	struct queue *queues;
	int count;
};

static void queue_free(struct queue *queue)
{
	dma_coherent_handle_free(&queue->table);
	queue->index = 0;
}

int card_init_down(struct card *card, int count)
{
	int i, ret;

	spin_lock_init(&card->lock);
	card->queues = kcalloc(count, sizeof(*card->queues), GFP_KERNEL);
	if (!card->queues)
		return -ENOMEM;
	for (i = 0; i < count; i++) {
		ret = dma_coherent_handle_alloc(card->dev, &card->queues[i].table, SZ_8K,
						GFP_KERNEL);
		if (ret)
			goto err;
		card->queues[i].index = i;
	}
	card->count = count;
	return 0;
err:
	while (--i >= 0)
		queue_free(&card->queues[i]);
	kfree(card->queues);
	return ret;
}

int card_init_up(struct card *card, int count)
{
	int i, j, ret;

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
	for (j = 0; j < i; j++)
		dma_coherent_handle_free(&card->queues[j].table);
	kfree(card->queues);
	return ret;
}

void card_exit(struct card *card)
{
	struct queue *queue;

	for (queue = card->queues; queue < card->queues + card->count; queue++)
		queue_free(queue);
	kfree(card->queues);
}

static const struct queue queue_template = { .index = 1 };

struct queue *queue_new(struct device *dev)
{
	struct queue *queue = kmemdup(&queue_template, sizeof(queue_template), GFP_KERNEL);

	if (!queue)
		return NULL;
	if (dma_coherent_handle_alloc(dev, &queue->table, SZ_8K, GFP_KERNEL)) {
		kfree(queue);
		return NULL;
	}
	return queue;
}
