// SPDX-License-Identifier: GPL-2.0
/* Buffers that are lost when something else fails, each of which must be reported. */
#include <linux/dma-mapping.h>
#include <linux/idr.h>
#include <linux/slab.h>

struct leak_buf {
	struct list_head list;
	void *va;
	dma_addr_t da;
	size_t size;
	int tag;
};

struct leak {
	struct device *dev;
	struct ida ids;
	struct list_head bufs;
	void *ring;
	dma_addr_t ring_dma;
	void *table;
	dma_addr_t table_dma;
	size_t size;
};

int leak_start(struct leak *leak, dma_addr_t dma);
void leak_free_all(struct leak *leak);

static int __maybe_unused leak_local(struct leak *leak, size_t size)
{
	dma_addr_t dma;
	void *cookie;
	int ret;

	cookie = dma_alloc_attrs(leak->dev, size, &dma, GFP_KERNEL, DMA_ATTR_NO_KERNEL_MAPPING);
	if (!cookie)
		return -ENOMEM;

	ret = leak_start(leak, dma);
	/* expect: ERROR: cookie */
	if (ret)
		return ret;

	dma_free_attrs(leak->dev, size, cookie, dma, DMA_ATTR_NO_KERNEL_MAPPING);
	return 0;
}

static int __maybe_unused leak_local_label(struct leak *leak, size_t size)
{
	dma_addr_t dma;
	void *cookie;
	int ret;

	cookie = dma_alloc_attrs(leak->dev, size, &dma, GFP_KERNEL, DMA_ATTR_NO_KERNEL_MAPPING);
	if (cookie == NULL) {
		ret = -ENOMEM;
		goto out;
	}

	ret = leak_start(leak, dma);
	/* expect: cookie */
	if (ret < 0) {
		dev_err(leak->dev, "start failed: %d\n", ret);
		goto out;
	}

	ret = leak_start(leak, dma);
	if (ret < 0)
		goto free;
	return 0;

free:
	dma_free_attrs(leak->dev, size, cookie, dma, DMA_ATTR_NO_KERNEL_MAPPING);
out:
	return ret;
}

/* With the structure goes the only trace of the buffer. */
static int __maybe_unused leak_in_loop(struct leak *leak, unsigned int count)
{
	struct leak_buf *buf;
	unsigned int i;
	int ret, id;

	for (i = 0; i < count; i++) {
		buf = kzalloc(sizeof(*buf), GFP_KERNEL);
		if (!buf) {
			ret = -ENOMEM;
			goto fail;
		}

		buf->va = dma_alloc_attrs(leak->dev, buf->size, &buf->da, GFP_KERNEL,
					  DMA_ATTR_WRITE_COMBINE | DMA_ATTR_NO_KERNEL_MAPPING);
		if (!buf->va) {
			ret = -ENOMEM;
			goto fail;
		}

		id = ida_alloc_min(&leak->ids, 32, GFP_KERNEL);
		/* expect: buf->va */
		if (id < 0) {
			ret = id;
			goto fail;
		}
		buf->tag = id;
		list_add_tail(&buf->list, &leak->bufs);
	}
	return 0;

fail:
	kfree(buf);
	leak_free_all(leak);
	return ret;
}

static struct leak_buf *__maybe_unused leak_with_structure(struct leak *leak)
{
	struct leak_buf *buf = kzalloc(sizeof(*buf), GFP_KERNEL);

	if (!buf)
		return NULL;

	buf->va = dma_alloc_attrs(leak->dev, leak->size, &buf->da, GFP_KERNEL,
				  DMA_ATTR_NO_KERNEL_MAPPING);
	if (!buf->va) {
		kfree(buf);
		return NULL;
	}

	buf->tag = ida_alloc(&leak->ids, GFP_KERNEL);
	/* expect: buf->va */
	if (buf->tag < 0) {
		kfree(buf);
		return NULL;
	}
	return buf;
}

/* Freed on one path, forgotten on the other. */
static int __maybe_unused leak_one_path(struct leak *leak)
{
	int ret;

	leak->ring = dma_alloc_attrs(leak->dev, leak->size, &leak->ring_dma, GFP_KERNEL,
				     DMA_ATTR_NO_KERNEL_MAPPING);
	if (!leak->ring)
		return -ENOMEM;

	leak->table = dma_alloc_attrs(leak->dev, leak->size, &leak->table_dma, GFP_KERNEL,
				      DMA_ATTR_NO_KERNEL_MAPPING);
	/* expect: leak->ring */
	if (!leak->table)
		return -ENOMEM;

	ret = leak_start(leak, leak->ring_dma);
	if (ret)
		goto free;
	return 0;

free:
	dma_free_attrs(leak->dev, leak->size, leak->table, leak->table_dma,
		       DMA_ATTR_NO_KERNEL_MAPPING);
	dma_free_attrs(leak->dev, leak->size, leak->ring, leak->ring_dma,
		       DMA_ATTR_NO_KERNEL_MAPPING);
	return ret;
}
