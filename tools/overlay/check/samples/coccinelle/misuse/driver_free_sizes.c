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
	void *scratch;
	unsigned int count;
	size_t size;
};

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
