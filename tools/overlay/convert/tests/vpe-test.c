// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit tests of the motion vectors that VPE deinterlaces with.
 */

#include "convert_kunit.h"

#include <media/v4l2-dev.h>
#include <media/v4l2-fh.h>
#include <media/v4l2-mem2mem.h>

static void vpe_test_m2m_release(struct v4l2_m2m_ctx *m2m_ctx);
static struct vpe_dev *vpe_test_dev(void);
#define v4l2_m2m_ctx_release	vpe_test_m2m_release
#define video_drvdata(file)	vpe_test_dev()
#define v4l2_fh_del(...)	do { } while (0)

#include "../media/platform/ti/vpe/vpe.c"

CONVERT_KUNIT_UNUSED(csc_create, csc_dump_regs, csc_set_coeff, sc_config_scaler, sc_create,
		     sc_dump_regs, sc_set_hs_coeffs, sc_set_vs_coeffs, vpdma_add_abort_channel_ctd,
		     vpdma_add_cfd_adb, vpdma_add_cfd_block, vpdma_add_in_dtd, vpdma_add_out_dtd,
		     vpdma_add_sync_on_channel_ctd, vpdma_alloc_desc_buf, vpdma_clear_list_stat,
		     vpdma_create, vpdma_create_desc_list, vpdma_dump_regs,
		     vpdma_enable_list_complete_irq, vpdma_list_busy, vpdma_map_desc_buf,
		     vpdma_misc_fmts, vpdma_raw_fmts, vpdma_reset_desc_list, vpdma_rgb_fmts,
		     vpdma_set_bg_color, vpdma_set_frame_start_event, vpdma_set_line_mode,
		     vpdma_set_max_size, vpdma_submit_descs, vpdma_update_dma_addr, vpdma_yuv_fmts);

struct vpe_test {
	struct kunit_dma *dma;
	struct vpe_dev dev;
	struct vpe_ctx ctx;
	struct vb2_queue queue;
	/* DMA buffers that were there when the last job ended */
	unsigned int live;
};

void vpdma_free_desc_buf(struct vpdma_buf *buf)
{
}

void vpdma_free_desc_list(struct vpdma_desc_list *list)
{
}

void vpdma_unmap_desc_buf(struct vpdma_data *vpdma, struct vpdma_buf *buf)
{
}

static struct vpe_dev *vpe_test_dev(void)
{
	struct vpe_test *t = kunit_get_current_test()->priv;

	return &t->dev;
}

/* Has waited for the last job. */
static void vpe_test_m2m_release(struct v4l2_m2m_ctx *m2m_ctx)
{
	struct vpe_test *t = kunit_get_current_test()->priv;

	t->live = t->dma->nr_live;
}

/* Interlaced, no longer so, and then the file is closed. */
static void vpe_progressive(struct kunit *test)
{
	struct vpe_test *t = test->priv;

	KUNIT_EXPECT_EQ(test, realloc_mv_buffers(&t->ctx, SZ_8K), 0);
	KUNIT_EXPECT_EQ(test, t->dma->nr_live, 2);
	KUNIT_EXPECT_EQ(test, realloc_mv_buffers(&t->ctx, 0), 0);
	free_mv_buffers(&t->ctx);
	KUNIT_EXPECT_EQ(test, t->dma->nr_live, 0);
}

/* Interlaced, no longer so, and interlaced again. */
static void vpe_interlaced_again(struct kunit *test)
{
	struct vpe_test *t = test->priv;

	KUNIT_EXPECT_EQ(test, realloc_mv_buffers(&t->ctx, SZ_8K), 0);
	KUNIT_EXPECT_EQ(test, realloc_mv_buffers(&t->ctx, 0), 0);
	KUNIT_EXPECT_EQ(test, realloc_mv_buffers(&t->ctx, SZ_8K), 0);
	KUNIT_EXPECT_EQ(test, t->dma->nr_live, 2);
	KUNIT_EXPECT_EQ(test, realloc_mv_buffers(&t->ctx, SZ_16K), 0);
	KUNIT_EXPECT_EQ(test, t->dma->nr_live, 2);
	free_mv_buffers(&t->ctx);
	KUNIT_EXPECT_EQ(test, t->dma->nr_live, 0);
}

