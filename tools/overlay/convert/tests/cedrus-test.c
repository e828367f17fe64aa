// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit tests of the buffers that cedrus has for the hardware alone, from opening the video device
 * to closing it. Below the driver there is the real vb2 and mem2mem, and registers that are memory.
 */

#include "convert_kunit.h"

#undef writel
#define writel(value, addr)	cedrus_test_write(value, addr)
static void cedrus_test_write(u32 value, void __iomem *addr);

#include "../staging/media/sunxi/cedrus/cedrus_h264.c"
#include "../staging/media/sunxi/cedrus/cedrus_h265.c"
#include "../staging/media/sunxi/cedrus/cedrus_video.c"

struct cedrus_dec_ops cedrus_dec_ops_mpeg2;
struct cedrus_dec_ops cedrus_dec_ops_vp8;

CONVERT_KUNIT_UNUSED(cedrus_find_control_data);
CONVERT_KUNIT_UNUSED(cedrus_get_num_of_controls);

int cedrus_engine_enable(struct cedrus_ctx *ctx)
{
	return 0;
}

#define CEDRUS_TEST_BUFFERS	3

struct cedrus_test {
	struct kunit_dma *dma;
	struct cedrus_dev dev;
	/* What the decoders are told of frames: their own memory, behind two registers. */
	u32 sram[SZ_1K];
	unsigned int sram_pos;
};

static void cedrus_test_write(u32 value, void __iomem *addr)
{
	struct cedrus_test *t = kunit_get_current_test()->priv;

	WRITE_ONCE(*(u32 __force *)addr, value);
	if (addr == t->dev.base + VE_AVC_SRAM_PORT_OFFSET ||
	    addr == t->dev.base + VE_DEC_H265_SRAM_OFFSET)
		t->sram_pos = value / sizeof(*t->sram);
	if (addr == t->dev.base + VE_AVC_SRAM_PORT_DATA ||
	    addr == t->dev.base + VE_DEC_H265_SRAM_DATA)
		t->sram[t->sram_pos++ % ARRAY_SIZE(t->sram)] = value;
}

/* What the driver makes of an open file, with a queue to either side. */
struct cedrus_test_file {
	struct cedrus_ctx *ctx;
	struct vb2_queue *output, *capture;
};

static void cedrus_test_device_run(void *priv)
{
}

static const struct v4l2_m2m_ops cedrus_test_m2m_ops = {
	.device_run = cedrus_test_device_run,
};

static void cedrus_test_size(struct cedrus_test_file *file, unsigned int width,
			     unsigned int height)
{
	struct cedrus_ctx *ctx = file->ctx;

	ctx->src_fmt.width = width;
	ctx->src_fmt.height = height;
	ctx->dst_fmt = ctx->src_fmt;
	/* Frames are none of our business, and needn't be large. */
	ctx->src_fmt.sizeimage = PAGE_SIZE;
	ctx->dst_fmt.sizeimage = PAGE_SIZE;
}

static int cedrus_test_open(struct cedrus_test *t, struct cedrus_test_file *file,
			    struct cedrus_dec_ops *codec)
{
	struct cedrus_ctx *ctx;

	ctx = kunit_kzalloc(kunit_get_current_test(), sizeof(*ctx), GFP_KERNEL);
	if (!ctx)
		return -ENOMEM;
	ctx->dev = &t->dev;
	ctx->bit_depth = 8;
	ctx->current_codec = codec;
	ctx->fh.m2m_ctx = v4l2_m2m_ctx_init(t->dev.m2m_dev, ctx, &cedrus_queue_init);
	if (IS_ERR(ctx->fh.m2m_ctx))
		return PTR_ERR(ctx->fh.m2m_ctx);

	file->ctx = ctx;
	file->output = v4l2_m2m_get_vq(ctx->fh.m2m_ctx, V4L2_BUF_TYPE_VIDEO_OUTPUT);
	file->capture = v4l2_m2m_get_vq(ctx->fh.m2m_ctx, V4L2_BUF_TYPE_VIDEO_CAPTURE);
	cedrus_test_size(file, 4096, 2304);
	return 0;
}

