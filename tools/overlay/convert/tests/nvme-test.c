// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit tests of the NVMe host memory buffer: memory that the host lends to the device. The device
 * is played by what takes the command that tells it of the buffer.
 */

#include "convert_kunit.h"

#include "../nvme/host/nvme.h"

/* The host's next command to the device. */
static int nvme_test_command(struct request_queue *queue, struct nvme_command *c, void *buffer,
			     unsigned int length);
#define nvme_submit_sync_cmd	nvme_test_command

#include "../nvme/host/pci.c"

#define NVME_TEST_PAGE	4096ULL		/* the unit of all sizes */

struct nvme_test {
	struct kunit_dma *dma;
	struct nvme_dev *dev;
	/* What the device knows of its buffer. */
	struct nvme_host_mem_buf_desc *descs;
	unsigned int nr_descs;
	bool refuses;
	/* What it does with it. */
	bool overwrites;
};

static struct nvme_test *nvme_test;

static int nvme_test_command(struct request_queue *queue, struct nvme_command *c, void *buffer,
			     unsigned int length)
{
	struct nvme_features *f = &c->features;
	const struct kunit_dma_call *call;
	struct kunit *test = kunit_get_current_test();
	dma_addr_t addr;
	size_t size;

	KUNIT_EXPECT_EQ(test, f->opcode, nvme_admin_set_features);
	KUNIT_EXPECT_EQ(test, le32_to_cpu(f->fid), NVME_FEAT_HOST_MEM_BUF);
	nvme_test->descs = NULL;
	nvme_test->nr_descs = 0;
	if (nvme_test->refuses)
		return -EIO;
	if (!(le32_to_cpu(f->dword11) & NVME_HOST_MEM_ENABLE))
		return 0;

	addr = (u64)le32_to_cpu(f->dword14) << 32 | le32_to_cpu(f->dword13);
	size = le32_to_cpu(f->dword15) * sizeof(*nvme_test->descs);
	call = convert_kunit_at(nvme_test->dma, addr);
	KUNIT_EXPECT_NOT_NULL(test, call);
	if (!call)
		return -EIO;
	KUNIT_EXPECT_GE(test, call->size, size);
	if (call->size < size)
		return -EIO;
	nvme_test->descs = call->cpu_addr;
	nvme_test->nr_descs = le32_to_cpu(f->dword15);
	return 0;
}

/* Does what the host has told the device agree with what it has allocated? */
static void nvme_test_look(struct kunit *test, u64 size)
{
	const struct kunit_dma_call *call;
	u64 bytes, sum = 0;
	unsigned int i;

	KUNIT_ASSERT_NOT_NULL(test, nvme_test->descs);
	for (i = 0; i < nvme_test->nr_descs; i++) {
		call = convert_kunit_at(nvme_test->dma, le64_to_cpu(nvme_test->descs[i].addr));
		KUNIT_ASSERT_NOT_NULL(test, call);
		KUNIT_EXPECT_TRUE(test, call->attrs & DMA_ATTR_NO_KERNEL_MAPPING);
		KUNIT_EXPECT_TRUE(test, call->attrs & DMA_ATTR_NO_WARN);
		bytes = le32_to_cpu(nvme_test->descs[i].size) * NVME_TEST_PAGE;
		KUNIT_EXPECT_LE(test, bytes, (u64)call->size);
		sum += bytes;
	}
	KUNIT_EXPECT_EQ(test, sum, size);
}

/* The device gets its buffer, and the driver lets it go. */
static void nvme_test_run(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, nvme_setup_host_mem(nvme_test->dev), nvme_test->refuses ? -EIO : 0);
	if (nvme_test->descs && nvme_test->overwrites)
		memset(nvme_test->descs, 0xa5, nvme_test->nr_descs * sizeof(*nvme_test->descs));
	nvme_test->descs = NULL;
	nvme_free_host_mem(nvme_test->dev);
}

static void nvme_hmb_several_chunks(struct kunit *test)
{
	/* Two chunks as large as the page allocator has them, and a half. */
	nvme_test->dev->ctrl.hmpre = 5 * PAGE_SIZE * MAX_ORDER_NR_PAGES / NVME_TEST_PAGE / 2;
	KUNIT_ASSERT_EQ(test, nvme_setup_host_mem(nvme_test->dev), 0);
	KUNIT_EXPECT_EQ(test, nvme_test->nr_descs, 3);
	nvme_test_look(test, nvme_test->dev->ctrl.hmpre * NVME_TEST_PAGE);

	nvme_free_host_mem(nvme_test->dev);
	KUNIT_EXPECT_EQ(test, nvme_test->dma->nr_live, 0);
	/* Nothing is there to be freed. */
	nvme_free_host_mem(nvme_test->dev);
	KUNIT_EXPECT_EQ(test, nvme_test->dma->frees, nvme_test->dma->calls);
}

