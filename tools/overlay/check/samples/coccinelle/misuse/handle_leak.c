// SPDX-License-Identifier: GPL-2.0
/* Buffers that nobody can free any more, each of which must be reported. */
#include <linux/device.h>
#include <linux/dma-coherent-handle.h>
#include <linux/io.h>
#include <linux/slab.h>
#include <linux/string.h>

struct lost_priv {
	struct device *dev;
	void __iomem *regs;
	struct dma_coherent_handle scratch;
	struct dma_coherent_handle bufs[4];
};

int lost_again(struct lost_priv *priv);
int lost_grown(struct lost_priv *priv, size_t size);
int lost_loop(struct lost_priv *priv);
int lost_cleared(struct lost_priv *priv);
struct lost_priv *lost_error_path(struct device *dev, void __iomem *regs);
int lost_label(struct device *dev, struct lost_priv **out);
int lost_local(struct lost_priv *priv);
int lost_local_error(struct lost_priv *priv);
int lost_local_goto(struct lost_priv *priv);
int lost_inline(struct lost_priv *priv);

static void __maybe_unused lost_teardown(struct lost_priv *priv)
{
	int i;

	dma_coherent_handle_free(&priv->scratch);
	for (i = 0; i < 4; i++)
		dma_coherent_handle_free(&priv->bufs[i]);
}

int lost_again(struct lost_priv *priv)
{
	int ret;

	ret = dma_coherent_handle_alloc(priv->dev, &priv->scratch, PAGE_SIZE, GFP_KERNEL);
	if (ret)
		return ret;

	/* expect: ERROR: the buffer that the handle held is lost */
	ret = dma_coherent_handle_alloc(priv->dev, &priv->scratch, PAGE_SIZE, GFP_KERNEL);
	if (ret)
		return ret;
	return 0;
}

int lost_grown(struct lost_priv *priv, size_t size)
{
	int ret;

	ret = dma_coherent_handle_alloc(priv->dev, &priv->scratch, PAGE_SIZE, GFP_KERNEL);
	if (ret)
		goto out;

	writel(dma_coherent_handle_dma_addr(&priv->scratch), priv->regs);
	if (size > dma_coherent_handle_size(&priv->scratch))
		/* expect: ERROR: the buffer that the handle held is lost */
		ret = dma_coherent_handle_alloc_attrs(priv->dev, &priv->scratch, size, GFP_KERNEL, 0);
out:
	return ret;
}

/* The index was forgotten. */
int lost_loop(struct lost_priv *priv)
{
	int i, ret;

	for (i = 0; i < 4; i++) {
		/* expect: the buffer that the handle held is lost */
		ret = dma_coherent_handle_alloc(priv->dev, &priv->bufs[0], PAGE_SIZE, GFP_KERNEL);
		if (ret)
			return ret;
	}
	return 0;
}

int lost_cleared(struct lost_priv *priv)
{
	if (dma_coherent_handle_alloc(priv->dev, &priv->scratch, PAGE_SIZE, GFP_KERNEL))
		return -ENOMEM;

	/* expect: ERROR: the buffer that the handle held is lost */
	memset(&priv->scratch, 0, sizeof(priv->scratch));
	return 0;
}

struct lost_priv *lost_error_path(struct device *dev, void __iomem *regs)
{
	struct lost_priv *priv = kzalloc(sizeof(*priv), GFP_KERNEL);
	int ret;

	if (!priv)
		return NULL;

	ret = dma_coherent_handle_alloc(dev, &priv->scratch, PAGE_SIZE, GFP_KERNEL);
	if (ret) {
		kfree(priv);
		return NULL;
	}

	if (readl(regs)) {
		/* expect: ERROR: the buffer of a handle in this memory is lost */
		kfree(priv);
		return NULL;
	}
	return priv;
}

int lost_label(struct device *dev, struct lost_priv **out)
{
	struct lost_priv *priv = kzalloc(sizeof(*priv), GFP_KERNEL);
	int ret;

	if (!priv)
		return -ENOMEM;

	ret = dma_coherent_handle_alloc(dev, &priv->scratch, PAGE_SIZE, GFP_KERNEL);
	if (ret)
		goto err_kfree;

	ret = dma_coherent_handle_alloc(dev, &priv->bufs[0], PAGE_SIZE, GFP_KERNEL);
	if (ret)
		goto err_kfree;

	*out = priv;
	return 0;

err_kfree:
	/* expect: ERROR: the buffer of a handle in this memory is lost */
	kfree(priv);
	return ret;
}

int lost_local(struct lost_priv *priv)
{
	struct dma_coherent_handle scratch;
	int ret;

	ret = dma_coherent_handle_alloc(priv->dev, &scratch, PAGE_SIZE, GFP_KERNEL);
	if (ret)
		return ret;

	writel(dma_coherent_handle_dma_addr(&scratch), priv->regs);
	/* expect: ERROR: the buffer of a local handle is lost */
	return 0;
}

int lost_local_error(struct lost_priv *priv)
{
	struct dma_coherent_handle scratch = {};
	int ret;

	ret = dma_coherent_handle_alloc(priv->dev, &scratch, PAGE_SIZE, GFP_KERNEL);
	if (ret)
		return ret;

	if (readl(priv->regs))
		/* expect: ERROR: the buffer of a local handle is lost */
		return -EIO;

	dma_coherent_handle_free(&scratch);
	return 0;
}

int lost_local_goto(struct lost_priv *priv)
{
	struct dma_coherent_handle scratch = {};
	int ret;

	ret = dma_coherent_handle_alloc(priv->dev, &scratch, PAGE_SIZE, GFP_KERNEL);
	if (ret < 0)
		goto err;

	if (readl(priv->regs))
		/* expect: ERROR: the buffer of a local handle is lost */
		return -EBUSY;

	priv->scratch = dma_coherent_handle_take(&scratch);
	return 0;

err:
	dev_err(priv->dev, "no memory\n");
	return ret;
}

int lost_inline(struct lost_priv *priv)
{
	struct dma_coherent_handle scratch;

	if (dma_coherent_handle_alloc(priv->dev, &scratch, PAGE_SIZE, GFP_KERNEL))
		return -ENOMEM;

	writel(dma_coherent_handle_dma_addr(&scratch), priv->regs);
	/* expect: ERROR: the buffer of a local handle is lost */
	return 0;
}
