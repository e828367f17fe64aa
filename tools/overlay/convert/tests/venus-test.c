// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit tests of the buffers that venus gives to its firmware, which is played by the functions
 * that talk to it.
 */

#include "convert_kunit.h"

#include "../media/platform/qcom/venus/helpers.c"

CONVERT_KUNIT_UNUSED(hfi_platform_get_codec_lp_freq);
CONVERT_KUNIT_UNUSED(hfi_platform_get_codec_vpp_freq);
CONVERT_KUNIT_UNUSED(hfi_platform_get_codec_vsp_freq);
CONVERT_KUNIT_UNUSED(hfi_session_abort);
CONVERT_KUNIT_UNUSED(hfi_session_deinit);
CONVERT_KUNIT_UNUSED(hfi_session_init);
CONVERT_KUNIT_UNUSED(hfi_session_load_res);
CONVERT_KUNIT_UNUSED(hfi_session_set_property);
CONVERT_KUNIT_UNUSED(hfi_session_start);
CONVERT_KUNIT_UNUSED(hfi_session_stop);
CONVERT_KUNIT_UNUSED(hfi_session_unload_res);

#define VENUS_TEST_BUFFERS	3

struct venus_test {
	struct kunit_dma *dma;
	struct venus_core core;
	struct venus_inst inst;
	/* How many buffers the firmware has, the last one's tag, and which it will refuse. */
	unsigned int nr_set;
	u32 tag;
	unsigned int fail_set;
};

static struct venus_test *venus_test;

/* Buffers of each type, and of sizes that aren't whole pages. */
static const u32 venus_test_types[] = {
	HFI_BUFFER_INTERNAL_SCRATCH(HFI_VERSION_1XX),
	HFI_BUFFER_INTERNAL_SCRATCH_1(HFI_VERSION_1XX),
	HFI_BUFFER_INTERNAL_SCRATCH_2(HFI_VERSION_1XX),
	HFI_BUFFER_INTERNAL_PERSIST,
	HFI_BUFFER_INTERNAL_PERSIST_1,
	HFI_BUFFER_OUTPUT,
};

static u32 venus_test_size(u32 type)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(venus_test_types); i++) {
		if (venus_test_types[i] == type)
			return (i + 1) * 5000;
	}
	return 0;
}

int hfi_session_get_property(struct venus_inst *inst, u32 ptype, union hfi_get_property *hprop)
{
	unsigned int i;

	memset(hprop, 0, sizeof(*hprop));
	for (i = 0; i < ARRAY_SIZE(venus_test_types); i++) {
		hprop->bufreq[i].type = venus_test_types[i];
		hprop->bufreq[i].size = venus_test_size(venus_test_types[i]);
		hprop->bufreq[i].count_min = VENUS_TEST_BUFFERS;
		hprop->bufreq[i].count_actual = VENUS_TEST_BUFFERS - 1;
	}
	return 0;
}

/* What the firmware is told of must be there, and as large as it wants it. */
static void venus_test_is_buffer(u32 type, u32 addr, u32 size)
{
	struct kunit *test = kunit_get_current_test();
	const struct kunit_dma_call *call;

	call = convert_kunit_at(venus_test->dma, addr);
	KUNIT_EXPECT_NOT_NULL(test, call);
	if (!call)
		return;
	KUNIT_EXPECT_EQ(test, call->size, size);
	KUNIT_EXPECT_EQ(test, size, venus_test_size(type));
	KUNIT_EXPECT_EQ(test, call->attrs, DMA_ATTR_WRITE_COMBINE | DMA_ATTR_NO_KERNEL_MAPPING);
}

int hfi_session_set_buffers(struct venus_inst *inst, struct hfi_buffer_desc *bd)
{
	venus_test_is_buffer(bd->buffer_type, bd->device_addr, bd->buffer_size);
	if (venus_test->fail_set && !--venus_test->fail_set)
		return -EIO;
	venus_test->nr_set++;
	return 0;
}

int hfi_session_unset_buffers(struct venus_inst *inst, struct hfi_buffer_desc *bd)
{
	venus_test_is_buffer(bd->buffer_type, bd->device_addr, bd->buffer_size);
	venus_test->nr_set--;
	return 0;
}

int hfi_session_process_buf(struct venus_inst *inst, struct hfi_frame_data *f)
{
	venus_test_is_buffer(f->buffer_type, f->device_addr, f->alloc_len);
	venus_test->tag = f->clnt_data;
	venus_test->nr_set++;
	return 0;
}

/* There is none for the firmware of this version, which is asked then. */
const struct hfi_platform *hfi_platform_get(enum hfi_version version)
{
	return NULL;
}

static void venus_test_dpb(struct kunit *test)
{
	int ret = venus_helper_alloc_dpb_bufs(&venus_test->inst);

	/* All of them or none. */
	if (ret)
		KUNIT_EXPECT_TRUE(test, list_empty(&venus_test->inst.dpbbufs));
	else
		KUNIT_EXPECT_EQ(test, list_count_nodes(&venus_test->inst.dpbbufs),
				VENUS_TEST_BUFFERS);
	venus_helper_free_dpb_bufs(&venus_test->inst);
	KUNIT_EXPECT_TRUE(test, list_empty(&venus_test->inst.dpbbufs));
}