static void cedrus_test_close(struct cedrus_test_file *file)
{
	v4l2_m2m_ctx_release(file->ctx->fh.m2m_ctx);
}

static int cedrus_test_reqbufs(struct cedrus_test_file *file)
{
	unsigned int outputs = 1, captures = CEDRUS_TEST_BUFFERS;

	return vb2_core_reqbufs(file->output, VB2_MEMORY_MMAP, 0, &outputs) ?:
	       vb2_core_reqbufs(file->capture, VB2_MEMORY_MMAP, 0, &captures);
}

static int cedrus_test_streamon(struct cedrus_test_file *file)
{
	return vb2_core_streamon(file->capture, file->capture->type) ?:
	       vb2_core_streamon(file->output, file->output->type);
}

static void cedrus_test_streamoff(struct cedrus_test_file *file)
{
	struct kunit *test = kunit_get_current_test();

	KUNIT_EXPECT_EQ(test, vb2_core_streamoff(file->output, file->output->type), 0);
	KUNIT_EXPECT_EQ(test, vb2_core_streamoff(file->capture, file->capture->type), 0);
}

static struct v4l2_ctrl_h264_sps cedrus_test_sps;

/* Has a frame decoded into a buffer, with those in the bit mask refs as its references. */
static int cedrus_test_decode_one(struct cedrus_test_file *file, unsigned int nr,
				  unsigned long refs)
{
	static struct v4l2_ctrl_hevc_slice_params hevc_slice = { .data_byte_offset = 1 };
	static struct v4l2_ctrl_hevc_sps hevc_sps = { .pic_width_in_luma_samples = 4096 };
	static struct v4l2_ctrl_h264_scaling_matrix h264_scaling;
	static struct v4l2_ctrl_h264_decode_params h264_decode;
	static struct v4l2_ctrl_hevc_decode_params hevc_decode;
	static struct v4l2_ctrl_h264_slice_params h264_slice;
	static struct v4l2_ctrl_h264_pps h264_pps;
	static struct v4l2_ctrl_hevc_pps hevc_pps;
	struct cedrus_ctx *ctx = file->ctx;
	struct cedrus_run run = {};
	struct vb2_buffer *vb;
	unsigned int i;

	hevc_decode.num_active_dpb_entries = 0;
	for (i = 0; i < CEDRUS_TEST_BUFFERS; i++) {
		if (refs & BIT(i))
			hevc_decode.dpb[hevc_decode.num_active_dpb_entries++].timestamp = i + 1;
		h264_decode.dpb[i].reference_ts = i + 1;
		h264_decode.dpb[i].flags = refs & BIT(i) ? V4L2_H264_DPB_ENTRY_FLAG_VALID |
							   V4L2_H264_DPB_ENTRY_FLAG_ACTIVE : 0;
	}
	if (ctx->current_codec == &cedrus_dec_ops_h264) {
		run.h264.decode_params = &h264_decode;
		run.h264.pps = &h264_pps;
		run.h264.scaling_matrix = &h264_scaling;
		run.h264.slice_params = &h264_slice;
		run.h264.sps = &cedrus_test_sps;
	} else {
		run.h265.decode_params = &hevc_decode;
		run.h265.pps = &hevc_pps;
		run.h265.slice_params = &hevc_slice;
		run.h265.sps = &hevc_sps;
	}
	run.src = to_vb2_v4l2_buffer(vb2_get_buffer(file->output, 0));
	/* By its time stamp it is referred to. */
	vb = vb2_get_buffer(file->capture, nr);
	vb->copied_timestamp = true;
	vb->timestamp = nr + 1;
	run.dst = to_vb2_v4l2_buffer(vb);
	return ctx->current_codec->setup(ctx, &run);
}

static int cedrus_test_decode(struct cedrus_test_file *file)
{
	unsigned int i;
	int ret;

	/* There are fewer than were asked for if memory was short. */
	for (i = 0; i < vb2_get_num_buffers(file->capture); i++) {
		ret = cedrus_test_decode_one(file, i, BIT(i) - 1);
		if (ret)
			return ret;
	}
	return 0;
}

