// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit tests of the buffers that the AV1 decoder of hantro has for columns of tiles. The registers
 * are memory.
 */

#include "convert_kunit.h"

#include "../media/platform/verisilicon/rockchip_vpu981_hw_av1_dec.c"

CONVERT_KUNIT_UNUSED(hantro_end_prepare_run, hantro_get_ctrl, hantro_irq_done,
		     hantro_start_prepare_run, rockchip_av1_default_coeff_probs,
		     rockchip_av1_generate_chroma_grain_block,
		     rockchip_av1_generate_luma_grain_block, rockchip_av1_get_cdfs,
		     rockchip_av1_store_cdfs);

int hantro_debug __weak;

struct hantro_test {
	struct kunit_dma *dma;
	struct hantro_dev vpu;
	struct hantro_ctx ctx;
	struct v4l2_ctrl_av1_frame frame;
};

void rockchip_av1_set_default_cdfs(struct av1cdfs *cdfs, struct mvcdfs *cdfs_ndvc)
{
}

/* Is there a buffer at the address that the hardware has got, and room enough? */
static void hantro_test_register(struct kunit *test, u32 reg, size_t size)
{
	struct hantro_test *t = test->priv;
	const struct kunit_dma_call *call;

	call = convert_kunit_at(t->dma, vdpu_read(&t->vpu, reg));
	KUNIT_EXPECT_NOT_NULL_MSG(test, call, "register %#x", reg);
	if (call)
		KUNIT_EXPECT_GE_MSG(test, call->size, size, "register %#x", reg);
}

/* A frame of so many columns of tiles, and so many rows of 64 lines. */
static int hantro_test_decode(struct kunit *test, unsigned int columns, unsigned int rows)
{
	struct hantro_test *t = test->priv;
	unsigned int depth = t->ctx.bit_depth;
	int ret;

	t->frame.tile_info.tile_cols = columns;
	t->frame.frame_height_minus_1 = rows * 64 - 1;
	t->ctx.av1_dec.ctrls.frame = &t->frame;
	ret = rockchip_vpu981_av1_dec_tiles_reallocate(&t->ctx);
	if (ret)
		return ret;
	rockchip_vpu981_av1_dec_set_cdef(&t->ctx);
	rockchip_vpu981_av1_dec_set_lr(&t->ctx);
	rockchip_vpu981_av1_dec_set_loopfilter(&t->ctx);
	rockchip_vpu981_av1_dec_set_superres_params(&t->ctx);
	hantro_test_register(test, AV1_DB_DATA_COL, rows * 64 * 12 * depth / 8 * columns);
	hantro_test_register(test, AV1_DB_CTRL_COL, rows * 64 * 2 * 16 / 4 * columns);
	hantro_test_register(test, AV1_CDEF_COL, rows * 44 * 16 * depth / 8 * columns);
	hantro_test_register(test, AV1_SR_COL, rows * (3040 + 1280) * columns);
	hantro_test_register(test, AV1_LR_COL, (rows + 1) * 1536 * depth / 8 * columns);
	return 0;
}

static void hantro_test_stream(struct kunit *test)
{
	struct hantro_test *t = test->priv;

	if (rockchip_vpu981_av1_dec_init(&t->ctx))
		return;
	/* What can't be decoded doesn't end the stream. */
	hantro_test_decode(test, 1, 4);
	hantro_test_decode(test, 2, 8);
	hantro_test_decode(test, 1, 4);
	rockchip_vpu981_av1_dec_exit(&t->ctx);
}

static void hantro_av1_stream(struct kunit *test)
{
	struct hantro_test *t = test->priv;

	hantro_test_stream(test);
	KUNIT_EXPECT_EQ(test, t->dma->nr_live, 0);
}

/* Fewer rows, more columns: as much of everything, but one row more for each column. */
static void hantro_av1_lower(struct kunit *test)
{
	struct hantro_test *t = test->priv;

	KUNIT_ASSERT_EQ(test, rockchip_vpu981_av1_dec_init(&t->ctx), 0);
	KUNIT_EXPECT_EQ(test, hantro_test_decode(test, 1, 16), 0);
	KUNIT_EXPECT_EQ(test, hantro_test_decode(test, 4, 4), 0);
	rockchip_vpu981_av1_dec_exit(&t->ctx);
	KUNIT_EXPECT_EQ(test, t->dma->nr_live, 0);
}

/* More rows, fewer bits: as much of what depends on these, but not of the rest. */
static void hantro_av1_fewer_bits(struct kunit *test)
{
	struct hantro_test *t = test->priv;

	KUNIT_ASSERT_EQ(test, rockchip_vpu981_av1_dec_init(&t->ctx), 0);
	t->ctx.bit_depth = 10;
	KUNIT_EXPECT_EQ(test, hantro_test_decode(test, 1, 16), 0);
	t->ctx.bit_depth = 8;
	KUNIT_EXPECT_EQ(test, hantro_test_decode(test, 1, 20), 0);
	rockchip_vpu981_av1_dec_exit(&t->ctx);
	KUNIT_EXPECT_EQ(test, t->dma->nr_live, 0);
}

/* Fewer columns, more rows: db_data_col was rounded up for each column. */
static void hantro_av1_fewer_columns(struct kunit *test)
{
	struct hantro_test *t = test->priv;

	KUNIT_ASSERT_EQ(test, rockchip_vpu981_av1_dec_init(&t->ctx), 0);
	t->ctx.bit_depth = 10;
	KUNIT_EXPECT_EQ(test, hantro_test_decode(test, 15, 1), 0);
	KUNIT_EXPECT_EQ(test, hantro_test_decode(test, 1, 16), 0);
	rockchip_vpu981_av1_dec_exit(&t->ctx);
	KUNIT_EXPECT_EQ(test, t->dma->nr_live, 0);
}

/* No memory for a larger frame, and then one as before. */
static void hantro_av1_smaller(struct kunit *test)
{
	struct hantro_test *t = test->priv;
	unsigned int nth;

	for (nth = 1; nth <= 5; nth++) {
		KUNIT_ASSERT_EQ(test, rockchip_vpu981_av1_dec_init(&t->ctx), 0);
		KUNIT_EXPECT_EQ(test, hantro_test_decode(test, 1, 4), 0);
		kunit_dma_fail_nth(t->dma, nth);
		KUNIT_EXPECT_EQ(test, hantro_test_decode(test, 2, 8), -ENOMEM);
		KUNIT_EXPECT_EQ(test, hantro_test_decode(test, 1, 4), 0);
		rockchip_vpu981_av1_dec_exit(&t->ctx);
		KUNIT_EXPECT_EQ(test, t->dma->nr_live, 0);
	}
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
	return 0;
}

static struct kunit_case hantro_test_cases[] = {
	KUNIT_CASE(hantro_av1_stream),
	KUNIT_CASE_FIXED(hantro_av1_lower),
	KUNIT_CASE_FIXED(hantro_av1_fewer_bits),
	KUNIT_CASE_FIXED(hantro_av1_fewer_columns),
	KUNIT_CASE_FIXED(hantro_av1_smaller),
	{}
};

static struct kunit_suite hantro_test_suite = {
	.name = "convert_hantro_av1",
	.init = hantro_test_init,
	.test_cases = hantro_test_cases,
};

kunit_test_suite(hantro_test_suite);
