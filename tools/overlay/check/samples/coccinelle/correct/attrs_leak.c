// SPDX-License-Identifier: GPL-2.0
/* Buffers that somebody frees, or keeps. Nothing to be reported. */
#include <linux/dma-mapping.h>
#include <linux/idr.h>
#include <linux/slab.h>

struct kept_buf {
	struct list_head list;
	void *va;
	dma_addr_t da;
	int tag;
};

struct kept {
	struct device *dev;
	struct ida ids;
	struct list_head bufs;
	void *ring;
	dma_addr_t ring_dma;
	void *table;
	dma_addr_t table_dma;
	size_t size;
};

int kept_start(struct kept *kept, dma_addr_t dma);
void kept_release(struct kept *kept, struct kept_buf *buf);

static int __maybe_unused kept_unwound(struct kept *kept, size_t size)
{
	dma_addr_t dma;
	void *cookie;
	int ret;

	cookie = dma_alloc_attrs(kept->dev, size, &dma, GFP_KERNEL, DMA_ATTR_NO_KERNEL_MAPPING);
	if (!cookie)
		return -ENOMEM;

	ret = kept_start(kept, dma);
	if (ret)
		goto free;

	kept->ring = cookie;
	kept->ring_dma = dma;
	return 0;

free:
	dma_free_attrs(kept->dev, size, cookie, dma, DMA_ATTR_NO_KERNEL_MAPPING);
	return ret;
}

static int __maybe_unused kept_freed_at_once(struct kept *kept, size_t size)
{
	dma_addr_t dma;
	void *cookie;
	int ret;

	cookie = dma_alloc_attrs(kept->dev, size, &dma, GFP_KERNEL, DMA_ATTR_NO_KERNEL_MAPPING);
	if (!cookie)
		return -ENOMEM;

	ret = kept_start(kept, dma);
	dma_free_attrs(kept->dev, size, cookie, dma, DMA_ATTR_NO_KERNEL_MAPPING);
	if (ret)
		return ret;
	return 0;
}

static int __maybe_unused kept_in_loop(struct kept *kept, unsigned int count)
{
	struct kept_buf *buf;
	unsigned int i;
	int ret, id;

	for (i = 0; i < count; i++) {
		buf = kzalloc(sizeof(*buf), GFP_KERNEL);
		if (!buf)
			return -ENOMEM;

		buf->va = dma_alloc_attrs(kept->dev, kept->size, &buf->da, GFP_KERNEL,
					  DMA_ATTR_NO_KERNEL_MAPPING);
		if (!buf->va) {
			ret = -ENOMEM;
			goto fail;
		}

		id = ida_alloc(&kept->ids, GFP_KERNEL);
		if (id < 0) {
			ret = id;
			goto free;
		}
		buf->tag = id;
		list_add_tail(&buf->list, &kept->bufs);
	}
	return 0;

free:
	dma_free_attrs(kept->dev, kept->size, buf->va, buf->da, DMA_ATTR_NO_KERNEL_MAPPING);
fail:
	kfree(buf);
	return ret;
}

/* The caller of a failed probe step frees what there is. */
static int __maybe_unused kept_for_caller(struct kept *kept)
{
	int ret;

	kept->table = dma_alloc_attrs(kept->dev, kept->size, &kept->table_dma, GFP_KERNEL,
				      DMA_ATTR_NO_KERNEL_MAPPING);
	if (!kept->table)
		return -ENOMEM;

	ret = kept_start(kept, kept->table_dma);
	if (ret)
		return ret;
	return 0;
}

static struct kept_buf *__maybe_unused kept_by_helper(struct kept *kept)
{
	struct kept_buf *buf = kzalloc(sizeof(*buf), GFP_KERNEL);

	if (!buf)
		return NULL;

	buf->va = dma_alloc_attrs(kept->dev, kept->size, &buf->da, GFP_KERNEL,
				  DMA_ATTR_NO_KERNEL_MAPPING);
	if (!buf->va) {
		kfree(buf);
		return NULL;
	}

	buf->tag = ida_alloc(&kept->ids, GFP_KERNEL);
	if (buf->tag < 0) {
		kept_release(kept, buf);
		return NULL;
	}
	return buf;
}

/* Owned by firmware from then on. */
static int __maybe_unused kept_by_firmware(struct kept *kept, size_t size)
{
	dma_addr_t dma;
	void *cookie;
	int ret;

	cookie = dma_alloc_attrs(kept->dev, size, &dma, GFP_KERNEL, DMA_ATTR_NO_KERNEL_MAPPING);
	if (!cookie)
		return -ENOMEM;

	ret = kept_start(kept, dma);
	if (ret) {
		dma_free_attrs(kept->dev, size, cookie, dma, DMA_ATTR_NO_KERNEL_MAPPING);
		return ret;
	}
	return 0;
}

static void *__maybe_unused kept_returned(struct kept *kept, dma_addr_t *dma)
{
	void *cookie;

	cookie = dma_alloc_attrs(kept->dev, kept->size, dma, GFP_KERNEL, DMA_ATTR_NO_KERNEL_MAPPING);
	if (!cookie)
		return ERR_PTR(-ENOMEM);
	if (*dma & (kept->size - 1))
		dev_warn(kept->dev, "not aligned\n");
	return cookie;
}
