// SPDX-License-Identifier: GPL-2.0
/* What looks like an access to a handle's members and isn't. */
#include <linux/container_of.h>
#include <linux/device.h>
#include <linux/dma-coherent-handle.h>
#include <linux/interrupt.h>
#include <linux/io.h>
#include <linux/list.h>
#include <linux/printk.h>
#include <linux/string.h>

/* Members by the names that the handle's have. */
struct outside_buf {
	struct list_head list;
	struct device *dev;
	void *cookie;
	dma_addr_t dma_addr;
	size_t size;
	unsigned long attrs;
	struct dma_coherent_handle handle;
};

struct outside_priv {
	struct device *dev;
	void __iomem *regs;
	struct list_head bufs;
	struct outside_buf *cur;
	struct dma_coherent_handle scratch[2];
	const struct dma_coherent_handle *managed;
};

int outside_own_members(struct outside_priv *priv, struct outside_buf *buf, size_t size);
void outside_accessors(struct outside_priv *priv);
struct outside_buf *outside_container(struct dma_coherent_handle *handle);
void outside_init(struct outside_priv *priv);
int outside_opaque(struct outside_priv *priv, int irq);
void outside_pointers(struct outside_priv *priv);
void outside_print(struct outside_priv *priv);
void outside_list(struct outside_priv *priv);
void outside_struct(struct outside_priv *priv, struct outside_buf *buf);
irqreturn_t outside_irq(int irq, void *data);

int outside_own_members(struct outside_priv *priv, struct outside_buf *buf, size_t size)
{
	int ret;

	ret = dma_coherent_handle_alloc(priv->dev, &buf->handle, size, GFP_KERNEL);
	if (ret)
		return ret;

	buf->dev = priv->dev;
	buf->size = size;
	buf->attrs = 0;
	buf->cookie = buf;
	buf->dma_addr = dma_coherent_handle_dma_addr(&buf->handle);
	priv->cur = buf;
	priv->cur->size = buf->size;
	return 0;
}

void outside_accessors(struct outside_priv *priv)
{
	const struct dma_coherent_handle *handle = &priv->scratch[1];

	if (dma_coherent_handle_is_allocated(handle))
		writel(dma_coherent_handle_dma_addr(handle), priv->regs);
	writel(dma_coherent_handle_size(priv->scratch), priv->regs + 4);
}

struct outside_buf *outside_container(struct dma_coherent_handle *handle)
{
	return container_of(handle, struct outside_buf, handle);
}

void outside_init(struct outside_priv *priv)
{
	struct dma_coherent_handle empty = {};
	struct dma_coherent_handle zero = { 0 };
	struct outside_buf buf = { .dev = priv->dev, .size = 1, .handle = {} };

	priv->scratch[0] = (struct dma_coherent_handle){};
	dma_coherent_handle_free(&empty);
	dma_coherent_handle_free(&zero);
	dma_coherent_handle_free(&buf.handle);
}

irqreturn_t outside_irq(int irq, void *data)
{
	const struct dma_coherent_handle *handle = data;

	return dma_coherent_handle_size(handle) ? IRQ_HANDLED : IRQ_NONE;
}

int outside_opaque(struct outside_priv *priv, int irq)
{
	void *data = &priv->scratch[0];

	pr_debug("%lx\n", (unsigned long)&priv->scratch[0]);
	pr_debug("%d\n", data == (void *)&priv->scratch[0]);
	return request_irq(irq, outside_irq, 0, "outside", (void *)&priv->scratch[0]);
}

void outside_pointers(struct outside_priv *priv)
{
	const struct dma_coherent_handle *handle;

	handle = priv->managed;
	pr_debug("%d\n", handle == &priv->scratch[0]);
	handle = (const struct dma_coherent_handle *)&priv->scratch[1];
	pr_debug("%zu\n", dma_coherent_handle_size(handle));
}

void outside_print(struct outside_priv *priv)
{
	dma_addr_t dma_addr = dma_coherent_handle_dma_addr(&priv->scratch[0]);

	dev_info(priv->dev, "%pad, %zu\n", &dma_addr, dma_coherent_handle_size(&priv->scratch[0]));
	print_hex_dump_bytes("", DUMP_PREFIX_NONE, &dma_addr, sizeof(dma_addr));
}

void outside_list(struct outside_priv *priv)
{
	struct outside_buf *buf, *next;

	list_for_each_entry_safe(buf, next, &priv->bufs, list) {
		if (buf->size && buf->dma_addr)
			dma_coherent_handle_free(&buf->handle);
		list_del(&buf->list);
	}
}

void outside_struct(struct outside_priv *priv, struct outside_buf *buf)
{
	unsigned long *attrs = (unsigned long *)&buf->attrs;

	*attrs = 0;
	memset(&priv->scratch, 0, sizeof(priv->scratch));
}
