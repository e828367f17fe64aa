// SPDX-License-Identifier: GPL-2.0
/* Handles that are freed, and used before that or after they were filled again. */
#include <linux/device.h>
#include <linux/dma-coherent-handle.h>
#include <linux/io.h>
#include <linux/list.h>
#include <linux/slab.h>

struct timely_buf {
	struct list_head list;
	struct dma_coherent_handle handle;
};

struct timely_priv {
	struct device *dev;
	void __iomem *regs;
	struct list_head list;
	struct dma_coherent_handle scratch;
	struct dma_coherent_handle bufs[4];
	const struct dma_coherent_handle *managed;
};

void timely_order(struct timely_priv *priv);
int timely_resize(struct timely_priv *priv, size_t size);
int timely_resize_elsewhere(struct timely_priv *priv, size_t size);
int timely_grow(struct timely_priv *priv, size_t size);
void timely_twice(struct timely_priv *priv);
void timely_array(struct timely_priv *priv);
void timely_list(struct timely_priv *priv);
int timely_taken(struct timely_priv *priv);
int timely_refilled(struct timely_priv *priv, struct timely_priv *from);
bool timely_asked(struct timely_priv *priv);
int timely_error(struct timely_priv *priv);
int timely_managed(struct timely_priv *priv);
int timely_scoped(struct timely_priv *priv);
void timely_pointer(struct timely_priv *priv, struct dma_coherent_handle *handle);

void timely_order(struct timely_priv *priv)
{
	writel(dma_coherent_handle_dma_addr(&priv->scratch), priv->regs);
	dma_coherent_handle_free(&priv->scratch);
	writel(0, priv->regs);
}

int timely_resize(struct timely_priv *priv, size_t size)
{
	int ret;

	dma_coherent_handle_free(&priv->scratch);
	ret = dma_coherent_handle_alloc(priv->dev, &priv->scratch, size, GFP_KERNEL);
	if (ret)
		return ret;

	writel(dma_coherent_handle_dma_addr(&priv->scratch), priv->regs);
	return 0;
}

static int timely_alloc(struct timely_priv *priv, size_t size)
{
	return dma_coherent_handle_alloc(priv->dev, &priv->scratch, size, GFP_KERNEL);
}

int timely_resize_elsewhere(struct timely_priv *priv, size_t size)
{
	int ret;

	dma_coherent_handle_free(&priv->scratch);
	ret = timely_alloc(priv, size);
	if (ret)
		return ret;

	writel(dma_coherent_handle_dma_addr(&priv->scratch), priv->regs);
	return 0;
}

int timely_grow(struct timely_priv *priv, size_t size)
{
	int ret;

	if (dma_coherent_handle_size(&priv->scratch) < size) {
		dma_coherent_handle_free(&priv->scratch);
		ret = dma_coherent_handle_alloc(priv->dev, &priv->scratch, size, GFP_KERNEL);
		if (ret)
			return ret;
	}

	writel(dma_coherent_handle_dma_addr(&priv->scratch), priv->regs);
	return 0;
}

/* Nothing is wrong with that. */
void timely_twice(struct timely_priv *priv)
{
	dma_coherent_handle_free(&priv->scratch);
	dma_coherent_handle_free(&priv->scratch);
}

void timely_array(struct timely_priv *priv)
{
	int i;

	for (i = 0; i < 4; i++) {
		writel(dma_coherent_handle_size(&priv->bufs[i]), priv->regs);
		dma_coherent_handle_free(&priv->bufs[i]);
	}
	i = 3;
	while (i--)
		dma_coherent_handle_free(&priv->bufs[i]);
}

void timely_list(struct timely_priv *priv)
{
	struct timely_buf *buf, *next;

	list_for_each_entry_safe(buf, next, &priv->list, list) {
		dev_dbg(priv->dev, "%zu\n", dma_coherent_handle_size(&buf->handle));
		list_del(&buf->list);
		dma_coherent_handle_free(&buf->handle);
		kfree(buf);
	}
}

