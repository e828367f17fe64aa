// SPDX-License-Identifier: GPL-2.0
/* Handles on the stack, whose misuse must be reported. */
#include <linux/cleanup.h>
#include <linux/device.h>
#include <linux/dma-coherent-handle.h>
#include <linux/io.h>
#include <linux/slab.h>

struct stack_priv {
	struct device *dev;
	void __iomem *regs;
	struct dma_coherent_handle *current_buf;
	struct dma_coherent_handle scratch;
};

struct dma_coherent_handle *stack_global;

int stack_pointer(struct stack_priv *priv);
int stack_uninitialised(struct stack_priv *priv, bool fail);
int stack_garbage(struct stack_priv *priv, bool fail);
int stack_grown(struct stack_priv *priv);
bool stack_asked(struct stack_priv *priv);
struct dma_coherent_handle *stack_returned(struct stack_priv *priv);
int stack_stored(struct stack_priv *priv);
int stack_scoped_stored(struct stack_priv *priv);
int stack_out(struct stack_priv *priv, struct dma_coherent_handle **out);
int stack_kept(struct stack_priv *priv);
int stack_drvdata(struct stack_priv *priv);

int stack_pointer(struct stack_priv *priv)
{
	/* expect: __free(dma_coherent_handle) is for a handle, not a pointer, and with = {} */
	struct dma_coherent_handle *scratch __free(dma_coherent_handle) = &priv->scratch;

	return dma_coherent_handle_alloc(priv->dev, scratch, PAGE_SIZE, GFP_KERNEL);
}

int stack_uninitialised(struct stack_priv *priv, bool fail)
{
	/* expect: __free(dma_coherent_handle) is for a handle, not a pointer, and with = {} */
	struct dma_coherent_handle scratch __free(dma_coherent_handle);

	if (fail)
		return -EIO;
	return dma_coherent_handle_alloc(priv->dev, &scratch, PAGE_SIZE, GFP_KERNEL);
}

int stack_garbage(struct stack_priv *priv, bool fail)
{
	struct dma_coherent_handle scratch;
	int ret = -EIO;

	if (fail)
		goto out;

	ret = dma_coherent_handle_alloc(priv->dev, &scratch, PAGE_SIZE, GFP_KERNEL);
	if (ret)
		return ret;

	writel(dma_coherent_handle_dma_addr(&scratch), priv->regs);
out:
	/* expect: ERROR: handle is not initialised */
	dma_coherent_handle_free(&scratch);
	return ret;
}

int stack_grown(struct stack_priv *priv)
{
	struct dma_coherent_handle scratch;
	int ret;

	/* expect: ERROR: handle is not initialised */
	ret = dma_coherent_handle_grow(priv->dev, &scratch, PAGE_SIZE, GFP_KERNEL);
	if (ret)
		return ret;

	writel(dma_coherent_handle_dma_addr(&scratch), priv->regs);
	dma_coherent_handle_free(&scratch);
	return 0;
}

bool stack_asked(struct stack_priv *priv)
{
	struct dma_coherent_handle scratch;

	/* expect: ERROR: handle is not initialised */
	return dma_coherent_handle_is_allocated(&scratch);
}

struct dma_coherent_handle *stack_returned(struct stack_priv *priv)
{
	struct dma_coherent_handle scratch = {};

	if (dma_coherent_handle_alloc(priv->dev, &scratch, PAGE_SIZE, GFP_KERNEL))
		return NULL;
	/* expect: ERROR: handle does not outlive its scope */
	return &scratch;
}

int stack_stored(struct stack_priv *priv)
{
	struct dma_coherent_handle scratch = {};
	int ret;

	ret = dma_coherent_handle_alloc(priv->dev, &scratch, PAGE_SIZE, GFP_KERNEL);
	if (ret)
		return ret;

	/* expect: ERROR: handle does not outlive its scope */
	priv->current_buf = &scratch;
	return 0;
}

int stack_scoped_stored(struct stack_priv *priv)
{
	struct dma_coherent_handle scratch __free(dma_coherent_handle) = {};
	int ret;

	ret = dma_coherent_handle_alloc(priv->dev, &scratch, PAGE_SIZE, GFP_KERNEL);
	if (!ret)
		/* expect: ERROR: handle does not outlive its scope */
		priv->current_buf = &scratch;
	return ret;
}

int stack_out(struct stack_priv *priv, struct dma_coherent_handle **out)
{
	struct dma_coherent_handle scratch = {};

	/* expect: ERROR: handle does not outlive its scope */
	*out = &scratch;
	return dma_coherent_handle_alloc(priv->dev, &scratch, PAGE_SIZE, GFP_KERNEL);
}

int stack_kept(struct stack_priv *priv)
{
	struct dma_coherent_handle scratch = {};

	/* expect: ERROR: handle does not outlive its scope */
	stack_global = &scratch;
	return dma_coherent_handle_alloc(priv->dev, &scratch, PAGE_SIZE, GFP_KERNEL);
}

int stack_drvdata(struct stack_priv *priv)
{
	struct dma_coherent_handle scratch = {};

	/* expect: ERROR: handle does not outlive its scope */
	dev_set_drvdata(priv->dev, &scratch);
	return dma_coherent_handle_alloc(priv->dev, &scratch, PAGE_SIZE, GFP_KERNEL);
}
