// SPDX-License-Identifier: GPL-2.0
/* Cookies that are taken for addresses, each of which must be reported. */
#include <linux/dma-mapping.h>
#include <linux/io.h>
#include <linux/mm.h>
#include <linux/scatterlist.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

struct cookie_header {
	u32 magic;
};

struct cookie_user {
	struct device *dev;
	void *scratch;
	void *bufs[4];
	struct {
		u8 *mv;
	} codec;
	dma_addr_t dma;
	size_t size;
	struct scatterlist sg;
};

static int __maybe_unused cookie_local(struct device *dev, size_t size)
{
	dma_addr_t dma;
	void *cookie;

	cookie = dma_alloc_attrs(dev, size, &dma, GFP_KERNEL, DMA_ATTR_NO_KERNEL_MAPPING);
	if (!cookie)
		return -ENOMEM;

	/* expect: it is given to memset() */
	memset(cookie, 0, size);
	/* expect: it is given to dev_dbg() */
	dev_dbg(dev, "buffer at %p\n", cookie);
	/* expect: it is given to pr_info() */
	pr_info("%px\n", cookie);
	/* expect: it is dereferenced */
	*(u32 *)cookie = 2;
	/* expect: it is dereferenced */
	((struct cookie_header *)cookie)->magic = 3;
	/* expect: it is dereferenced */
	memcpy(cookie + 16, &dma, sizeof(dma));
	dma_free_attrs(dev, size, cookie, dma, DMA_ATTR_NO_KERNEL_MAPPING);
	return 0;
}

static int __maybe_unused cookie_convert(struct device *dev, size_t size, struct page **page)
{
	dma_addr_t dma, dma2;
	void *cookie = dma_alloc_attrs(dev, size, &dma, GFP_KERNEL,
				       DMA_ATTR_WRITE_COMBINE | DMA_ATTR_NO_KERNEL_MAPPING);

	if (!cookie)
		return -ENOMEM;
	/* expect: memory from dma_alloc_*() need not be in the linear map */
	*page = virt_to_page(cookie);
	/* expect: it is given to dma_map_single() */
	dma2 = dma_map_single(dev, cookie, size, DMA_TO_DEVICE);
	/* expect: memory from dma_alloc_*() need not be in the linear map */
	return dma_mapping_error(dev, dma2) || virt_to_phys(cookie) == dma;
}

static int __maybe_unused cookie_alloc(struct cookie_user *user)
{
	const unsigned long attrs = DMA_ATTR_NO_KERNEL_MAPPING;
	int i;

	user->scratch = dma_alloc_attrs(user->dev, user->size, &user->dma, GFP_KERNEL, attrs);
	if (!user->scratch)
		return -ENOMEM;

	user->codec.mv = dma_alloc_attrs(user->dev, user->size, &user->dma, GFP_KERNEL,
					 DMA_ATTR_NO_KERNEL_MAPPING);
	for (i = 0; i < 4; i++)
		user->bufs[i] = dmam_alloc_attrs(user->dev, user->size, &user->dma, GFP_KERNEL,
						 DMA_ATTR_NO_KERNEL_MAPPING);
	return 0;
}

/* In other functions than the one that allocates. */
static int __maybe_unused cookie_to_user(struct cookie_user *user, void __user *to)
{
	/* expect: it is given to copy_to_user() */
	return copy_to_user(to, user->scratch, user->size) ? -EFAULT : 0;
}

static int __maybe_unused cookie_from_user(struct cookie_user *user, void __user *from)
{
	/* expect: it is given to copy_from_user() */
	return copy_from_user(user->bufs[1], from, user->size) ? -EFAULT : 0;
}

static u8 __maybe_unused cookie_read(struct cookie_user *user)
{
	/* expect: dereferenced */
	return user->codec.mv[2];
}

static void __maybe_unused cookie_sg(struct cookie_user *user)
{
	/* expect: it is given to sg_init_one() */
	sg_init_one(&user->sg, user->scratch, user->size);
}

static void __maybe_unused cookie_from_fw(struct cookie_user *user, const void __iomem *fw)
{
	/* expect: it is given to memcpy_fromio() */
	memcpy_fromio(user->scratch, fw, user->size);
	/* expect: it is given to kfree() */
	kfree(user->bufs[0]);
}
