// SPDX-License-Identifier: GPL-2.0
/* Sizes of a free that look like those of the allocation, and are others. */
#include <linux/dma-mapping.h>
#include <linux/slab.h>

struct request {
	__le64 address;
	__le32 length;
	u8 pad[52];
};

struct response {
	__le32 status;
};

struct hba {
	struct device *dev;
	struct request *request;
	struct response *response;
	dma_addr_t request_dma, response_dma, scratch_dma;
	void *scratch, *lines, *table;
	u32 *doorbells;
	unsigned int count;
	size_t size, length;
	unsigned int order, entries;
};

#define HBA_GUARD	SZ_4K

static void __maybe_unused hba_other_type(struct hba *hba)
{
	hba->response = dma_alloc_coherent(hba->dev, sizeof(struct response), &hba->response_dma,
					   GFP_KERNEL);
	/* expect: hba->response is freed as sizeof(struct request) bytes */
	dma_free_coherent(hba->dev, sizeof(struct request), hba->response, hba->response_dma);
}

static int __maybe_unused hba_alloc(struct hba *hba)
{
	hba->request = dma_alloc_coherent(hba->dev, hba->count * sizeof(*hba->request),
					  &hba->request_dma, GFP_KERNEL);
	return hba->request ? 0 : -ENOMEM;
}

static void __maybe_unused hba_free_first(struct hba *hba)
{
	/* expect: hba->request is freed as sizeof(* hba->request) bytes */
	dma_free_coherent(hba->dev, sizeof(*hba->request), hba->request, hba->request_dma);
}

static void __maybe_unused hba_free_pointer(struct hba *hba)
{
	/* expect: hba->request is freed as hba->count * sizeof(hba->request) bytes */
	dma_free_coherent(hba->dev, hba->count * sizeof(hba->request), hba->request,
			  hba->request_dma);
}

static int __maybe_unused hba_scratch(struct hba *hba, size_t size)
{
	hba->size = size;
	hba->scratch = dma_alloc_attrs(hba->dev, PAGE_ALIGN(size), &hba->scratch_dma, GFP_KERNEL,
				       DMA_ATTR_NO_KERNEL_MAPPING);
	return hba->scratch ? 0 : -ENOMEM;
}

static void __maybe_unused hba_free_scratch(struct hba *hba)
{
	/* expect: hba->scratch is freed as hba->size bytes */
	dma_free_attrs(hba->dev, hba->size, hba->scratch, hba->scratch_dma,
		       DMA_ATTR_NO_KERNEL_MAPPING);
}

static int __maybe_unused hba_alloc_lines(struct hba *hba)
{
	hba->lines = dma_alloc_attrs(hba->dev, hba->length + HBA_GUARD, &hba->scratch_dma,
				     GFP_KERNEL, DMA_ATTR_NO_KERNEL_MAPPING);
	hba->table = dma_alloc_coherent(hba->dev, PAGE_SIZE << hba->order, &hba->scratch_dma,
					GFP_KERNEL);
	hba->doorbells = dma_alloc_coherent(hba->dev, hba->entries * sizeof(*hba->doorbells),
					    &hba->scratch_dma, GFP_KERNEL);
	return hba->lines && hba->table && hba->doorbells ? 0 : -ENOMEM;
}

static void __maybe_unused hba_free_lines(struct hba *hba)
{
	/* expect: hba->lines is freed as hba->length bytes */
	dma_free_attrs(hba->dev, hba->length, hba->lines, hba->scratch_dma,
		       DMA_ATTR_NO_KERNEL_MAPPING);
	/* expect: hba->table is freed as PAGE_SIZE bytes */
	dma_free_coherent(hba->dev, PAGE_SIZE, hba->table, hba->scratch_dma);
	/* expect: hba->doorbells is freed as hba->entries bytes */
	dma_free_coherent(hba->dev, hba->entries, hba->doorbells, hba->scratch_dma);
}

static int __maybe_unused hba_rounded(struct hba *hba, size_t size)
{
	dma_addr_t dma;
	void *buf = dma_alloc_coherent(hba->dev, ALIGN(size, SZ_4K), &dma, GFP_KERNEL);

	if (!buf)
		return -ENOMEM;
	/* expect: buf is freed as size bytes, but was allocated as ALIGN(size,SZ_4K) */
	dma_free_coherent(hba->dev, size, buf, dma);
	return 0;
}

static int __maybe_unused hba_power_of_two(struct hba *hba, size_t size)
{
	dma_addr_t dma;
	void *buf = dma_alloc_coherent(hba->dev, roundup_pow_of_two(size), &dma, GFP_KERNEL);

	if (!buf)
		return -ENOMEM;
	/* expect: buf is freed as size bytes, but was allocated as roundup_pow_of_two(size) */
	dma_free_coherent(hba->dev, size, buf, dma);
	return 0;
}

static int __maybe_unused hba_not_kept(struct hba *hba)
{
	/* expect: without what dma_alloc_attrs() returned, the buffer can't be freed */
	if (!dma_alloc_attrs(hba->dev, SZ_4K, &hba->scratch_dma, GFP_KERNEL, 0))
		return -ENOMEM;
	return 0;
}
