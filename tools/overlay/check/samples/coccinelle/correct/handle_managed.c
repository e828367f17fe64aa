// SPDX-License-Identifier: GPL-2.0
/* Managed handles as they are meant to be used. */
#include <linux/device.h>
#include <linux/dma-coherent-handle.h>
#include <linux/fs.h>
#include <linux/platform_device.h>
#include <linux/slab.h>

struct bound_priv {
	struct device *dev;
	const struct dma_coherent_handle *managed;
	const struct dma_coherent_handle *bufs[4];
	const struct dma_coherent_handle *optional;
	struct dma_coherent_handle session;
};

static struct dma_coherent_handle bound_shared;

int bound_setup(struct bound_priv *priv);
int bound_loop(struct bound_priv *priv);
int bound_replaced(struct bound_priv *priv, size_t size);
int bound_global(struct device *dev);
dma_addr_t bound_address(const struct dma_coherent_handle *handle);
void bound_other(struct bound_priv *priv, struct dma_coherent_handle *handle);

static int bound_alloc(struct bound_priv *priv, const struct dma_coherent_handle **out)
{
	const struct dma_coherent_handle *handle;

	handle = dmam_coherent_handle_alloc(priv->dev, PAGE_SIZE, GFP_KERNEL);
	if (IS_ERR(handle))
		return PTR_ERR(handle);

	*out = handle;
	return 0;
}

int bound_setup(struct bound_priv *priv)
{
	return bound_alloc(priv, &priv->managed);
}

int bound_loop(struct bound_priv *priv)
{
	int i;

	for (i = 0; i < 4; i++) {
		priv->bufs[i] = dmam_coherent_handle_alloc(priv->dev, PAGE_SIZE, GFP_KERNEL);
		if (IS_ERR(priv->bufs[i]))
			return PTR_ERR(priv->bufs[i]);
	}
	return 0;
}

/* Early, by the function for that. */
int bound_replaced(struct bound_priv *priv, size_t size)
{
	dmam_coherent_handle_free(priv->dev, priv->optional);
	priv->optional = dmam_coherent_handle_alloc_attrs(priv->dev, size, GFP_KERNEL, 0);
	return PTR_ERR_OR_ZERO(priv->optional);
}

/* Not a managed one. */
int bound_global(struct device *dev)
{
	return dma_coherent_handle_alloc(dev, &bound_shared, PAGE_SIZE, GFP_KERNEL);
}

dma_addr_t bound_address(const struct dma_coherent_handle *handle)
{
	return dma_coherent_handle_dma_addr(handle);
}

void bound_other(struct bound_priv *priv, struct dma_coherent_handle *handle)
{
	dma_coherent_handle_free(handle);
	dma_coherent_handle_free(&priv->session);
	dma_coherent_handle_free(&bound_shared);
	devm_kfree(priv->dev, priv);
}

static int bound_open(struct inode *inode, struct file *file)
{
	struct bound_priv *priv = file->private_data;

	return dma_coherent_handle_alloc(priv->dev, &priv->session, PAGE_SIZE, GFP_KERNEL);
}

static int bound_release(struct inode *inode, struct file *file)
{
	struct bound_priv *priv = file->private_data;

	dma_coherent_handle_free(&priv->session);
	return 0;
}

const struct file_operations bound_fops = {
	.owner = THIS_MODULE,
	.open = bound_open,
	.release = bound_release,
};

static int bound_probe(struct platform_device *pdev)
{
	struct bound_priv *priv = devm_kzalloc(&pdev->dev, sizeof(*priv), GFP_KERNEL);

	if (!priv)
		return -ENOMEM;

	priv->dev = &pdev->dev;
	platform_set_drvdata(pdev, priv);
	priv->managed = dmam_coherent_handle_alloc(priv->dev, PAGE_SIZE, GFP_KERNEL);
	if (IS_ERR(priv->managed))
		return dev_err_probe(&pdev->dev, PTR_ERR(priv->managed), "no memory\n");
	return 0;
}

static void bound_remove(struct platform_device *pdev)
{
	struct bound_priv *priv = platform_get_drvdata(pdev);

	dev_dbg(priv->dev, "%zu\n", dma_coherent_handle_size(priv->managed));
}

struct platform_driver bound_driver = {
	.probe = bound_probe,
	.remove = bound_remove,
	.driver = { .name = "bound" },
};