int timely_taken(struct timely_priv *priv)
{
	struct dma_coherent_handle scratch __free(dma_coherent_handle) = {};
	int ret;

	ret = dma_coherent_handle_alloc(priv->dev, &scratch, PAGE_SIZE, GFP_KERNEL);
	if (ret)
		return ret;

	writel(dma_coherent_handle_dma_addr(&scratch), priv->regs);
	priv->scratch = dma_coherent_handle_take(&scratch);
	writel(dma_coherent_handle_dma_addr(&priv->scratch), priv->regs);
	return 0;
}

int timely_refilled(struct timely_priv *priv, struct timely_priv *from)
{
	dma_coherent_handle_free(&priv->scratch);
	priv->scratch = dma_coherent_handle_take(&from->scratch);
	return dma_coherent_handle_size(&priv->scratch);
}

bool timely_asked(struct timely_priv *priv)
{
	dma_coherent_handle_free(&priv->scratch);
	if (dma_coherent_handle_is_allocated(&priv->scratch))
		dev_err(priv->dev, "%zu\n", dma_coherent_handle_size(&priv->scratch));
	return dma_coherent_handle_is_allocated(&priv->scratch);
}

int timely_error(struct timely_priv *priv)
{
	int ret;

	ret = dma_coherent_handle_alloc(priv->dev, &priv->scratch, PAGE_SIZE, GFP_KERNEL);
	if (ret)
		return ret;

	if (readl(priv->regs)) {
		dma_coherent_handle_free(&priv->scratch);
		return -EIO;
	}

	writel(dma_coherent_handle_dma_addr(&priv->scratch), priv->regs);
	return 0;
}

int timely_managed(struct timely_priv *priv)
{
	writel(dma_coherent_handle_dma_addr(priv->managed), priv->regs);
	dmam_coherent_handle_free(priv->dev, priv->managed);
	priv->managed = dmam_coherent_handle_alloc(priv->dev, PAGE_SIZE, GFP_KERNEL);
	if (IS_ERR(priv->managed))
		return PTR_ERR(priv->managed);

	writel(dma_coherent_handle_dma_addr(priv->managed), priv->regs);
	dmam_coherent_handle_free(priv->dev, priv->managed);
	priv->managed = NULL;
	return 0;
}

static int timely_fill(struct device *dev, struct dma_coherent_handle *handle)
{
	return dma_coherent_handle_alloc(dev, handle, PAGE_SIZE, GFP_KERNEL);
}

int timely_scoped(struct timely_priv *priv)
{
	struct dma_coherent_handle scratch __free(dma_coherent_handle) = {};
	int ret;

	ret = timely_fill(priv->dev, &scratch);
	if (ret)
		return ret;

	priv->scratch = dma_coherent_handle_take(&scratch);
	return 0;
}

void timely_pointer(struct timely_priv *priv, struct dma_coherent_handle *handle)
{
	dma_coherent_handle_free(handle);
	handle = &priv->scratch;
	writel(dma_coherent_handle_dma_addr(handle), priv->regs);
}

struct uaf_loop_buf {
	struct list_head node;
	dma_addr_t addr;
	struct dma_coherent_handle handle;
};

/* The address of another element. */
int uaf_loop(struct device *dev, struct list_head *bufs, void __iomem *regs)
{
	struct uaf_loop_buf *buf, *tmp;
	int ret;

	list_for_each_entry(buf, bufs, node) {
		ret = dma_coherent_handle_alloc(dev, &buf->handle, SZ_4K, GFP_KERNEL);
		if (ret)
			goto unwind;
		buf->addr = dma_coherent_handle_dma_addr(&buf->handle);
		writel(buf->addr, regs);
	}
	return 0;

unwind:
	list_for_each_entry_safe(buf, tmp, bufs, node) {
		writel(buf->addr, regs + 4);
		dma_coherent_handle_free(&buf->handle);
	}
	return ret;
}
