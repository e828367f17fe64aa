// SPDX-License-Identifier: GPL-2.0
/* The many ways to look at a return code. */
#include <linux/device.h>
#include <linux/dma-coherent-handle.h>
#include <linux/dma-mapping.h>
#include <linux/io.h>
#include <linux/mm.h>
#include <linux/scatterlist.h>
#include <linux/sizes.h>

struct wary_priv {
	struct device *dev;
	void __iomem *regs;
	struct dma_coherent_handle scratch;
	struct dma_coherent_handle bufs[4];
	const struct dma_coherent_handle *managed;
	int status;
};

int wary_plain(struct wary_priv *priv);
int wary_probe(struct wary_priv *priv);
int wary_direct(struct wary_priv *priv);
int wary_inline(struct wary_priv *priv);
int wary_loop(struct wary_priv *priv);
int wary_retry(struct wary_priv *priv);
int wary_later(struct wary_priv *priv);
int wary_predicate(struct wary_priv *priv);
int wary_mmap(struct wary_priv *priv, struct vm_area_struct *vma);
int wary_sgtable(struct wary_priv *priv, struct sg_table *sgt);
int wary_managed(struct wary_priv *priv);
int wary_managed_field(struct wary_priv *priv);
const struct dma_coherent_handle *wary_returned(struct wary_priv *priv);
int wary_moved(struct wary_priv *priv);
void wary_optional(struct wary_priv *priv);
int wary_optional_managed(struct wary_priv *priv);

static void __maybe_unused wary_teardown(struct wary_priv *priv)
{
	int i;

	dma_coherent_handle_free(&priv->scratch);
	for (i = 0; i < 4; i++)
		dma_coherent_handle_free(&priv->bufs[i]);
}

int wary_plain(struct wary_priv *priv)
{
	int ret;

	ret = dma_coherent_handle_alloc(priv->dev, &priv->scratch, PAGE_SIZE, GFP_KERNEL);
	if (ret)
		return ret;

	writel(dma_coherent_handle_dma_addr(&priv->scratch), priv->regs);
	return 0;
}

int wary_probe(struct wary_priv *priv)
{
	int ret = dma_coherent_handle_grow(priv->dev, &priv->scratch, SZ_1M, GFP_KERNEL);

	if (ret < 0)
		return dev_err_probe(priv->dev, ret, "no scratch memory\n");
	return 0;
}

int wary_direct(struct wary_priv *priv)
{
	return dma_coherent_handle_alloc(priv->dev, &priv->scratch, PAGE_SIZE, GFP_KERNEL);
}

int wary_inline(struct wary_priv *priv)
{
	int ret;

	if (dma_coherent_handle_alloc(priv->dev, &priv->bufs[0], PAGE_SIZE, GFP_KERNEL))
		return -ENOMEM;
	if ((ret = dma_coherent_handle_alloc(priv->dev, &priv->bufs[1], PAGE_SIZE, GFP_KERNEL)))
		dma_coherent_handle_free(&priv->bufs[0]);
	return ret;
}

int wary_loop(struct wary_priv *priv)
{
	int i, ret;

	for (i = 0; i < 4; i++) {
		ret = dma_coherent_handle_alloc(priv->dev, &priv->bufs[i], PAGE_SIZE, GFP_KERNEL);
		if (ret)
			goto err_free;
	}
	return 0;

err_free:
	while (i--)
		dma_coherent_handle_free(&priv->bufs[i]);
	return ret;
}

int wary_retry(struct wary_priv *priv)
{
	size_t size = SZ_1M;
	int ret;

	do {
		ret = dma_coherent_handle_alloc_attrs(priv->dev, &priv->scratch, size, GFP_KERNEL,
						      DMA_ATTR_NO_WARN);
		size /= 2;
	} while (ret && size >= PAGE_SIZE);
	return ret;
}

int wary_later(struct wary_priv *priv)
{
	int ret, err;

	ret = dma_coherent_handle_alloc(priv->dev, &priv->scratch, PAGE_SIZE, GFP_KERNEL);
	err = ret;
	writel(1, priv->regs);
	dev_dbg(priv->dev, "%d\n", ret);
	return err;
}

/* The handle itself knows, too. */
int wary_predicate(struct wary_priv *priv)
{
	int ret;

	ret = dma_coherent_handle_alloc(priv->dev, &priv->scratch, PAGE_SIZE, GFP_KERNEL);
	if (!dma_coherent_handle_is_allocated(&priv->scratch))
		return -ENOMEM;

	writel(dma_coherent_handle_dma_addr(&priv->scratch), priv->regs);
	return 0;
}

int wary_mmap(struct wary_priv *priv, struct vm_area_struct *vma)
{
	return dma_coherent_handle_mmap(&priv->scratch, vma);
}

int wary_sgtable(struct wary_priv *priv, struct sg_table *sgt)
{
	int ret;

	ret = dma_coherent_handle_get_sgtable(&priv->scratch, sgt);
	if (ret)
		return ret;

	sg_free_table(sgt);
	return 0;
}

int wary_managed(struct wary_priv *priv)
{
	const struct dma_coherent_handle *handle;

	handle = dmam_coherent_handle_alloc(priv->dev, PAGE_SIZE, GFP_KERNEL);
	if (IS_ERR(handle))
		return dev_err_probe(priv->dev, PTR_ERR(handle), "no memory\n");

	writel(dma_coherent_handle_dma_addr(handle), priv->regs);
	return 0;
}

int wary_managed_field(struct wary_priv *priv)
{
	priv->managed = dmam_coherent_handle_alloc_attrs(priv->dev, PAGE_SIZE, GFP_KERNEL, 0);
	return PTR_ERR_OR_ZERO(priv->managed);
}

const struct dma_coherent_handle *wary_returned(struct wary_priv *priv)
{
	return dmam_coherent_handle_alloc(priv->dev, PAGE_SIZE, GFP_KERNEL);
}

int wary_moved(struct wary_priv *priv)
{
	const struct dma_coherent_handle *handle;

	handle = dmam_coherent_handle_alloc(priv->dev, PAGE_SIZE, GFP_KERNEL);
	priv->managed = handle;
	if (IS_ERR(priv->managed))
		return PTR_ERR(priv->managed);
	return 0;
}

/* Can be done without. */
void wary_optional(struct wary_priv *priv)
{
	priv->status = dma_coherent_handle_alloc(priv->dev, &priv->scratch, SZ_1M, GFP_KERNEL);
	if (priv->status)
		dev_info(priv->dev, "no scratch memory\n");
}

int wary_optional_managed(struct wary_priv *priv)
{
	priv->managed = dmam_coherent_handle_alloc(priv->dev, PAGE_SIZE, GFP_KERNEL);
	if (IS_ERR(priv->managed))
		priv->managed = NULL;
	if (priv->managed)
		writel(dma_coherent_handle_dma_addr(priv->managed), priv->regs);
	return 0;
}