/* As user space does that cleans up behind itself, whatever has failed. */
static void cedrus_test_stream(struct kunit *test, struct cedrus_dec_ops *codec)
{
	struct cedrus_test_file file;

	if (cedrus_test_open(test->priv, &file, codec))
		return;
	if (!cedrus_test_reqbufs(&file)) {
		if (!cedrus_test_streamon(&file))
			cedrus_test_decode(&file);
		cedrus_test_streamoff(&file);
	}
	cedrus_test_close(&file);
}

static void cedrus_test_h264(struct kunit *test)
{
	cedrus_test_stream(test, &cedrus_dec_ops_h264);
}

static void cedrus_test_h265(struct kunit *test)
{
	cedrus_test_stream(test, &cedrus_dec_ops_h265);
}

/* One stream after another in the same file, the first more than 2048 wide, the second not. */
static void cedrus_test_narrower(struct kunit *test)
{
	struct cedrus_test_file file;

	if (cedrus_test_open(test->priv, &file, &cedrus_dec_ops_h264))
		return;
	if (!cedrus_test_reqbufs(&file)) {
		cedrus_test_streamon(&file);
		cedrus_test_streamoff(&file);

		cedrus_test_size(&file, 1280, 720);
		cedrus_test_streamon(&file);
		cedrus_test_streamoff(&file);
	}
	cedrus_test_close(&file);
}

/* Without STREAMOFF: the program was killed, say. */
static void cedrus_test_killed(struct kunit *test, struct cedrus_dec_ops *codec)
{
	struct cedrus_test *t = test->priv;
	struct cedrus_test_file file;

	KUNIT_ASSERT_EQ(test, cedrus_test_open(t, &file, codec), 0);
	KUNIT_EXPECT_EQ(test, cedrus_test_reqbufs(&file), 0);
	KUNIT_EXPECT_EQ(test, cedrus_test_streamon(&file), 0);
	KUNIT_EXPECT_EQ(test, cedrus_test_decode(&file), 0);
	cedrus_test_close(&file);
	KUNIT_EXPECT_EQ(test, t->dma->nr_live, 0);
}

/* The buffers of a queue are exchanged while the other queue goes on. */
static void cedrus_test_exchanged(struct kunit *test, struct cedrus_dec_ops *codec)
{
	unsigned int none = 0, captures = CEDRUS_TEST_BUFFERS, live;
	struct cedrus_test *t = test->priv;
	struct cedrus_test_file file;

	KUNIT_ASSERT_EQ(test, cedrus_test_open(t, &file, codec), 0);
	KUNIT_EXPECT_EQ(test, cedrus_test_reqbufs(&file), 0);
	KUNIT_EXPECT_EQ(test, cedrus_test_streamon(&file), 0);
	KUNIT_EXPECT_EQ(test, cedrus_test_decode(&file), 0);
	live = t->dma->nr_live;
	KUNIT_EXPECT_EQ(test, vb2_core_streamoff(file.capture, file.capture->type), 0);
	KUNIT_EXPECT_EQ(test, vb2_core_reqbufs(file.capture, VB2_MEMORY_MMAP, 0, &none), 0);
	KUNIT_EXPECT_EQ(test, vb2_core_reqbufs(file.capture, VB2_MEMORY_MMAP, 0, &captures), 0);
	KUNIT_EXPECT_EQ(test, cedrus_test_decode(&file), 0);
	KUNIT_EXPECT_EQ(test, t->dma->nr_live, live);
	cedrus_test_streamoff(&file);
	cedrus_test_close(&file);
	KUNIT_EXPECT_EQ(test, t->dma->nr_live, 0);
}

