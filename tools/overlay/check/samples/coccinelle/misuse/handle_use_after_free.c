// SPDX-License-Identifier: GPL-2.0
/* Handles that hold no buffer any more, each use of which must be reported. */
#include <linux/device.h>
#include <linux/dma-coherent-handle.h>
#include <linux/io.h>
#include <linux/mm.h>
#include <linux/scatterlist.h>

struct late_priv {
	struct device *dev;
	void __iomem *regs;
	struct dma_coherent_handle scratch;
	struct dma_coherent_handle bufs[4];
	const struct dma_coherent_handle *managed;
	bool stopping;
};

void late_freed(struct late_priv *priv);
size_t late_size(struct late_priv *priv);
void late_pointer(struct dma_coherent_handle *handle, void __iomem *regs);
void late_conditional(struct late_priv *priv);
int late_taken(struct late_priv *priv);
int late_mmap(struct late_priv *priv, struct vm_area_struct *vma);
int late_sgtable(struct late_priv *priv, struct sg_table *sgt);
int late_error_path(struct late_priv *priv);
void late_array(struct late_priv *priv);
void late_managed(struct late_priv *priv);
void late_managed_twice(struct late_priv *priv);
dma_addr_t late_never(struct late_priv *priv);
int late_scoped(struct late_priv *priv);

static void __maybe_unused late_teardown(struct late_priv *priv)
{
	dma_coherent_handle_free(&priv->scratch);
}

void late_freed(struct late_priv *priv)
{
	dma_coherent_handle_free(&priv->scratch);
	/* expect: ERROR: handle is empty here */
	writel(dma_coherent_handle_dma_addr(&priv->scratch), priv->regs);
}

size_t late_size(struct late_priv *priv)
{
	dma_coherent_handle_free(&priv->scratch);
	writel(0, priv->regs);
	/* expect: ERROR: handle is empty here */
	return dma_coherent_handle_size(&priv->scratch);
}

void late_pointer(struct dma_coherent_handle *handle, void __iomem *regs)
{
	dma_coherent_handle_free(handle);
	/* expect: ERROR: handle is empty here */
	writel(dma_coherent_handle_dma_addr(handle), regs);
}

void late_conditional(struct late_priv *priv)
{
	if (priv->stopping)
		dma_coherent_handle_free(&priv->scratch);

	/* expect: ERROR: handle is empty here */
	writel(dma_coherent_handle_dma_addr(&priv->scratch), priv->regs);
}

int late_taken(struct late_priv *priv)
{
	struct dma_coherent_handle scratch = {};
	int ret;

	ret = dma_coherent_handle_alloc(priv->dev, &scratch, PAGE_SIZE, GFP_KERNEL);
	if (ret)
		return ret;

	priv->scratch = dma_coherent_handle_take(&scratch);
	/* expect: ERROR: handle is empty here */
	writel(dma_coherent_handle_dma_addr(&scratch), priv->regs);
	return 0;
}

int late_mmap(struct late_priv *priv, struct vm_area_struct *vma)
{
	dma_coherent_handle_free(&priv->bufs[0]);
	/* expect: ERROR: handle is empty here */
	return dma_coherent_handle_mmap(&priv->bufs[0], vma);
}

int late_sgtable(struct late_priv *priv, struct sg_table *sgt)
{
	dma_coherent_handle_free(&priv->scratch);
	/* expect: ERROR: handle is empty here */
	return dma_coherent_handle_get_sgtable(&priv->scratch, sgt);
}

/* Stopped in the wrong order. */
int late_error_path(struct late_priv *priv)
{
	int ret;

	ret = dma_coherent_handle_alloc(priv->dev, &priv->scratch, PAGE_SIZE, GFP_KERNEL);
	if (ret)
		return ret;

	if (readl(priv->regs)) {
		ret = -EIO;
		goto err_free;
	}
	return 0;

err_free:
	dma_coherent_handle_free(&priv->scratch);
	/* expect: ERROR: handle is empty here */
	dev_err(priv->dev, "%zu bytes\n", dma_coherent_handle_size(&priv->scratch));
	return ret;
}

void late_array(struct late_priv *priv)
{
	int i;

	for (i = 0; i < 4; i++) {
		dma_coherent_handle_free(&priv->bufs[i]);
		/* expect: ERROR: handle is empty here */
		writel(dma_coherent_handle_dma_addr(&priv->bufs[i]), priv->regs);
	}
}

void late_managed(struct late_priv *priv)
{
	dmam_coherent_handle_free(priv->dev, priv->managed);
	/* expect: handle is empty here */
	writel(dma_coherent_handle_dma_addr(priv->managed), priv->regs);
}

void late_managed_twice(struct late_priv *priv)
{
	if (priv->stopping)
		dmam_coherent_handle_free(priv->dev, priv->managed);
	/* expect: handle is empty here */
	dmam_coherent_handle_free(priv->dev, priv->managed);
}

dma_addr_t late_never(struct late_priv *priv)
{
	struct dma_coherent_handle scratch = {};

	/* expect: ERROR: nothing has been allocated */
	return dma_coherent_handle_dma_addr(&scratch);
}

int late_scoped(struct late_priv *priv)
{
	struct dma_coherent_handle scratch __free(dma_coherent_handle) = {};

	/* expect: ERROR: nothing has been allocated */
	priv->scratch = dma_coherent_handle_take(&scratch);
	return 0;
}
