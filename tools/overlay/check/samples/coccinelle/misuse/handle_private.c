// SPDX-License-Identifier: GPL-2.0
/* Looks into a handle, each of which must be reported. */
#include <linux/container_of.h>
#include <linux/device.h>
#include <linux/dma-coherent-handle.h>
#include <linux/io.h>
#include <linux/printk.h>
#include <linux/stddef.h>
#include <linux/string.h>
#include <linux/uaccess.h>

struct peek_priv {
	struct device *dev;
	void __iomem *regs;
	struct dma_coherent_handle scratch;
	struct dma_coherent_handle bufs[4];
	const struct dma_coherent_handle *managed;
};

void peek_program(struct peek_priv *priv);
void peek_array(struct peek_priv *priv);
void *peek_cookie(struct peek_priv *priv);
bool peek_test(const struct dma_coherent_handle *handle);
void peek_write(struct peek_priv *priv, struct dma_coherent_handle *handle);
dma_addr_t peek_address_of(struct peek_priv *priv, dma_addr_t **addr);
size_t peek_access_private(struct peek_priv *priv, const struct dma_coherent_handle *handle);
int peek_managed(struct peek_priv *priv);
void peek_init(struct peek_priv *priv, dma_addr_t addr);
u64 peek_cast(struct peek_priv *priv, struct dma_coherent_handle *handle);
void peek_dump(struct peek_priv *priv);
int peek_copied(struct peek_priv *priv, void __user *to);
bool peek_same(struct peek_priv *priv, struct peek_priv *other);

void peek_program(struct peek_priv *priv)
{
	/* expect: ERROR: dma_addr is a private member */
	writel(priv->scratch.dma_addr, priv->regs);
	/* expect: ERROR: size is a private member */
	writel(priv->scratch.size, priv->regs + 4);
}

void peek_array(struct peek_priv *priv)
{
	int i;

	for (i = 0; i < 4; i++) {
		struct dma_coherent_handle *buf = &priv->bufs[i];

		/* expect: ERROR: dma_addr is a private member */
		writel(buf->dma_addr, priv->regs + 8 * i);
		/* expect: ERROR: size is a private member */
		writel(priv->bufs[i].size, priv->regs);
	}
}

void *peek_cookie(struct peek_priv *priv)
{
	/* expect: ERROR: cookie is a private member */
	memset(priv->scratch.cookie, 0, PAGE_SIZE);
	/* expect: ERROR: cookie is a private member */
	return (&priv->bufs[0])->cookie;
}

bool peek_test(const struct dma_coherent_handle *handle)
{
	/* expect: ERROR: cookie is a private member */
	if (!handle->cookie)
		return false;
	/* expect: is a private member */
	return handle->dev && handle->attrs;
}

void peek_write(struct peek_priv *priv, struct dma_coherent_handle *handle)
{
	/* expect: ERROR: size is a private member */
	handle->size = 0;
	/* expect: ERROR: dma_addr is a private member */
	priv->scratch.dma_addr += 64;
	/* expect: ERROR: cookie is a private member */
	(*handle).cookie = NULL;
}

dma_addr_t peek_address_of(struct peek_priv *priv, dma_addr_t **addr)
{
	/* expect: ERROR: dma_addr is a private member */
	*addr = &priv->scratch.dma_addr;
	return **addr;
}

size_t peek_access_private(struct peek_priv *priv, const struct dma_coherent_handle *handle)
{
	/* expect: ERROR: attrs is a private member */
	if (ACCESS_PRIVATE(&priv->scratch, attrs))
		return 0;
	/* expect: ERROR: size is a private member */
	return ACCESS_PRIVATE(handle, size);
}

int peek_managed(struct peek_priv *priv)
{
	priv->managed = dmam_coherent_handle_alloc(priv->dev, PAGE_SIZE, GFP_KERNEL);
	if (IS_ERR(priv->managed))
		return PTR_ERR(priv->managed);

	/* expect: ERROR: dma_addr is a private member */
	writel(priv->managed->dma_addr, priv->regs);
	return 0;
}

void peek_init(struct peek_priv *priv, dma_addr_t addr)
{
	struct dma_coherent_handle named = {
		/* expect: ERROR: handle initialised by its private members */
		.dev = priv->dev,
	};

	dma_coherent_handle_free(&named);
}

u64 peek_cast(struct peek_priv *priv, struct dma_coherent_handle *handle)
{
	u8 *bytes;

	/* expect: ERROR: handle looked into as u8 */
	bytes = (u8 *)handle;
	return bytes[0];
}

void peek_dump(struct peek_priv *priv)
{
	/* expect: ERROR: the contents of a handle are private */
	print_hex_dump(KERN_INFO, "", DUMP_PREFIX_NONE, 16, 1, &priv->scratch, 40, false);
	/* expect: ERROR: the contents of a handle are private */
	dev_info(priv->dev, "%*ph\n", 40, &priv->scratch);
}

int peek_copied(struct peek_priv *priv, void __user *to)
{
	/* expect: ERROR: the contents of a handle are private */
	return copy_to_user(to, &priv->scratch, sizeof(priv->scratch)) ? -EFAULT : 0;
}

bool peek_same(struct peek_priv *priv, struct peek_priv *other)
{
	/* expect: ERROR: the contents of a handle are private */
	return !memcmp(&priv->scratch, &other->scratch, sizeof(priv->scratch));
}
