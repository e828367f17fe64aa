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
size_t peek_offset(void);
struct dma_coherent_handle *peek_container(size_t *size);
void peek_dump(struct peek_priv *priv);
int peek_copied(struct peek_priv *priv, void __user *to);
bool peek_same(struct peek_priv *priv, struct peek_priv *other);

void peek_program(struct peek_priv *priv)
{
	writel(priv->scratch.dma_addr, priv->regs);	/* expect: ERROR: dma_addr is a private member */
	writel(priv->scratch.size, priv->regs + 4);	/* expect: ERROR: size is a private member */
}

void peek_array(struct peek_priv *priv)
{
	int i;

	for (i = 0; i < 4; i++) {
		struct dma_coherent_handle *buf = &priv->bufs[i];

		writel(buf->dma_addr, priv->regs + 8 * i);	/* expect: ERROR: dma_addr is a private member */
		writel(priv->bufs[i].size, priv->regs);	/* expect: ERROR: size is a private member */
	}
}

void *peek_cookie(struct peek_priv *priv)
{
	memset(priv->scratch.cookie, 0, PAGE_SIZE);	/* expect: ERROR: cookie is a private member */
	return (&priv->bufs[0])->cookie;	/* expect: ERROR: cookie is a private member */
}

bool peek_test(const struct dma_coherent_handle *handle)
{
	if (!handle->cookie)	/* expect: ERROR: cookie is a private member */
		return false;
	return handle->dev && handle->attrs;	/* expect: is a private member */
}

void peek_write(struct peek_priv *priv, struct dma_coherent_handle *handle)
{
	handle->size = 0;	/* expect: ERROR: size is a private member */
	priv->scratch.dma_addr += 64;	/* expect: ERROR: dma_addr is a private member */
	(*handle).cookie = NULL;	/* expect: ERROR: cookie is a private member */
}

dma_addr_t peek_address_of(struct peek_priv *priv, dma_addr_t **addr)
{
	*addr = &priv->scratch.dma_addr;	/* expect: ERROR: dma_addr is a private member */
	return **addr;
}

size_t peek_access_private(struct peek_priv *priv, const struct dma_coherent_handle *handle)
{
	if (ACCESS_PRIVATE(&priv->scratch, attrs))	/* expect: ERROR: attrs is a private member */
		return 0;
	return ACCESS_PRIVATE(handle, size);	/* expect: ERROR: size is a private member */
}

int peek_managed(struct peek_priv *priv)
{
	priv->managed = dmam_coherent_handle_alloc(priv->dev, PAGE_SIZE, GFP_KERNEL);
	if (IS_ERR(priv->managed))
		return PTR_ERR(priv->managed);

	writel(priv->managed->dma_addr, priv->regs);	/* expect: ERROR: dma_addr is a private member */
	return 0;
}

void peek_init(struct peek_priv *priv, dma_addr_t addr)
{
	struct dma_coherent_handle named = {
		.dev = priv->dev,	/* expect: ERROR: dev is a private member */
		.dma_addr = addr,	/* expect: ERROR: dma_addr is a private member */
	};
	struct dma_coherent_handle unnamed = { priv->dev, NULL, addr };	/* expect: ERROR: handle initialised by its private members */

	dma_coherent_handle_free(&named);
	dma_coherent_handle_free(&unnamed);
	priv->scratch = (struct dma_coherent_handle){ .size = 1 };	/* expect: ERROR: size is a private member */
}

u64 peek_cast(struct peek_priv *priv, struct dma_coherent_handle *handle)
{
	unsigned long *words = (void *)&priv->scratch;	/* expect: ERROR: handle looked into as unsigned long */
	u8 *bytes;

	bytes = (u8 *)handle;	/* expect: ERROR: handle looked into as u8 */
	return words[2] + bytes[0] + *(u64 *)&priv->bufs[1];	/* expect: ERROR: handle looked into as u64 */
}

size_t peek_offset(void)
{
	return offsetof(struct dma_coherent_handle, dma_addr);	/* expect: ERROR: dma_addr is a private member */
}

struct dma_coherent_handle *peek_container(size_t *size)
{
	return container_of(size, struct dma_coherent_handle, size);	/* expect: ERROR: size is a private member */
}

void peek_dump(struct peek_priv *priv)
{
	print_hex_dump(KERN_INFO, "", DUMP_PREFIX_NONE, 16, 1, &priv->scratch, 40, false);	/* expect: ERROR: contents of a handle are private */
	dev_info(priv->dev, "%*ph\n", 40, &priv->scratch);	/* expect: ERROR: contents of a handle are private */
}

int peek_copied(struct peek_priv *priv, void __user *to)
{
	return copy_to_user(to, &priv->scratch, sizeof(priv->scratch)) ? -EFAULT : 0;	/* expect: ERROR: contents of a handle are private */
}

bool peek_same(struct peek_priv *priv, struct peek_priv *other)
{
	return !memcmp(&priv->scratch, &other->scratch, sizeof(priv->scratch));	/* expect: ERROR: contents of a handle are private */
}
