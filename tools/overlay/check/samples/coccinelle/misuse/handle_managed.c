// SPDX-License-Identifier: GPL-2.0
/* Managed handles in the wrong hands, each of which must be reported. */
#include <linux/device.h>
#include <linux/dma-coherent-handle.h>
#include <linux/platform_device.h>
#include <linux/slab.h>

struct owner_priv {
	struct device *dev;
	const struct dma_coherent_handle *managed;
	const struct dma_coherent_handle *session;
};

static const struct dma_coherent_handle *owner_global;
static struct owner_priv owner_state;

int owner_cached(struct device *dev);
int owner_local(struct device *dev);
int owner_static(struct device *dev);
int owner_member(struct device *dev);
void owner_cast(struct owner_priv *priv);
void owner_taken(struct owner_priv *priv, struct dma_coherent_handle *to);
void owner_kfree(struct owner_priv *priv);
void owner_devm_kfree(struct owner_priv *priv);

int owner_cached(struct device *dev)
{
	/* expect: ERROR: a managed handle does not outlive */
	owner_global = dmam_coherent_handle_alloc(dev, PAGE_SIZE, GFP_KERNEL);
	return PTR_ERR_OR_ZERO(owner_global);
}

int owner_local(struct device *dev)
{
	const struct dma_coherent_handle *handle;

	handle = dmam_coherent_handle_alloc_attrs(dev, PAGE_SIZE, GFP_KERNEL, 0);
	if (IS_ERR(handle))
		return PTR_ERR(handle);

	/* expect: ERROR: a managed handle does not outlive */
	owner_global = handle;
	return 0;
}

int owner_static(struct device *dev)
{
	static const struct dma_coherent_handle *once;

	if (!once)
		/* expect: ERROR: a managed handle does not outlive */
		once = dmam_coherent_handle_alloc(dev, PAGE_SIZE, GFP_KERNEL);
	return PTR_ERR_OR_ZERO(once);
}

int owner_member(struct device *dev)
{
	/* expect: ERROR: a managed handle does not outlive */
	owner_state.managed = dmam_coherent_handle_alloc(dev, PAGE_SIZE, GFP_KERNEL);
	return PTR_ERR_OR_ZERO(owner_state.managed);
}

void owner_cast(struct owner_priv *priv)
{
	/* expect: ERROR: managed handle, only dmam_coherent_handle_free() */
	dma_coherent_handle_free((struct dma_coherent_handle *)priv->managed);
	/* expect: ERROR: managed handle, only dmam_coherent_handle_free() */
	dma_coherent_handle_free((void *)priv->session);
}

void owner_taken(struct owner_priv *priv, struct dma_coherent_handle *to)
{
	/* expect: ERROR: managed handle, only dmam_coherent_handle_free() */
	*to = dma_coherent_handle_take((struct dma_coherent_handle *)priv->managed);
}

void owner_kfree(struct owner_priv *priv)
{
	/* expect: ERROR: managed handle, only dmam_coherent_handle_free() */
	kfree(priv->managed);
}

void owner_devm_kfree(struct owner_priv *priv)
{
	/* expect: ERROR: managed handle, only dmam_coherent_handle_free() */
	devm_kfree(priv->dev, priv->managed);
}

void owner_alias(struct owner_priv *priv);
void owner_alias(struct owner_priv *priv)
{
	/* expect: ERROR: managed handle, only dmam_coherent_handle_free() */
	struct dma_coherent_handle *handle = (struct dma_coherent_handle *)priv->managed;

	dma_coherent_handle_free(handle);
}

static int owner_probe(struct platform_device *pdev)
{
	struct owner_priv *priv = devm_kzalloc(&pdev->dev, sizeof(*priv), GFP_KERNEL);

	if (!priv)
		return -ENOMEM;

	priv->dev = &pdev->dev;
	platform_set_drvdata(pdev, priv);
	priv->managed = dmam_coherent_handle_alloc(priv->dev, PAGE_SIZE, GFP_KERNEL);
	return PTR_ERR_OR_ZERO(priv->managed);
}

static void owner_remove(struct platform_device *pdev)
{
	struct owner_priv *priv = platform_get_drvdata(pdev);

	dmam_coherent_handle_free(priv->dev, priv->managed);
}

struct platform_driver owner_driver = {
	.probe = owner_probe,
	.remove = owner_remove,
	.driver = { .name = "owner" },
};
