// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit tests of the buffers that the HEVC decoder of hantro has for columns of tiles. The
 * registers are memory.
 */

#include "convert_kunit.h"

#include "../media/platform/verisilicon/hantro.h"

/* The stream itself is none of our business. */
static struct vb2_v4l2_buffer hantro_test_src;
#define hantro_get_src_buf(...)			(&hantro_test_src)
#define vb2_dma_contig_plane_dma_addr(...)	PAGE_SIZE

#include "../media/platform/verisilicon/hantro_hevc.c"
#include "../media/platform/verisilicon/hantro_g2_hevc_dec.c"

CONVERT_KUNIT_UNUSED(hantro_end_prepare_run);
CONVERT_KUNIT_UNUSED(hantro_g2_chroma_offset);
CONVERT_KUNIT_UNUSED(hantro_g2_chroma_compress_offset);
CONVERT_KUNIT_UNUSED(hantro_g2_luma_compress_offset);
CONVERT_KUNIT_UNUSED(hantro_g2_motion_vectors_offset);
CONVERT_KUNIT_UNUSED(hantro_postproc_get_dec_buf_addr);

/* Weak, since there is another test with hantro's other files. */
int hantro_debug __weak;

struct hantro_test {
	struct kunit_dma *dma;
	struct hantro_dev vpu;
	struct hantro_ctx ctx;
	struct hantro_fmt fmt;
	struct v4l2_ctrl_hevc_decode_params decode;
	struct v4l2_ctrl_hevc_scaling_matrix scaling;
	struct v4l2_ctrl_hevc_sps sps;
	struct v4l2_ctrl_hevc_pps pps;
};

void *hantro_get_ctrl(struct hantro_ctx *ctx, u32 id)
{
	struct hantro_test *t = container_of(ctx, struct hantro_test, ctx);

	switch (id) {
	case V4L2_CID_STATELESS_HEVC_DECODE_PARAMS:
		return &t->decode;
	case V4L2_CID_STATELESS_HEVC_SCALING_MATRIX:
		return &t->scaling;
	case V4L2_CID_STATELESS_HEVC_SPS:
		return &t->sps;
	case V4L2_CID_STATELESS_HEVC_PPS:
		return &t->pps;
	}
	return NULL;
}

void hantro_start_prepare_run(struct hantro_ctx *ctx)
{
}

bool __weak hantro_needs_postproc(const struct hantro_ctx *ctx, const struct hantro_fmt *fmt)
{
	return false;
}

/* Is there a buffer where the hardware was told to keep the borders of tiles, and room enough? */
static void hantro_test_registers(struct kunit *test, unsigned int columns)
{
	struct hantro_test *t = test->priv;
	unsigned int height = ALIGN(t->sps.pic_height_in_luma_samples, 64);
	unsigned int depth = t->ctx.bit_depth;
	struct {
		u32 reg;
		size_t size;
	} buffers[] = {
		{ G2_TILE_FILTER_ADDR, VERT_FILTER_RAM_SIZE * height * (columns - 1) * depth / 8 },
		{ G2_TILE_SAO_ADDR, VERT_SAO_RAM_SIZE * height * (columns - 1) * depth / 8 },
		{ G2_TILE_BSD_ADDR, BSD_CTRL_RAM_SIZE * height * (columns - 1) },
	};
	const struct kunit_dma_call *call;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(buffers); i++) {
		call = convert_kunit_at(t->dma, vdpu_read(&t->vpu, buffers[i].reg));
		KUNIT_EXPECT_NOT_NULL_MSG(test, call, "buffer %u is gone", i);
		if (call)
			KUNIT_EXPECT_GE_MSG(test, call->size, buffers[i].size, "buffer %u", i);
	}
}

/* A frame with that many columns of tiles. */
static int hantro_test_decode(struct kunit *test, unsigned int columns)
{
	struct hantro_test *t = test->priv;
	int ret;

	t->pps.num_tile_columns_minus1 = columns - 1;
	ret = hantro_hevc_dec_prepare_run(&t->ctx);
	if (ret)
		return ret;
	set_buffers(&t->ctx);
	if (columns > 1)
		hantro_test_registers(test, columns);
	return 0;
}

