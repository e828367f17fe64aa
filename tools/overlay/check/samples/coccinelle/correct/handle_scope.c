// SPDX-License-Identifier: GPL-2.0
/* Handles on the stack as they should be. */
#include <linux/cleanup.h>
#include <linux/device.h>
#include <linux/dma-coherent-handle.h>
#include <linux/io.h>

struct heap_priv {
	struct device *dev;
	void __iomem *regs;
	struct dma_coherent_handle *current_buf;
	struct dma_coherent_handle scratch;
};

int heap_scoped(struct heap_priv *priv);
int heap_by_hand(struct heap_priv *priv);
int heap_uninitialised(struct heap_priv *priv);
int heap_declared_late(struct heap_priv *priv);
int heap_early_free(struct heap_priv *priv);
int heap_moved_in(struct heap_priv *priv);
int heap_unwound(struct heap_priv *priv);
int heap_static(struct heap_priv *priv);
void heap_pointer(struct heap_priv *priv);
struct dma_coherent_handle *heap_member(struct heap_priv *priv);
int heap_two(struct heap_priv *priv);
int heap_lent(struct heap_priv *priv);

int heap_scoped(struct heap_priv *priv)
{
	struct dma_coherent_handle scratch __free(dma_coherent_handle) = {};
	int ret;

	ret = dma_coherent_handle_alloc(priv->dev, &scratch, PAGE_SIZE, GFP_KERNEL);
	if (ret)
		return ret;

	writel(dma_coherent_handle_dma_addr(&scratch), priv->regs);
	return readl(priv->regs) ? -EIO : 0;
}

int heap_by_hand(struct heap_priv *priv)
{
	struct dma_coherent_handle scratch = {};
	int ret;

	ret = dma_coherent_handle_alloc(priv->dev, &scratch, PAGE_SIZE, GFP_KERNEL);
	if (ret)
		return ret;

	writel(dma_coherent_handle_dma_addr(&scratch), priv->regs);
	dma_coherent_handle_free(&scratch);
	return 0;
}

/* Allocation initialises, whether or not it succeeds. */
int heap_uninitialised(struct heap_priv *priv)
{
	struct dma_coherent_handle scratch;
	int ret;

	ret = dma_coherent_handle_alloc(priv->dev, &scratch, PAGE_SIZE, GFP_KERNEL);
	if (ret)
		goto out;
	writel(dma_coherent_handle_dma_addr(&scratch), priv->regs);
out:
	dma_coherent_handle_free(&scratch);
	return ret;
}

int heap_declared_late(struct heap_priv *priv)
{
	if (!priv->regs)
		return -ENODEV;

	struct dma_coherent_handle scratch __free(dma_coherent_handle) = {};

	return dma_coherent_handle_alloc(priv->dev, &scratch, PAGE_SIZE, GFP_KERNEL);
}

/* Freed by hand since it is to be used again. */
int heap_early_free(struct heap_priv *priv)
{
	struct dma_coherent_handle scratch __free(dma_coherent_handle) = {};
	size_t size;
	int ret;

	for (size = PAGE_SIZE; size < 8 * PAGE_SIZE; size *= 2) {
		ret = dma_coherent_handle_alloc(priv->dev, &scratch, size, GFP_KERNEL);
		if (ret)
			return ret;
		writel(dma_coherent_handle_dma_addr(&scratch), priv->regs);
		dma_coherent_handle_free(&scratch);
	}
	return 0;
}

int heap_moved_in(struct heap_priv *priv)
{
	struct dma_coherent_handle old __free(dma_coherent_handle) =
		dma_coherent_handle_take(&priv->scratch);

	return dma_coherent_handle_alloc(priv->dev, &priv->scratch,
					 2 * dma_coherent_handle_size(&old), GFP_KERNEL);
}

int heap_unwound(struct heap_priv *priv)
{
	struct dma_coherent_handle a = {}, b = {};
	int ret;

	ret = dma_coherent_handle_alloc(priv->dev, &a, PAGE_SIZE, GFP_KERNEL);
	if (ret)
		goto out;
	ret = dma_coherent_handle_alloc(priv->dev, &b, PAGE_SIZE, GFP_KERNEL);
	if (ret)
		goto out;
	writel(dma_coherent_handle_dma_addr(&a), priv->regs);
out:
	dma_coherent_handle_free(&b);
	dma_coherent_handle_free(&a);
	return ret;
}

int heap_static(struct heap_priv *priv)
{
	static struct dma_coherent_handle shared;

	priv->current_buf = &shared;
	if (dma_coherent_handle_is_allocated(&shared))
		return 0;
	return dma_coherent_handle_alloc(priv->dev, &shared, PAGE_SIZE, GFP_KERNEL);
}

void heap_pointer(struct heap_priv *priv)
{
	struct dma_coherent_handle *handle = &priv->scratch;

	priv->current_buf = handle;
	dma_coherent_handle_free(handle);
}

struct dma_coherent_handle *heap_member(struct heap_priv *priv)
{
	return &priv->scratch;
}

int heap_two(struct heap_priv *priv)
{
	struct dma_coherent_handle a __free(dma_coherent_handle) = {};
	struct dma_coherent_handle b __free(dma_coherent_handle) = {};
	int ret;

	ret = dma_coherent_handle_alloc(priv->dev, &a, PAGE_SIZE, GFP_KERNEL);
	if (ret)
		return ret;
	return dma_coherent_handle_alloc(priv->dev, &b, PAGE_SIZE, GFP_KERNEL);
}

static int heap_fill(struct device *dev, struct dma_coherent_handle *handle)
{
	return dma_coherent_handle_alloc(dev, handle, PAGE_SIZE, GFP_KERNEL);
}

int heap_lent(struct heap_priv *priv)
{
	struct dma_coherent_handle scratch;
	int ret;

	ret = heap_fill(priv->dev, &scratch);
	if (ret)
		return ret;

	priv->scratch = dma_coherent_handle_take(&scratch);
	return 0;
}