static void venus_dpb(struct kunit *test)
{
	unsigned int calls = venus_test->dma->calls;

	venus_test_dpb(test);
	KUNIT_EXPECT_EQ(test, venus_test->dma->calls - calls, VENUS_TEST_BUFFERS);
	KUNIT_EXPECT_EQ(test, venus_test->dma->nr_live, 0);
	KUNIT_EXPECT_TRUE(test, ida_is_empty(&venus_test->inst.dpb_ids));
}

static void venus_dpb_dma_alloc_fails(struct kunit *test)
{
	unsigned int nth;

	for (nth = 1; nth <= VENUS_TEST_BUFFERS; nth++) {
		kunit_dma_fail_nth(venus_test->dma, nth);
		venus_test_dpb(test);
		KUNIT_EXPECT_EQ(test, venus_test->dma->nr_live, 0);
	}
}

/* Memory, DMA memory, and an ID a buffer. */
static void venus_dpb_alloc_fails(struct kunit *test)
{
	convert_kunit_fail_each(test, venus_test->dma, venus_test_dpb);
	KUNIT_EXPECT_TRUE(test, ida_is_empty(&venus_test->inst.dpb_ids));
}

/* The firmware keeps a buffer over the end of a sequence, and the next one needs larger ones. */
static void venus_dpb_too_small(struct kunit *test)
{
	struct venus_inst *inst = &venus_test->inst;

	KUNIT_ASSERT_EQ(test, venus_helper_alloc_dpb_bufs(inst), 0);
	KUNIT_EXPECT_EQ(test, venus_helper_queue_dpb_bufs(inst), 0);
	KUNIT_EXPECT_EQ(test, venus_test->nr_set, VENUS_TEST_BUFFERS);
	venus_helper_free_dpb_bufs(inst);
	KUNIT_EXPECT_EQ(test, venus_test->dma->nr_live, VENUS_TEST_BUFFERS);

	inst->output_buf_size *= 2;
	while (venus_test->nr_set) {
		venus_helper_change_dpb_owner(inst, NULL, V4L2_BUF_TYPE_VIDEO_CAPTURE_MPLANE,
					      HFI_BUFFER_OUTPUT, venus_test->tag--);
		venus_test->nr_set--;
	}
	KUNIT_EXPECT_EQ(test, venus_helper_queue_dpb_bufs(inst), 0);
	KUNIT_EXPECT_EQ(test, venus_test->nr_set, 0);
	KUNIT_EXPECT_EQ(test, venus_test->dma->nr_live, 0);
	KUNIT_EXPECT_TRUE(test, list_empty(&inst->dpbbufs));
}

static void venus_test_internal(struct kunit *test)
{
	int ret = venus_helper_intbufs_alloc(&venus_test->inst);

	if (!ret)
		venus_helper_intbufs_realloc(&venus_test->inst);
	venus_helper_intbufs_free(&venus_test->inst);
	KUNIT_EXPECT_TRUE(test, list_empty(&venus_test->inst.internalbufs));
	KUNIT_EXPECT_EQ(test, venus_test->nr_set, 0);
}

static void venus_internal(struct kunit *test)
{
	venus_test_internal(test);
	KUNIT_EXPECT_EQ(test, venus_test->dma->nr_live, 0);
}

static void venus_internal_alloc_fails(struct kunit *test)
{
	convert_kunit_fail_each(test, venus_test->dma, venus_test_internal);
}

static void venus_internal_refused(struct kunit *test)
{
	unsigned int nth;

	for (nth = 1; nth <= 8 * (VENUS_TEST_BUFFERS - 1); nth++) {
		venus_test->fail_set = nth;
		venus_test_internal(test);
		KUNIT_EXPECT_EQ(test, venus_test->fail_set, 0);
		KUNIT_EXPECT_EQ(test, venus_test->dma->nr_live, 0);
	}
}

static int venus_test_init(struct kunit *test)
{
	static const struct venus_resources resources = { .hfi_version = HFI_VERSION_1XX };
	struct venus_inst *inst;
	struct device *dev;

	venus_test = kunit_kzalloc(test, sizeof(*venus_test), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, venus_test);
	venus_test->dma = kunit_dma_create(test);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, venus_test->dma);
	dev = kunit_dma_device_register(venus_test->dma, "venus");
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, dev);

	venus_test->core.dev = dev;
	venus_test->core.res = &resources;
	inst = &venus_test->inst;
	inst->core = &venus_test->core;
	INIT_LIST_HEAD(&inst->dpbbufs);
	INIT_LIST_HEAD(&inst->internalbufs);
	ida_init(&inst->dpb_ids);
	inst->dpb_fmt = HFI_COLOR_FORMAT_NV12;
	inst->dpb_buftype = HFI_BUFFER_OUTPUT;
	inst->output_buf_size = venus_test_size(HFI_BUFFER_OUTPUT);
	return 0;
}

static void venus_test_exit(struct kunit *test)
{
	ida_destroy(&venus_test->inst.dpb_ids);
}

static struct kunit_case venus_test_cases[] = {
	KUNIT_CASE(venus_dpb),
	KUNIT_CASE(venus_dpb_dma_alloc_fails),
	KUNIT_CASE_FIXED(venus_dpb_alloc_fails),
	KUNIT_CASE(venus_dpb_too_small),
	KUNIT_CASE(venus_internal),
	KUNIT_CASE(venus_internal_alloc_fails),
	KUNIT_CASE(venus_internal_refused),
	{}
};

static struct kunit_suite venus_test_suite = {
	.name = "convert_venus",
	.init = venus_test_init,
	.exit = venus_test_exit,
	.test_cases = venus_test_cases,
};

kunit_test_suite(venus_test_suite);