/* No memory for the one or the other: user space starts in spite of that. */
static void vpe_start(struct kunit *test)
{
	struct vpe_test *t = test->priv;
	unsigned int nth;

	t->ctx.deinterlacing = true;
	for (nth = 1; nth <= 2; nth++) {
		kunit_dma_fail_nth(t->dma, nth);
		KUNIT_EXPECT_EQ(test, realloc_mv_buffers(&t->ctx, SZ_8K), -ENOMEM);
		KUNIT_EXPECT_EQ(test, vpe_start_streaming(&t->queue, 0), -ENOMEM);
	}
	KUNIT_EXPECT_EQ(test, realloc_mv_buffers(&t->ctx, SZ_8K), 0);
	KUNIT_EXPECT_EQ(test, vpe_start_streaming(&t->queue, 0), 0);
	free_mv_buffers(&t->ctx);
	KUNIT_EXPECT_EQ(test, t->dma->nr_live, 0);
}

/* The file is closed while a job is running. */
static void vpe_release_running(struct kunit *test)
{
	struct vpe_test *t = test->priv;
	struct vpe_ctx *ctx;
	struct file *file;

	file = kunit_kzalloc(test, sizeof(*file), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, file);
	ctx = kmemdup(&t->ctx, sizeof(t->ctx), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, ctx);
	/* Older kernels have the context there, whose first member it is. */
	file->private_data = &ctx->fh;

	KUNIT_EXPECT_EQ(test, realloc_mv_buffers(ctx, SZ_8K), 0);
	KUNIT_EXPECT_EQ(test, vpe_release(file), 0);
	KUNIT_EXPECT_EQ(test, t->live, 2);
	KUNIT_EXPECT_EQ(test, t->dma->nr_live, 0);
}

static int vpe_test_init(struct kunit *test)
{
	struct v4l2_m2m_ctx *m2m_ctx;
	struct vpe_test *t;

	t = kunit_kzalloc(test, sizeof(*t), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, t);
	test->priv = t;
	t->dma = kunit_dma_create(test);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, t->dma);
	t->dev.v4l2_dev.dev = kunit_dma_device_register(t->dma, "vpe");
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, t->dev.v4l2_dev.dev);
	spin_lock_init(&t->dev.lock);
	mutex_init(&t->dev.dev_mutex);

	t->ctx.dev = &t->dev;
	t->ctx.mmr_adb.addr = kunit_kzalloc(test, sizeof(struct vpe_mmr_adb), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, t->ctx.mmr_adb.addr);
	/* No buffer is queued. */
	m2m_ctx = kunit_kzalloc(test, sizeof(*m2m_ctx), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, m2m_ctx);
	INIT_LIST_HEAD(&m2m_ctx->out_q_ctx.rdy_queue);
	spin_lock_init(&m2m_ctx->out_q_ctx.rdy_spinlock);
	t->ctx.fh.m2m_ctx = m2m_ctx;
	t->queue.drv_priv = &t->ctx;
	t->queue.type = V4L2_BUF_TYPE_VIDEO_OUTPUT_MPLANE;
	return 0;
}

static struct kunit_case vpe_test_cases[] = {
	KUNIT_CASE_FIXED(vpe_progressive),
	KUNIT_CASE_FIXED(vpe_interlaced_again),
	KUNIT_CASE_FIXED(vpe_start),
	KUNIT_CASE_FIXED(vpe_release_running),
	{}
};

static struct kunit_suite vpe_test_suite = {
	.name = "convert_vpe",
	.init = vpe_test_init,
	.test_cases = vpe_test_cases,
};

kunit_test_suite(vpe_test_suite);