/* Does the hardware get the addresses of buffers that are there, and as large as they must be? */
static void cedrus_h264_registers(struct kunit *test)
{
	struct cedrus_test *t = test->priv;
	const struct kunit_dma_call *call;
	struct cedrus_test_file file;
	static const struct {
		u32 reg;
		size_t size;
	} buffers[] = {
		{ VE_H264_EXTRA_BUFFER1, 18 * 0x4000 + 2304 * 2 * 64 },
		{ VE_H264_EXTRA_BUFFER2, SZ_32K },
		{ VE_DBLK_DRAM_BUF_ADDR, 4096 * 12 },
		{ VE_INTRAPRED_DRAM_BUF_ADDR, 4096 * 5 * 2 },
	};
	unsigned int i;

	KUNIT_ASSERT_EQ(test, cedrus_test_open(t, &file, &cedrus_dec_ops_h264), 0);
	KUNIT_EXPECT_EQ(test, cedrus_test_reqbufs(&file), 0);
	KUNIT_EXPECT_EQ(test, cedrus_test_streamon(&file), 0);
	KUNIT_EXPECT_EQ(test, cedrus_test_decode(&file), 0);
	for (i = 0; i < ARRAY_SIZE(buffers); i++) {
		call = convert_kunit_at(t->dma, cedrus_read(&t->dev, buffers[i].reg));
		KUNIT_EXPECT_NOT_NULL_MSG(test, call, "buffer %u", i);
		if (call)
			KUNIT_EXPECT_EQ_MSG(test, call->size, buffers[i].size, "buffer %u", i);
	}
	cedrus_test_streamoff(&file);
	cedrus_test_close(&file);
}

/* Counts the motion vectors of frames that the decoder was told of last. They must be there. */
static unsigned int cedrus_test_motion(struct kunit *test, struct cedrus_dec_ops *codec)
{
	struct cedrus_test *t = test->priv;
	struct cedrus_h264_sram_ref_pic *h264 = (void *)&t->sram[CEDRUS_SRAM_H264_FRAMEBUFFER_LIST];
	struct cedrus_h265_sram_frame_info *h265;
	unsigned int i, count = 0;
	dma_addr_t addr;

	for (i = 0; i < CEDRUS_H264_FRAME_NUM; i++) {
		h265 = (void *)t->sram + VE_DEC_H265_SRAM_OFFSET_FRAME_INFO +
		       i * VE_DEC_H265_SRAM_OFFSET_FRAME_INFO_UNIT;
		if (codec == &cedrus_dec_ops_h264)
			addr = le32_to_cpu(h264[i].mv_col_top_ptr);
		else
			addr = le32_to_cpu(h265->top_mv_col_buf_addr) << 8;
		if (!addr)
			continue;
		KUNIT_EXPECT_NOT_NULL_MSG(test, convert_kunit_at(t->dma, addr),
					  "frame %u has motion vectors that were freed", i);
		count++;
	}
	memset(t->sram, 0, sizeof(t->sram));
	return count;
}

/* Only the stream ends, and another begins: frames stay, and may be referenced. */
static void cedrus_test_old_frames(struct kunit *test, struct cedrus_dec_ops *codec)
{
	struct cedrus_test *t = test->priv;
	struct cedrus_test_file file;

	KUNIT_ASSERT_EQ(test, cedrus_test_open(t, &file, codec), 0);
	KUNIT_EXPECT_EQ(test, cedrus_test_reqbufs(&file), 0);
	KUNIT_EXPECT_EQ(test, cedrus_test_streamon(&file), 0);
	KUNIT_EXPECT_EQ(test, cedrus_test_decode_one(&file, 0, 0), 0);
	KUNIT_EXPECT_EQ(test, cedrus_test_motion(test, codec), 1);
	KUNIT_EXPECT_EQ(test, cedrus_test_decode_one(&file, 1, BIT(0)), 0);
	KUNIT_EXPECT_EQ(test, cedrus_test_motion(test, codec), 2);
	KUNIT_EXPECT_EQ(test, vb2_core_streamoff(file.output, file.output->type), 0);
	KUNIT_EXPECT_EQ(test, vb2_core_streamon(file.output, file.output->type), 0);
	KUNIT_EXPECT_EQ(test, cedrus_test_decode_one(&file, 0, BIT(1)), 0);
	KUNIT_EXPECT_EQ(test, cedrus_test_motion(test, codec), 2);
	cedrus_test_streamoff(&file);
	cedrus_test_close(&file);
	KUNIT_EXPECT_EQ(test, t->dma->nr_live, 0);
}

