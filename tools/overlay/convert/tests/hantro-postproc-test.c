// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit tests of the frames that hantro's decoder leaves to its post-processor.
 */

#include "convert_kunit.h"

#include "../media/platform/verisilicon/hantro_postproc.c"

CONVERT_KUNIT_UNUSED(hantro_get_format_depth);

int hantro_debug __weak;

#define HANTRO_TEST_FRAMES	4

struct hantro_test {
	struct kunit_dma *dma;
	struct hantro_dev vpu;
	struct hantro_ctx ctx;
	struct v4l2_m2m_ctx m2m;
	struct hantro_fmt fmt;
	struct v4l2_pix_format_mplane frame;
	DECLARE_BITMAP(bufs, 64);
};

static const struct hantro_fmt hantro_test_native = { .fourcc = V4L2_PIX_FMT_NV12 };

const struct hantro_fmt *hantro_get_default_fmt(const struct hantro_ctx *ctx, bool bitstream,
						int bit_depth, bool need_postproc)
{
	return &hantro_test_native;
}

static void hantro_test_size(struct hantro_test *t, unsigned int width, unsigned int height)
{
	t->ctx.src_fmt.width = width;
	t->ctx.src_fmt.height = height;
	v4l2_fill_pixfmt_mp(&t->frame, V4L2_PIX_FMT_NV12, width, height);
	/* Without it, the driver does the same. */
#ifdef HANTRO_REF_FMT
	t->ctx.ref_fmt = t->frame;
#endif
}

/* Is there a buffer, and is it large enough? */
static void hantro_test_frame(struct kunit *test, unsigned int nr)
{
	struct hantro_test *t = test->priv;
	const struct v4l2_pix_format_mplane *fmt = &t->frame;
	dma_addr_t addr = hantro_postproc_get_dec_buf_addr(&t->ctx, nr);
	const struct kunit_dma_call *call;

	if (!addr)
		return;
	call = convert_kunit_at(t->dma, addr);
	KUNIT_EXPECT_NOT_NULL(test, call);
	if (!call)
		return;
	KUNIT_EXPECT_EQ(test, call->attrs, DMA_ATTR_NO_KERNEL_MAPPING);
	KUNIT_EXPECT_GE(test, call->size, fmt->plane_fmt[0].sizeimage +
					  hantro_h264_mv_size(fmt->width, fmt->height));
}

static void hantro_test_stream(struct kunit *test)
{
	struct hantro_test *t = test->priv;
	unsigned int i;

	hantro_test_size(t, 640, 480);
	if (hantro_postproc_init(&t->ctx))
		return;
	/* More of them than there were at the start, then larger ones. */
	for (i = 0; i < HANTRO_TEST_FRAMES + 2; i++)
		hantro_test_frame(test, i);
	hantro_test_size(t, 1280, 720);
	for (i = 0; i < HANTRO_TEST_FRAMES + 2; i++)
		hantro_test_frame(test, i);
	/* These will do for smaller ones, too. */
	hantro_test_size(t, 640, 480);
	for (i = 0; i < HANTRO_TEST_FRAMES + 2; i++)
		hantro_test_frame(test, i);
	hantro_postproc_free(&t->ctx);
}

static void hantro_postproc_stream(struct kunit *test)
{
	struct hantro_test *t = test->priv;

	hantro_test_stream(test);
	KUNIT_EXPECT_EQ(test, t->dma->calls, 2 * (HANTRO_TEST_FRAMES + 2));
	KUNIT_EXPECT_EQ(test, t->dma->nr_live, 0);
	hantro_postproc_free(&t->ctx);
	KUNIT_EXPECT_EQ(test, t->dma->frees, t->dma->calls);
}

static void hantro_postproc_alloc_fails(struct kunit *test)
{
	struct hantro_test *t = test->priv;

	convert_kunit_fail_each(test, t->dma, hantro_test_stream);
}

/* What could not be allocated for one frame can be for the next. */
static void hantro_postproc_try_again(struct kunit *test)
{
	struct hantro_test *t = test->priv;

	hantro_test_size(t, 640, 480);
	KUNIT_ASSERT_EQ(test, hantro_postproc_init(&t->ctx), 0);
	hantro_test_size(t, 1280, 720);
	kunit_dma_fail_nth(t->dma, 1);
	KUNIT_EXPECT_EQ(test, hantro_postproc_get_dec_buf_addr(&t->ctx, 1), 0);
	KUNIT_EXPECT_LE(test, t->dma->nr_live, HANTRO_TEST_FRAMES);
	KUNIT_EXPECT_NE(test, hantro_postproc_get_dec_buf_addr(&t->ctx, 1), 0);
	hantro_test_frame(test, 1);
	KUNIT_EXPECT_EQ(test, t->dma->nr_live, HANTRO_TEST_FRAMES);
	hantro_postproc_free(&t->ctx);
	KUNIT_EXPECT_EQ(test, t->dma->nr_live, 0);
}

static int hantro_test_init(struct kunit *test)
{
	struct hantro_test *t;

	t = kunit_kzalloc(test, sizeof(*t), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, t);
	test->priv = t;
	t->dma = kunit_dma_create(test);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, t->dma);
	t->vpu.dev = kunit_dma_device_register(t->dma, "hantro");
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, t->vpu.dev);

	bitmap_set(t->bufs, 0, HANTRO_TEST_FRAMES);
	t->m2m.cap_q_ctx.q.bufs_bitmap = t->bufs;
	t->m2m.cap_q_ctx.q.max_num_buffers = 64;
	t->fmt.fourcc = V4L2_PIX_FMT_H264_SLICE;
	t->ctx.dev = &t->vpu;
	t->ctx.fh.m2m_ctx = &t->m2m;
	t->ctx.vpu_src_fmt = &t->fmt;
	return 0;
}

static struct kunit_case hantro_test_cases[] = {
	KUNIT_CASE(hantro_postproc_stream),
	KUNIT_CASE(hantro_postproc_alloc_fails),
	KUNIT_CASE(hantro_postproc_try_again),
	{}
};

static struct kunit_suite hantro_test_suite = {
	.name = "convert_hantro_postproc",
	.init = hantro_test_init,
	.test_cases = hantro_test_cases,
};

kunit_test_suite(hantro_test_suite);
