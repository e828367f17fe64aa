// SPDX-License-Identifier: GPL-2.0
/* Failures that nobody looks at, each of which must be reported. */
#include <linux/device.h>
#include <linux/dma-coherent-handle.h>
#include <linux/dma-mapping.h>
#include <linux/io.h>
#include <linux/mm.h>
#include <linux/scatterlist.h>

struct blind_priv {
	struct device *dev;
	void __iomem *regs;
	struct dma_coherent_handle scratch;
	struct dma_coherent_handle bufs[4];
	const struct dma_coherent_handle *managed;
};

void blind_dropped(struct blind_priv *priv);
void blind_void(struct blind_priv *priv);
int blind_assigned(struct blind_priv *priv);
int blind_printed(struct blind_priv *priv);
int blind_overwritten(struct blind_priv *priv);
int blind_loop(struct blind_priv *priv);
int blind_early(struct blind_priv *priv);
int blind_early_size(struct blind_priv *priv, dma_addr_t *addr, size_t *size);
int blind_mmap(struct blind_priv *priv, struct vm_area_struct *vma);
void blind_sgtable(struct blind_priv *priv, struct sg_table *sgt);
int blind_null(struct blind_priv *priv);
int blind_null_local(struct blind_priv *priv);
int blind_managed(struct blind_priv *priv);
int blind_managed_early(struct blind_priv *priv);
void blind_managed_dropped(struct blind_priv *priv);

static void __maybe_unused blind_teardown(struct blind_priv *priv)
{
	int i;

	dma_coherent_handle_free(&priv->scratch);
	for (i = 0; i < 4; i++)
		dma_coherent_handle_free(&priv->bufs[i]);
}

void blind_dropped(struct blind_priv *priv)
{
	/* expect: return value ignored */
	dma_coherent_handle_alloc(priv->dev, &priv->scratch, PAGE_SIZE, GFP_KERNEL);
	writel(dma_coherent_handle_dma_addr(&priv->scratch), priv->regs);
}

void blind_void(struct blind_priv *priv)
{
	/* expect: return value ignored */
	(void)dma_coherent_handle_alloc_attrs(priv->dev, &priv->scratch, PAGE_SIZE,
					      GFP_KERNEL, DMA_ATTR_NO_WARN);
}

int blind_assigned(struct blind_priv *priv)
{
	int ret;

	/* expect: return code is never tested */
	ret = dma_coherent_handle_grow(priv->dev, &priv->scratch, PAGE_SIZE, GFP_KERNEL);
	writel(0, priv->regs);
	return 0;
}

int blind_printed(struct blind_priv *priv)
{
	int ret;

	/* expect: return code is never tested */
	ret = dma_coherent_handle_alloc(priv->dev, &priv->scratch, PAGE_SIZE, GFP_KERNEL);
	dev_dbg(priv->dev, "scratch: %d\n", ret);
	return 0;
}

int blind_overwritten(struct blind_priv *priv)
{
	int ret;

	/* expect: ERROR: return code is never tested */
	ret = dma_coherent_handle_alloc(priv->dev, &priv->bufs[0], PAGE_SIZE, GFP_KERNEL);
	ret = dma_coherent_handle_alloc(priv->dev, &priv->bufs[1], PAGE_SIZE, GFP_KERNEL);
	if (ret)
		dma_coherent_handle_free(&priv->bufs[0]);
	return ret;
}

int blind_loop(struct blind_priv *priv)
{
	int i;

	for (i = 0; i < 4; i++)
		/* expect: return value ignored */
		dma_coherent_handle_alloc(priv->dev, &priv->bufs[i], PAGE_SIZE, GFP_KERNEL);
	return 0;
}

int blind_early(struct blind_priv *priv)
{
	dma_addr_t addr;
	int ret;

	ret = dma_coherent_handle_alloc(priv->dev, &priv->scratch, PAGE_SIZE, GFP_KERNEL);
	/* expect: handle used before the allocation is known to have succeeded */
	addr = dma_coherent_handle_dma_addr(&priv->scratch);
	if (ret)
		return ret;

	writel(addr, priv->regs);
	return 0;
}

int blind_early_size(struct blind_priv *priv, dma_addr_t *addr, size_t *size)
{
	int ret = dma_coherent_handle_alloc(priv->dev, &priv->scratch, PAGE_SIZE, GFP_KERNEL);

	/* expect: handle used before the allocation is known to have succeeded */
	*size = dma_coherent_handle_size(&priv->scratch);
	if (ret < 0)
		return ret;

	*addr = dma_coherent_handle_dma_addr(&priv->scratch);
	return 0;
}

int blind_mmap(struct blind_priv *priv, struct vm_area_struct *vma)
{
	/* expect: return value ignored */
	dma_coherent_handle_mmap(&priv->scratch, vma);
	return 0;
}

void blind_sgtable(struct blind_priv *priv, struct sg_table *sgt)
{
	int err;

	/* expect: ERROR: return code is never tested */
	err = dma_coherent_handle_get_sgtable(&priv->scratch, sgt);
	sg_free_table(sgt);
}

int blind_null(struct blind_priv *priv)
{
	priv->managed = dmam_coherent_handle_alloc(priv->dev, PAGE_SIZE, GFP_KERNEL);
	/* expect: never NULL */
	if (!priv->managed)
		return -ENOMEM;
	return 0;
}

int blind_null_local(struct blind_priv *priv)
{
	const struct dma_coherent_handle *handle;

	handle = dmam_coherent_handle_alloc_attrs(priv->dev, PAGE_SIZE, GFP_KERNEL, 0);
	/* expect: never NULL */
	if (handle == NULL)
		return -ENOMEM;

	priv->managed = handle;
	return 0;
}

int blind_managed(struct blind_priv *priv)
{
	/* expect: ERROR: managed handle is never tested */
	priv->managed = dmam_coherent_handle_alloc(priv->dev, PAGE_SIZE, GFP_KERNEL);
	writel(dma_coherent_handle_dma_addr(priv->managed), priv->regs);
	return 0;
}

int blind_managed_early(struct blind_priv *priv)
{
	const struct dma_coherent_handle *handle;

	handle = dmam_coherent_handle_alloc(priv->dev, PAGE_SIZE, GFP_KERNEL);
	/* expect: ERROR: handle used before */
	writel(dma_coherent_handle_dma_addr(handle), priv->regs);
	if (IS_ERR(handle))
		return PTR_ERR(handle);
	return 0;
}

void blind_managed_dropped(struct blind_priv *priv)
{
	/* expect: return value ignored */
	dmam_coherent_handle_alloc(priv->dev, PAGE_SIZE, GFP_KERNEL);
}
