// SPDX-License-Identifier: GPL-2.0
/* Buffers that are filled twice, moved and freed without a leak. */
#include <linux/device.h>
#include <linux/dma-coherent-handle.h>
#include <linux/io.h>
#include <linux/list.h>
#include <linux/slab.h>
#include <linux/sizes.h>
#include <linux/string.h>

struct kept_buf {
	struct list_head list;
	struct dma_coherent_handle handle;
};

struct kept_priv {
	struct device *dev;
	void __iomem *regs;
	struct list_head list;
	struct dma_coherent_handle scratch;
	struct dma_coherent_handle bufs[4];
};

int kept_retry(struct kept_priv *priv);
int kept_halved(struct kept_priv *priv);
int kept_loop(struct kept_priv *priv);
int kept_list(struct kept_priv *priv);
int kept_resized(struct kept_priv *priv, size_t size);
struct kept_priv *kept_error_path(struct device *dev, void __iomem *regs);
int kept_labels(struct device *dev, struct kept_priv **out);
int kept_local(struct kept_priv *priv);
int kept_scoped(struct kept_priv *priv);
int kept_grown(struct kept_priv *priv, size_t size);
int kept_cleaned_up(struct device *dev, void __iomem *regs);
struct dma_coherent_handle kept_returned(struct kept_priv *priv);

static void __maybe_unused kept_teardown(struct kept_priv *priv)
{
	int i;

	dma_coherent_handle_free(&priv->scratch);
	for (i = 0; i < 4; i++)
		dma_coherent_handle_free(&priv->bufs[i]);
}

static void __maybe_unused kept_list_free(struct kept_priv *priv)
{
	struct kept_buf *buf, *next;

	list_for_each_entry_safe(buf, next, &priv->list, list) {
		dma_coherent_handle_free(&buf->handle);
		kfree(buf);
	}
}

int kept_retry(struct kept_priv *priv)
{
	int ret;

	ret = dma_coherent_handle_alloc(priv->dev, &priv->scratch, SZ_1M, GFP_KERNEL);
	if (ret)
		ret = dma_coherent_handle_alloc(priv->dev, &priv->scratch, SZ_64K, GFP_KERNEL);
	if (ret)
		return ret;
	return 0;
}

int kept_halved(struct kept_priv *priv)
{
	size_t size;

	for (size = SZ_1M; size >= PAGE_SIZE; size /= 2) {
		if (!dma_coherent_handle_alloc(priv->dev, &priv->scratch, size, GFP_KERNEL))
			return 0;
	}
	return -ENOMEM;
}

int kept_loop(struct kept_priv *priv)
{
	int i, ret;

	for (i = 0; i < 4; i++) {
		ret = dma_coherent_handle_alloc(priv->dev, &priv->bufs[i], PAGE_SIZE, GFP_KERNEL);
		if (ret)
			goto err_free;
	}
	return 0;

err_free:
	while (--i >= 0)
		dma_coherent_handle_free(&priv->bufs[i]);
	return ret;
}

int kept_list(struct kept_priv *priv)
{
	struct kept_buf *buf;
	int i, ret;

	for (i = 0; i < 4; i++) {
		buf = kzalloc(sizeof(*buf), GFP_KERNEL);
		if (!buf)
			return -ENOMEM;
		ret = dma_coherent_handle_alloc(priv->dev, &buf->handle, PAGE_SIZE, GFP_KERNEL);
		if (ret) {
			kfree(buf);
			return ret;
		}
		list_add(&buf->list, &priv->list);
	}
	return 0;
}

int kept_resized(struct kept_priv *priv, size_t size)
{
	int ret;

	ret = dma_coherent_handle_alloc(priv->dev, &priv->scratch, PAGE_SIZE, GFP_KERNEL);
	if (ret)
		return ret;

	writel(dma_coherent_handle_dma_addr(&priv->scratch), priv->regs);
	dma_coherent_handle_free(&priv->scratch);
	return dma_coherent_handle_alloc(priv->dev, &priv->scratch, size, GFP_KERNEL);
}

