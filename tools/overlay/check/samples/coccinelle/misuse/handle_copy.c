// SPDX-License-Identifier: GPL-2.0
/* Copies of a handle, each of which must be reported. */
#include <linux/device.h>
#include <linux/dma-coherent-handle.h>
#include <linux/minmax.h>
#include <linux/slab.h>
#include <linux/string.h>

#define NUM_BUFS	4

struct copy_priv {
	struct device *dev;
	struct dma_coherent_handle scratch;
	struct dma_coherent_handle bufs[NUM_BUFS];
	bool small;
};

void copy_use(struct dma_coherent_handle handle);
struct dma_coherent_handle copy_get(struct copy_priv *priv);
int copy_local(struct copy_priv *priv);
int copy_scoped(struct copy_priv *priv);
void copy_pointers(struct dma_coherent_handle *to, struct dma_coherent_handle *from);
void copy_declared(struct copy_priv *priv);
void copy_struct_init(struct copy_priv *priv, struct dma_coherent_handle *from);
void copy_array(struct copy_priv *priv);
void copy_argument(struct copy_priv *priv);
void copy_choice(struct copy_priv *priv, struct copy_priv *other);
void copy_swap(struct copy_priv *a, struct copy_priv *b);
void copy_bytes(struct copy_priv *priv, struct copy_priv *other);
void *copy_dup(struct copy_priv *priv);
void copy_whole(struct copy_priv *to, struct copy_priv *from);
struct copy_priv *copy_clone(struct copy_priv *priv);
struct copy_priv *copy_grow(struct copy_priv *all, size_t n);

/* The classic: all has gone well, hand the local handle over. */
int copy_local(struct copy_priv *priv)
{
	struct dma_coherent_handle scratch = {};
	int ret;

	ret = dma_coherent_handle_alloc(priv->dev, &scratch, PAGE_SIZE, GFP_KERNEL);
	if (ret)
		return ret;

	/* expect: ERROR: handle copied */
	priv->scratch = scratch;
	return 0;
}

int copy_scoped(struct copy_priv *priv)
{
	struct dma_coherent_handle scratch __free(dma_coherent_handle) = {};
	int ret;

	ret = dma_coherent_handle_alloc(priv->dev, &scratch, PAGE_SIZE, GFP_KERNEL);
	if (ret)
		return ret;

	if (priv->small)
		/* expect: ERROR: handle copied */
		priv->bufs[0] = scratch;
	return 0;
}

void copy_pointers(struct dma_coherent_handle *to, struct dma_coherent_handle *from)
{
	/* expect: ERROR: handle copied */
	*to = *from;
	memset(from, 0, sizeof(*from));
}

void copy_declared(struct copy_priv *priv)
{
	/* expect: ERROR: handle copied */
	struct dma_coherent_handle old = priv->scratch;

	dma_coherent_handle_free(&old);
}

void copy_struct_init(struct copy_priv *priv, struct dma_coherent_handle *from)
{
	struct copy_priv tmp = {
		.dev = priv->dev,
		/* expect: ERROR: handle copied */
		.scratch = *from,
	};

	dma_coherent_handle_free(&tmp.scratch);
}

void copy_array(struct copy_priv *priv)
{
	int i;

	for (i = 1; i < NUM_BUFS; i++)
		/* expect: ERROR: handle copied */
		priv->bufs[i - 1] = priv->bufs[i];
}

struct dma_coherent_handle copy_get(struct copy_priv *priv)
{
	/* expect: ERROR: handle copied */
	return priv->scratch;
}

void copy_argument(struct copy_priv *priv)
{
	/* expect: ERROR: handle copied */
	copy_use(priv->scratch);
	/* expect: ERROR: handle copied */
	copy_use(*(&priv->bufs[1]));
}

void copy_choice(struct copy_priv *priv, struct copy_priv *other)
{
	/* expect: ERROR: handle copied */
	priv->scratch = priv->small ? other->bufs[0] : other->bufs[1];
}

void copy_swap(struct copy_priv *a, struct copy_priv *b)
{
	/* expect: ERROR: handle copied */
	swap(a->scratch, b->scratch);
}

void copy_bytes(struct copy_priv *priv, struct copy_priv *other)
{
	/* expect: ERROR: handle copied */
	memcpy(&priv->scratch, &other->scratch, sizeof(priv->scratch));
	/* expect: ERROR: handle copied */
	memmove(&priv->bufs[0], &priv->bufs[1], sizeof(priv->bufs[0]));
	/* expect: ERROR: handle copied */
	memcpy(priv->bufs, other->bufs, sizeof(priv->bufs));
}

void *copy_dup(struct copy_priv *priv)
{
	/* expect: ERROR: handle copied */
	return kmemdup(&priv->scratch, sizeof(priv->scratch), GFP_KERNEL);
}

void copy_whole(struct copy_priv *to, struct copy_priv *from)
{
	/* expect: ERROR: structure copied along with its handle */
	*to = *from;
}

struct copy_priv *copy_clone(struct copy_priv *priv)
{
	/* expect: ERROR: structure copied along with its handle */
	return kmemdup(priv, sizeof(*priv), GFP_KERNEL);
}

struct copy_priv *copy_grow(struct copy_priv *all, size_t n)
{
	/* expect: ERROR: structure copied along with its handle */
	return krealloc(all, n * sizeof(*all), GFP_KERNEL);
}