static void hantro_test_stream(struct kunit *test)
{
	static const unsigned int columns[] = { 1, 2, 4, 2, 3, 20 };
	struct hantro_test *t = test->priv;
	unsigned int i;

	if (!hantro_hevc_dec_init(&t->ctx)) {
		/* What can't be decoded doesn't end the stream. */
		for (i = 0; i < ARRAY_SIZE(columns); i++)
			hantro_test_decode(test, columns[i]);
	}
	hantro_hevc_dec_exit(&t->ctx);
}

static void hantro_hevc_stream(struct kunit *test)
{
	struct hantro_test *t = test->priv;

	hantro_test_stream(test);
	KUNIT_EXPECT_EQ(test, t->dma->nr_live, 0);
	KUNIT_EXPECT_EQ(test, t->dma->calls, 2 + 3 * 3);
	/* To end it twice does nothing. */
	hantro_hevc_dec_exit(&t->ctx);
	KUNIT_EXPECT_EQ(test, t->dma->frees, t->dma->calls);
}

/* A frame that is higher, and has as many columns. */
static void hantro_hevc_higher(struct kunit *test)
{
	struct hantro_test *t = test->priv;

	KUNIT_ASSERT_EQ(test, hantro_hevc_dec_init(&t->ctx), 0);
	KUNIT_EXPECT_EQ(test, hantro_test_decode(test, 2), 0);
	t->sps.pic_height_in_luma_samples = 2160;
	KUNIT_EXPECT_EQ(test, hantro_test_decode(test, 2), 0);
	hantro_hevc_dec_exit(&t->ctx);
	KUNIT_EXPECT_EQ(test, t->dma->nr_live, 0);
}

/* A frame that is as high, and has more bits; and one that is higher, and has fewer. */
static void hantro_hevc_deeper(struct kunit *test)
{
	struct hantro_test *t = test->priv;

	KUNIT_ASSERT_EQ(test, hantro_hevc_dec_init(&t->ctx), 0);
	KUNIT_EXPECT_EQ(test, hantro_test_decode(test, 2), 0);
	t->ctx.bit_depth = 10;
	KUNIT_EXPECT_EQ(test, hantro_test_decode(test, 2), 0);
	t->ctx.bit_depth = 8;
	t->sps.pic_height_in_luma_samples = 1280;
	KUNIT_EXPECT_EQ(test, hantro_test_decode(test, 2), 0);
	hantro_hevc_dec_exit(&t->ctx);
	KUNIT_EXPECT_EQ(test, t->dma->nr_live, 0);
}

/* No memory for more columns, and then a frame with as many as before. */
static void hantro_hevc_fewer_columns(struct kunit *test)
{
	struct hantro_test *t = test->priv;
	unsigned int nth;

	for (nth = 1; nth <= 3; nth++) {
		KUNIT_ASSERT_EQ(test, hantro_hevc_dec_init(&t->ctx), 0);
		KUNIT_EXPECT_EQ(test, hantro_test_decode(test, 2), 0);
		kunit_dma_fail_nth(t->dma, nth);
		KUNIT_EXPECT_EQ(test, hantro_test_decode(test, 4), -ENOMEM);
		KUNIT_EXPECT_EQ(test, hantro_test_decode(test, 2), 0);
		hantro_hevc_dec_exit(&t->ctx);
		KUNIT_EXPECT_EQ(test, t->dma->nr_live, 0);
	}
}

static void hantro_hevc_alloc_fails(struct kunit *test)
{
	struct hantro_test *t = test->priv;

	convert_kunit_fail_each(test, t->dma, hantro_test_stream);
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
	t->vpu.dec_base = (void __iomem __force *)kunit_kzalloc(test, SZ_4K, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, (void __force *)t->vpu.dec_base);

	t->ctx.dev = &t->vpu;
	t->ctx.bit_depth = 8;
	t->ctx.vpu_dst_fmt = &t->fmt;
	t->sps.pic_width_in_luma_samples = 1920;
	t->sps.pic_height_in_luma_samples = 1080;
	return 0;
}

static struct kunit_case hantro_test_cases[] = {
	KUNIT_CASE(hantro_hevc_stream),
	KUNIT_CASE_FIXED(hantro_hevc_higher),
	KUNIT_CASE_FIXED(hantro_hevc_deeper),
	KUNIT_CASE_FIXED(hantro_hevc_fewer_columns),
	KUNIT_CASE_FIXED(hantro_hevc_alloc_fails),
	{}
};

static struct kunit_suite hantro_test_suite = {
	.name = "convert_hantro_hevc",
	.init = hantro_test_init,
	.test_cases = hantro_test_cases,
};

kunit_test_suite(hantro_test_suite);
