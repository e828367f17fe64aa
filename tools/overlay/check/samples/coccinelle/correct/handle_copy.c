// SPDX-License-Identifier: GPL-2.0
/* What looks like a copy of a handle and isn't. */
#include <linux/device.h>
#include <linux/dma-coherent-handle.h>
#include <linux/minmax.h>
#include <linux/slab.h>
#include <linux/string.h>

#define NUM_BUFS	4

struct moved_format {
	u32 scratch;
	u32 bufs[NUM_BUFS];
};

struct moved_priv {
	struct device *dev;
	struct moved_format format;
	struct dma_coherent_handle scratch;
	struct dma_coherent_handle bufs[NUM_BUFS];
	struct dma_coherent_handle *current_buf;
};

int moved_local(struct moved_priv *priv);
void moved_pointers(struct dma_coherent_handle *to, struct dma_coherent_handle *from);
void moved_array(struct moved_priv *priv);
void moved_empty(struct moved_priv *priv);
struct dma_coherent_handle moved_returned(struct moved_priv *priv);
void moved_from_function(struct moved_priv *to, struct moved_priv *from);
void moved_by_pointer(struct moved_priv *priv, int i);
void moved_same_names(struct moved_priv *priv, struct moved_format *old);
void moved_whole(struct moved_priv *priv);
size_t moved_sizes(struct moved_priv *priv);
void moved_swap(struct moved_priv *a, struct moved_priv *b);
int moved_dup(struct moved_priv *priv, const char *name);

int moved_local(struct moved_priv *priv)
{
	struct dma_coherent_handle scratch __free(dma_coherent_handle) = {};
	int ret;

	ret = dma_coherent_handle_alloc(priv->dev, &scratch, PAGE_SIZE, GFP_KERNEL);
	if (ret)
		return ret;

	priv->scratch = dma_coherent_handle_take(&scratch);
	return 0;
}

void moved_pointers(struct dma_coherent_handle *to, struct dma_coherent_handle *from)
{
	*to = dma_coherent_handle_take(from);
}

void moved_array(struct moved_priv *priv)
{
	int i;

	dma_coherent_handle_free(&priv->bufs[0]);
	for (i = 1; i < NUM_BUFS; i++)
		priv->bufs[i - 1] = dma_coherent_handle_take(&priv->bufs[i]);
}

/* For handles that are empty, or were never initialised. */
void moved_empty(struct moved_priv *priv)
{
	int i;

	priv->scratch = (struct dma_coherent_handle){};
	for (i = 0; i < NUM_BUFS; i++)
		priv->bufs[i] = (struct dma_coherent_handle){};
	memset(&priv->bufs[0], 0, sizeof(priv->bufs[0]));
	memset(priv->bufs, 0, sizeof(priv->bufs));
}

struct dma_coherent_handle moved_returned(struct moved_priv *priv)
{
	return dma_coherent_handle_take(&priv->scratch);
}

void moved_from_function(struct moved_priv *to, struct moved_priv *from)
{
	struct dma_coherent_handle old = moved_returned(from);

	to->scratch = moved_returned(to);
	dma_coherent_handle_free(&old);
}

void moved_by_pointer(struct moved_priv *priv, int i)
{
	struct dma_coherent_handle *buf = &priv->bufs[i];

	priv->current_buf = buf;
	priv->current_buf = &priv->scratch;
	priv->current_buf = priv->bufs + i;
	dma_coherent_handle_free(priv->current_buf);
}

/* Other members by the same names. */
void moved_same_names(struct moved_priv *priv, struct moved_format *old)
{
	u32 scratch = priv->format.scratch;

	old->scratch = scratch;
	old->bufs[0] = priv->format.bufs[0];
	swap(old->scratch, old->bufs[1]);
	memcpy(old->bufs, priv->format.bufs, sizeof(old->bufs));
	priv->format = *old;
	dma_coherent_handle_free(&priv->scratch);
}

void moved_whole(struct moved_priv *priv)
{
	struct moved_priv fresh = { .dev = priv->dev };
	struct moved_format format = priv->format;

	*priv = fresh;
	priv->format = format;
}

size_t moved_sizes(struct moved_priv *priv)
{
	return sizeof(priv->scratch) + sizeof(struct dma_coherent_handle) + sizeof(*priv) +
	       ARRAY_SIZE(priv->bufs) + dma_coherent_handle_size(&priv->scratch);
}

void moved_swap(struct moved_priv *a, struct moved_priv *b)
{
	struct dma_coherent_handle tmp = dma_coherent_handle_take(&a->scratch);

	a->scratch = dma_coherent_handle_take(&b->scratch);
	b->scratch = dma_coherent_handle_take(&tmp);
}

int moved_dup(struct moved_priv *priv, const char *name)
{
	void *copy = kmemdup(&priv->format, sizeof(priv->format), GFP_KERNEL);

	kfree(copy);
	return copy ? 0 : -ENOMEM;
}