static void cedrus_h264_stream(struct kunit *test)
{
	struct cedrus_test *t = test->priv;

	cedrus_test_h264(test);
	/* The queues' buffers, one for each frame to decode into, and four for the stream. */
	KUNIT_EXPECT_EQ(test, t->dma->calls, 1 + 2 * CEDRUS_TEST_BUFFERS + 4);
	KUNIT_EXPECT_EQ(test, t->dma->nr_live, 0);
}

static void cedrus_h264_alloc_fails(struct kunit *test)
{
	struct cedrus_test *t = test->priv;

	convert_kunit_fail_each(test, t->dma, cedrus_test_h264);
}

static void cedrus_h264_narrower(struct kunit *test)
{
	cedrus_test_narrower(test);
}

static void cedrus_h264_narrower_alloc_fails(struct kunit *test)
{
	struct cedrus_test *t = test->priv;

	convert_kunit_fail_each(test, t->dma, cedrus_test_narrower);
}

/* The codecs' buffers are in a union. */
static void cedrus_codec_changes(struct kunit *test)
{
	struct cedrus_test *t = test->priv;
	struct cedrus_test_file file;
	static const struct {
		struct cedrus_dec_ops *codec;
		unsigned int width;
	} streams[] = {
		{ &cedrus_dec_ops_h264, 4096 },
		{ &cedrus_dec_ops_h265, 4096 },
		{ &cedrus_dec_ops_h264, 1280 },
		{ &cedrus_dec_ops_h265, 1280 },
		{ &cedrus_dec_ops_h264, 4096 },
	};
	unsigned int i, none;

	KUNIT_ASSERT_EQ(test, cedrus_test_open(t, &file, NULL), 0);
	for (i = 0; i < ARRAY_SIZE(streams); i++) {
		file.ctx->current_codec = streams[i].codec;
		cedrus_test_size(&file, streams[i].width, 720);
		KUNIT_EXPECT_EQ(test, cedrus_test_reqbufs(&file), 0);
		KUNIT_EXPECT_EQ(test, cedrus_test_streamon(&file), 0);
		KUNIT_EXPECT_EQ(test, cedrus_test_decode(&file), 0);
		cedrus_test_streamoff(&file);
		/* For as long as there are buffers, the driver doesn't let the codec change. */
		none = 0;
		KUNIT_EXPECT_EQ(test, vb2_core_reqbufs(file.output, VB2_MEMORY_MMAP, 0, &none), 0);
		none = 0;
		KUNIT_EXPECT_EQ(test, vb2_core_reqbufs(file.capture, VB2_MEMORY_MMAP, 0, &none), 0);
		KUNIT_EXPECT_EQ(test, t->dma->nr_live, 0);
	}
	cedrus_test_close(&file);
}

static void cedrus_h264_killed(struct kunit *test)
{
	cedrus_test_killed(test, &cedrus_dec_ops_h264);
}

static void cedrus_h264_exchanged(struct kunit *test)
{
	cedrus_test_exchanged(test, &cedrus_dec_ops_h264);
}

static void cedrus_h264_old_frames(struct kunit *test)
{
	cedrus_test_old_frames(test, &cedrus_dec_ops_h264);
}

/* The same frame, and one that refers to it, with an SPS that needs more motion vectors. */
static void cedrus_h264_larger(struct kunit *test)
{
	struct cedrus_test *t = test->priv;
	struct cedrus_h264_sram_ref_pic *pics = (void *)&t->sram[CEDRUS_SRAM_H264_FRAMEBUFFER_LIST];
	const struct kunit_dma_call *call;
	struct cedrus_test_file file;
	unsigned int i;

	KUNIT_ASSERT_EQ(test, cedrus_test_open(t, &file, &cedrus_dec_ops_h264), 0);
	KUNIT_EXPECT_EQ(test, cedrus_test_reqbufs(&file), 0);
	KUNIT_EXPECT_EQ(test, cedrus_test_streamon(&file), 0);
	cedrus_test_sps.flags = V4L2_H264_SPS_FLAG_DIRECT_8X8_INFERENCE |
				V4L2_H264_SPS_FLAG_FRAME_MBS_ONLY;
	KUNIT_EXPECT_EQ(test, cedrus_test_decode_one(&file, 0, 0), 0);
	cedrus_test_sps.flags = 0;
	KUNIT_EXPECT_EQ(test, cedrus_test_decode_one(&file, 1, BIT(0)), 0);
	for (i = 0; i < 2; i++) {
		call = convert_kunit_at(t->dma, le32_to_cpu(pics[i].mv_col_top_ptr));
		KUNIT_EXPECT_NOT_NULL(test, call);
		if (call)
			KUNIT_EXPECT_GE(test, call->size, 4096 / 16 * 2304 / 16 * 16 * 2 * 2 * 2);
	}
	cedrus_test_streamoff(&file);
	cedrus_test_close(&file);
	KUNIT_EXPECT_EQ(test, t->dma->nr_live, 0);
}

