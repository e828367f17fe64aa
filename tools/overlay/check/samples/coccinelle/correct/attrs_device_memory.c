// SPDX-License-Identifier: GPL-2.0
/* Frees by what the driver itself has kept. Nothing to be reported. */
#include <linux/dma-mapping.h>

struct own_desc {
	__le64 addr;
	__le32 size;
};

struct own_request {
	struct own_desc desc;
};

struct own_memory {
	struct device *dev;
	struct own_desc *descs;
	void *buf;
	dma_addr_t dma;
	size_t size;
};

static int __maybe_unused own_alloc(struct own_memory *m)
{
	m->buf = dma_alloc_attrs(m->dev, m->size, &m->dma, GFP_KERNEL, DMA_ATTR_NO_KERNEL_MAPPING);
	if (!m->buf)
		return -ENOMEM;
	m->descs[0].addr = cpu_to_le64(m->dma);
	m->descs[0].size = cpu_to_le32(m->size);
	return 0;
}

static void __maybe_unused own_free(struct own_memory *m)
{
	m->descs[0].addr = 0;
	dma_free_attrs(m->dev, m->size, m->buf, m->dma, DMA_ATTR_NO_KERNEL_MAPPING);
}

/* What the device says is looked at, and then not believed. */
static void __maybe_unused own_checked(struct own_memory *m)
{
	size_t size = le32_to_cpu(m->descs[0].size);

	if (size != m->size)
		dev_warn(m->dev, "descriptor was overwritten\n");
	dma_free_attrs(m->dev, m->size, m->buf, m->dma, DMA_ATTR_NO_KERNEL_MAPPING);
}

static void __maybe_unused own_reassigned(struct own_memory *m)
{
	size_t size;

	size = le32_to_cpu(m->descs[0].size);
	dev_dbg(m->dev, "%zu bytes used\n", size);
	size = m->size;
	dma_free_attrs(m->dev, size, m->buf, m->dma, DMA_ATTR_NO_KERNEL_MAPPING);
}

/* A copy of what the device was told, in the driver's own memory. */
static void __maybe_unused own_request(struct own_memory *m, struct own_request *request)
{
	struct own_desc *desc = &request->desc;
	dma_addr_t dma;

	dma = le64_to_cpu(desc->addr);
	dma_free_attrs(m->dev, m->size, m->buf, dma, DMA_ATTR_NO_KERNEL_MAPPING);
}

/* What was copied to the stack stays as it is. */
static void __maybe_unused own_copied(struct own_memory *m)
{
	struct own_desc desc = m->descs[0];

	if (le32_to_cpu(desc.size) != m->size)
		return;
	dma_free_attrs(m->dev, le32_to_cpu(desc.size), m->buf, m->dma, DMA_ATTR_NO_KERNEL_MAPPING);
}