struct kept_priv *kept_error_path(struct device *dev, void __iomem *regs)
{
	struct kept_priv *priv = kzalloc(sizeof(*priv), GFP_KERNEL);
	int ret;

	if (!priv)
		return NULL;

	ret = dma_coherent_handle_alloc(dev, &priv->scratch, PAGE_SIZE, GFP_KERNEL);
	if (ret) {
		kfree(priv);
		return NULL;
	}

	if (readl(regs)) {
		dma_coherent_handle_free(&priv->scratch);
		kfree(priv);
		return NULL;
	}
	return priv;
}

int kept_labels(struct device *dev, struct kept_priv **out)
{
	struct kept_priv *priv = kzalloc(sizeof(*priv), GFP_KERNEL);
	int ret;

	if (!priv)
		return -ENOMEM;

	ret = dma_coherent_handle_alloc(dev, &priv->scratch, PAGE_SIZE, GFP_KERNEL);
	if (ret)
		goto err_kfree;

	ret = dma_coherent_handle_alloc(dev, &priv->bufs[0], PAGE_SIZE, GFP_KERNEL);
	if (ret)
		goto err_free;

	*out = priv;
	return 0;

err_free:
	dma_coherent_handle_free(&priv->scratch);
err_kfree:
	kfree(priv);
	return ret;
}

int kept_local(struct kept_priv *priv)
{
	struct dma_coherent_handle scratch;
	int ret;

	ret = dma_coherent_handle_alloc(priv->dev, &scratch, PAGE_SIZE, GFP_KERNEL);
	if (ret)
		return ret;

	if (readl(priv->regs)) {
		ret = -EIO;
		goto out;
	}
	priv->scratch = dma_coherent_handle_take(&scratch);
	return 0;
out:
	dma_coherent_handle_free(&scratch);
	return ret;
}

int kept_scoped(struct kept_priv *priv)
{
	struct dma_coherent_handle scratch __free(dma_coherent_handle) = {};
	int ret;

	ret = dma_coherent_handle_alloc(priv->dev, &scratch, PAGE_SIZE, GFP_KERNEL);
	if (ret)
		return ret;
	return readl(priv->regs) ? -EIO : 0;
}

/* A larger buffer takes the place of the first one, which stays if there is none. */
int kept_grown(struct kept_priv *priv, size_t size)
{
	int ret;

	ret = dma_coherent_handle_alloc(priv->dev, &priv->scratch, PAGE_SIZE, GFP_KERNEL);
	if (ret)
		return ret;

	ret = dma_coherent_handle_grow(priv->dev, &priv->scratch, size, GFP_KERNEL);
	if (ret)
		return ret;

	writel(dma_coherent_handle_dma_addr(&priv->scratch), priv->regs);
	return 0;
}

static void kept_release(struct kept_priv *priv)
{
	dma_coherent_handle_free(&priv->scratch);
}

int kept_cleaned_up(struct device *dev, void __iomem *regs)
{
	struct kept_priv *priv = kzalloc(sizeof(*priv), GFP_KERNEL);
	int ret;

	if (!priv)
		return -ENOMEM;

	ret = dma_coherent_handle_alloc(dev, &priv->scratch, PAGE_SIZE, GFP_KERNEL);
	if (ret) {
		kfree(priv);
		return ret;
	}

	writel(dma_coherent_handle_dma_addr(&priv->scratch), regs);
	kept_release(priv);
	kfree(priv);
	return 0;
}

struct dma_coherent_handle kept_returned(struct kept_priv *priv)
{
	struct dma_coherent_handle scratch;
	int ret;

	ret = dma_coherent_handle_alloc(priv->dev, &scratch, PAGE_SIZE, GFP_KERNEL);
	if (ret)
		return (struct dma_coherent_handle){};

	return dma_coherent_handle_take(&scratch);
}