static void cedrus_h265_stream(struct kunit *test)
{
	struct cedrus_test *t = test->priv;

	cedrus_test_h265(test);
	KUNIT_EXPECT_EQ(test, t->dma->calls, 1 + 2 * CEDRUS_TEST_BUFFERS + 2);
	KUNIT_EXPECT_EQ(test, t->dma->nr_live, 0);
}

static void cedrus_h265_alloc_fails(struct kunit *test)
{
	struct cedrus_test *t = test->priv;

	convert_kunit_fail_each(test, t->dma, cedrus_test_h265);
}

static void cedrus_h265_killed(struct kunit *test)
{
	cedrus_test_killed(test, &cedrus_dec_ops_h265);
}

static void cedrus_h265_exchanged(struct kunit *test)
{
	cedrus_test_exchanged(test, &cedrus_dec_ops_h265);
}

static void cedrus_h265_old_frames(struct kunit *test)
{
	cedrus_test_old_frames(test, &cedrus_dec_ops_h265);
}

static void cedrus_test_release(void *m2m_dev)
{
	v4l2_m2m_release(m2m_dev);
}

static int cedrus_test_init(struct kunit *test)
{
	struct cedrus_test *t;

	t = kunit_kzalloc(test, sizeof(*t), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, t);
	test->priv = t;
	t->dma = kunit_dma_create(test);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, t->dma);
	t->dev.dev = kunit_dma_device_register(t->dma, "cedrus");
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, t->dev.dev);
	t->dev.base = (void __iomem __force *)kunit_kzalloc(test, SZ_4K, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, (void __force *)t->dev.base);
	/* The last bits before the data of an H.265 slice, one of which is set. */
	cedrus_write(&t->dev, VE_DEC_H265_BITS_READ, 1);
	mutex_init(&t->dev.dev_mutex);
	pm_runtime_enable(t->dev.dev);
	t->dev.m2m_dev = v4l2_m2m_init(&cedrus_test_m2m_ops);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, t->dev.m2m_dev);
	return kunit_add_action_or_reset(test, cedrus_test_release, t->dev.m2m_dev);
}

static struct kunit_case cedrus_test_cases[] = {
	KUNIT_CASE(cedrus_h264_stream),
	KUNIT_CASE(cedrus_h264_registers),
	KUNIT_CASE(cedrus_h264_alloc_fails),
	KUNIT_CASE_FIXED(cedrus_h264_narrower),
	KUNIT_CASE_FIXED(cedrus_h264_narrower_alloc_fails),
	KUNIT_CASE_FIXED(cedrus_h264_killed),
	KUNIT_CASE_FIXED(cedrus_h264_exchanged),
	KUNIT_CASE_FIXED(cedrus_h264_old_frames),
	KUNIT_CASE_FIXED(cedrus_h264_larger),
	KUNIT_CASE(cedrus_h265_stream),
	KUNIT_CASE(cedrus_h265_alloc_fails),
	KUNIT_CASE_FIXED(cedrus_h265_killed),
	KUNIT_CASE_FIXED(cedrus_h265_exchanged),
	KUNIT_CASE_FIXED(cedrus_h265_old_frames),
	KUNIT_CASE_FIXED(cedrus_codec_changes),
	{}
};

static struct kunit_suite cedrus_test_suite = {
	.name = "convert_cedrus",
	.init = cedrus_test_init,
	.test_cases = cedrus_test_cases,
};

kunit_test_suite(cedrus_test_suite);