/* As many chunks as the device takes, and no more. */
static void nvme_hmb_few_descriptors(struct kunit *test)
{
	nvme_test->dev->ctrl.hmmaxd = 2;
	nvme_test->dev->ctrl.hmpre = 3 * PAGE_SIZE * MAX_ORDER_NR_PAGES / NVME_TEST_PAGE;
	KUNIT_ASSERT_EQ(test, nvme_setup_host_mem(nvme_test->dev), 0);
	KUNIT_EXPECT_EQ(test, nvme_test->nr_descs, 2);
	nvme_free_host_mem(nvme_test->dev);
	KUNIT_EXPECT_EQ(test, nvme_test->dma->nr_live, 0);
}

/* A device that was reset is given what it had. */
static void nvme_hmb_reset(struct kunit *test)
{
	unsigned int calls;

	nvme_test->dev->ctrl.hmpre = 5;
	KUNIT_ASSERT_EQ(test, nvme_setup_host_mem(nvme_test->dev), 0);
	calls = nvme_test->dma->calls;
	KUNIT_EXPECT_EQ(test, nvme_setup_host_mem(nvme_test->dev), 0);
	KUNIT_EXPECT_EQ(test, nvme_test->dma->calls, calls);
	nvme_test_look(test, nvme_test->dev->ctrl.hmpre * NVME_TEST_PAGE);

	/* It wants more now. */
	nvme_test->dev->ctrl.hmmin = 6;
	nvme_test->dev->ctrl.hmpre = 7;
	KUNIT_EXPECT_EQ(test, nvme_setup_host_mem(nvme_test->dev), 0);
	nvme_test_look(test, nvme_test->dev->ctrl.hmpre * NVME_TEST_PAGE);
	nvme_free_host_mem(nvme_test->dev);
	KUNIT_EXPECT_EQ(test, nvme_test->dma->nr_live, 0);
}

/* The descriptors are in memory that the device can write to. */
static void nvme_hmb_descriptors_overwritten(struct kunit *test)
{
	nvme_test->dev->ctrl.hmpre = 3 * PAGE_SIZE * MAX_ORDER_NR_PAGES / NVME_TEST_PAGE;
	nvme_test->overwrites = true;
	nvme_test_run(test);
	KUNIT_EXPECT_EQ(test, nvme_test->dma->nr_live, 0);
}

/* Half of an odd number of pages is no number of pages, and rounded down in the descriptor. */
static void nvme_hmb_half_pages(struct kunit *test)
{
	nvme_test->dev->ctrl.hmpre = 5;
	convert_kunit_fail_each(test, nvme_test->dma, nvme_test_run);
}

static void nvme_hmb_alloc_fails(struct kunit *test)
{
	nvme_test->dev->ctrl.hmpre = 5 * PAGE_SIZE * MAX_ORDER_NR_PAGES / NVME_TEST_PAGE / 2;
	convert_kunit_fail_each(test, nvme_test->dma, nvme_test_run);
}

/* What was got is of no use if it is less than the device needs. */
static void nvme_hmb_alloc_fails_all_needed(struct kunit *test)
{
	nvme_test->dev->ctrl.hmpre = 5 * PAGE_SIZE * MAX_ORDER_NR_PAGES / NVME_TEST_PAGE / 2;
	nvme_test->dev->ctrl.hmmin = nvme_test->dev->ctrl.hmpre;
	convert_kunit_fail_each(test, nvme_test->dma, nvme_test_run);
}

static void nvme_hmb_refused(struct kunit *test)
{
	nvme_test->refuses = true;
	nvme_test->dev->ctrl.hmpre = 3 * PAGE_SIZE * MAX_ORDER_NR_PAGES / NVME_TEST_PAGE;
	nvme_test_run(test);
	KUNIT_EXPECT_EQ(test, nvme_test->dma->nr_live, 0);
}

static int nvme_test_init(struct kunit *test)
{
	struct device *dev;

	nvme_test = kunit_kzalloc(test, sizeof(*nvme_test), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, nvme_test);
	nvme_test->dev = kunit_kzalloc(test, sizeof(*nvme_test->dev), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, nvme_test->dev);
	nvme_test->dma = kunit_dma_create(test);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, nvme_test->dma);
	dev = kunit_dma_device_register(nvme_test->dma, "nvme");
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, dev);

	nvme_test->dev->dev = dev;
	nvme_test->dev->ctrl.device = dev;
	return 0;
}

static struct kunit_case nvme_test_cases[] = {
	KUNIT_CASE(nvme_hmb_several_chunks),
	KUNIT_CASE(nvme_hmb_few_descriptors),
	KUNIT_CASE(nvme_hmb_reset),
	KUNIT_CASE(nvme_hmb_alloc_fails),
	KUNIT_CASE(nvme_hmb_alloc_fails_all_needed),
	KUNIT_CASE(nvme_hmb_refused),
	KUNIT_CASE_FIXED(nvme_hmb_descriptors_overwritten),
	KUNIT_CASE_FIXED(nvme_hmb_half_pages),
	{}
};

static struct kunit_suite nvme_test_suite = {
	.name = "convert_nvme",
	.init = nvme_test_init,
	.test_cases = nvme_test_cases,
};

kunit_test_suite(nvme_test_suite);
