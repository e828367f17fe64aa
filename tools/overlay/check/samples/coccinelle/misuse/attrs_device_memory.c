// SPDX-License-Identifier: GPL-2.0
/* Frees that believe the device, each of which must be reported. */
#include <linux/dma-mapping.h>

struct device_desc {
	__le64 addr;
	__le32 size;
	__be32 len;
};

struct device_memory {
	struct device *dev;
	struct device_desc *descs;
	void **bufs;
	void *buf;
	dma_addr_t dma;
	size_t size;
	unsigned int n;
};

static void __maybe_unused device_memory_both(struct device_memory *m)
{
	unsigned int i;

	for (i = 0; i < m->n; i++) {
		struct device_desc *desc = &m->descs[i];
		size_t size = le32_to_cpu(desc->size) * SZ_4K;

		/* expect: desc, which the device can write, tells what is freed */
		dma_free_attrs(m->dev, size, m->bufs[i], le64_to_cpu(desc->addr),
			       DMA_ATTR_NO_KERNEL_MAPPING | DMA_ATTR_NO_WARN);
	}
}

static void __maybe_unused device_memory_size(struct device_memory *m)
{
	struct device_desc *desc = m->descs;
	size_t size = le32_to_cpu(desc->size);

	/* expect: desc, which the device can write, tells what is freed */
	dma_free_attrs(m->dev, size, m->buf, m->dma, DMA_ATTR_NO_KERNEL_MAPPING);
}

static void __maybe_unused device_memory_addr(struct device_memory *m)
{
	/* expect: m -> descs, which the device can write, tells what is freed */
	dma_free_coherent(m->dev, m->size, m->buf, le64_to_cpu(m->descs[0].addr));
}

static void __maybe_unused device_memory_assigned(struct device_memory *m)
{
	dma_addr_t dma;
	size_t len;

	len = be32_to_cpu(m->descs->len);
	dma = m->dma;
	/* expect: m -> descs, which the device can write, tells what is freed */
	dma_free_coherent(m->dev, len, m->buf, dma);
}
