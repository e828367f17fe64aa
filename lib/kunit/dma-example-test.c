// SPDX-License-Identifier: GPL-2.0
/*
 * Example of a KUnit test for code that does DMA, to be copied
 *
 * It tests a receiver with one buffer, and plays the hardware. A test of a driver would have the
 * driver's functions in place of those here, or include its file.
 */

#include <kunit/dma.h>
#include <kunit/test.h>

#include <linux/dma-mapping.h>
#include <linux/err.h>
#include <linux/minmax.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/string.h>

/* --- the driver --- */

#define FRAME_SIZE	1536

struct example_desc {
	__le64 addr;		/* of a buffer for a frame */
	__le32 len;		/* its size; the hardware writes how much of it has data */
	__le32 done;		/* the hardware sets this */
};

struct example {
	struct device *dev;
	u64 desc_reg;		/* a register, in which the hardware finds the descriptor */
	struct example_desc *desc;
	dma_addr_t desc_dma;
	void *frame;
	dma_addr_t frame_dma;
};

static void example_arm(struct example *ex)
{
	dma_sync_single_for_device(ex->dev, ex->frame_dma, FRAME_SIZE, DMA_FROM_DEVICE);
	ex->desc->addr = cpu_to_le64(ex->frame_dma);
	ex->desc->len = cpu_to_le32(FRAME_SIZE);
	ex->desc->done = 0;
}

static int example_start(struct example *ex)
{
	ex->desc = dma_alloc_coherent(ex->dev, sizeof(*ex->desc), &ex->desc_dma, GFP_KERNEL);
	if (!ex->desc)
		return -ENOMEM;

	ex->frame = kzalloc(FRAME_SIZE, GFP_KERNEL);
	if (!ex->frame)
		goto free_desc;

	ex->frame_dma = dma_map_single(ex->dev, ex->frame, FRAME_SIZE, DMA_FROM_DEVICE);
	if (dma_mapping_error(ex->dev, ex->frame_dma))
		goto free_frame;

	example_arm(ex);
	ex->desc_reg = ex->desc_dma;
	return 0;

free_frame:
	kfree(ex->frame);
free_desc:
	dma_free_coherent(ex->dev, sizeof(*ex->desc), ex->desc, ex->desc_dma);
	return -ENOMEM;
}

static void example_stop(struct example *ex)
{
	ex->desc_reg = 0;
	dma_unmap_single(ex->dev, ex->frame_dma, FRAME_SIZE, DMA_FROM_DEVICE);
	kfree(ex->frame);
	dma_free_coherent(ex->dev, sizeof(*ex->desc), ex->desc, ex->desc_dma);
}

/* Returns the length of the frame, 0 if there is none. */
static size_t example_receive(struct example *ex, void *to, size_t size)
{
	size_t len;

	if (!ex->desc->done)
		return 0;

	len = min3(le32_to_cpu(ex->desc->len), size, FRAME_SIZE);
	dma_sync_single_for_cpu(ex->dev, ex->frame_dma, FRAME_SIZE, DMA_FROM_DEVICE);
	memcpy(to, ex->frame, len);
	example_arm(ex);
	return len;
}

/* --- the test --- */

struct example_test {
	struct kunit_dma *dma;
	struct example ex;
};

static int example_test_init(struct kunit *test)
{
	struct example_test *t;

	t = kunit_kzalloc(test, sizeof(*t), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, t);
	test->priv = t;

	t->dma = kunit_dma_create(test);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, t->dma);
	t->ex.dev = kunit_dma_device_register(t->dma, "example");
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, t->ex.dev);
	return 0;
}

/* What the hardware does when a frame arrives. It knows DMA addresses only. */
static void hardware_receives(struct kunit *test, const void *frame, size_t len)
{
	struct example_test *t = test->priv;
	struct example_desc desc;

	KUNIT_ASSERT_EQ(test, 0, kunit_dma_dev_read(t->ex.dev, t->ex.desc_reg, &desc,
						    sizeof(desc)));
	KUNIT_ASSERT_GE(test, le32_to_cpu(desc.len), len);
	KUNIT_ASSERT_EQ(test, 0, kunit_dma_dev_write(t->ex.dev, le64_to_cpu(desc.addr), frame,
						     len));
	desc.len = cpu_to_le32(len);
	desc.done = cpu_to_le32(1);
	KUNIT_ASSERT_EQ(test, 0, kunit_dma_dev_write(t->ex.dev, t->ex.desc_reg, &desc,
						     sizeof(desc)));
}

/* Data arrive, more than once. If a sync were missing, others would. */
static void example_frames_arrive(struct kunit *test)
{
	struct example_test *t = test->priv;
	char buf[16] = "";

	KUNIT_ASSERT_EQ(test, 0, example_start(&t->ex));
	KUNIT_EXPECT_EQ(test, example_receive(&t->ex, buf, sizeof(buf)), 0);

	hardware_receives(test, "hello", 6);
	KUNIT_EXPECT_EQ(test, example_receive(&t->ex, buf, sizeof(buf)), 6);
	KUNIT_EXPECT_STREQ(test, buf, "hello");

	hardware_receives(test, "world!", 7);
	KUNIT_EXPECT_EQ(test, example_receive(&t->ex, buf, sizeof(buf)), 7);
	KUNIT_EXPECT_STREQ(test, buf, "world!");

	/* The test would fail if anything were left. Expect it here to see where. */
	example_stop(&t->ex);
	KUNIT_EXPECT_EQ(test, t->dma->nr_live, 0);
}

/* The hardware is told of what was mapped, and in which direction. */
static void example_descriptor_is_right(struct kunit *test)
{
	struct example_test *t = test->priv;
	const struct kunit_dma_call *call;

	KUNIT_ASSERT_EQ(test, 0, example_start(&t->ex));
	call = kunit_dma_lookup(t->ex.dev, le64_to_cpu(t->ex.desc->addr), FRAME_SIZE);
	KUNIT_ASSERT_NOT_NULL(test, call);
	KUNIT_EXPECT_EQ(test, call->dir, DMA_FROM_DEVICE);
	KUNIT_EXPECT_EQ(test, call->size, le32_to_cpu(t->ex.desc->len));
	example_stop(&t->ex);
}

/* Each allocation and mapping fails in turn, until the function makes fewer than that. */
static void example_start_fails(struct kunit *test)
{
	struct example_test *t = test->priv;
	unsigned int nth, calls;
	int ret;

	for (nth = 1; ; nth++) {
		calls = t->dma->calls;
		kunit_dma_fail_nth(t->dma, nth);
		ret = example_start(&t->ex);
		kunit_dma_fail_nth(t->dma, 0);
		if (t->dma->calls - calls < nth)
			break;
		KUNIT_EXPECT_EQ_MSG(test, ret, -ENOMEM, "call %u failed", nth);
		if (!ret)
			example_stop(&t->ex);
		KUNIT_EXPECT_EQ(test, t->dma->nr_live, 0);
	}
	KUNIT_EXPECT_EQ(test, nth, 3);
	KUNIT_ASSERT_EQ(test, ret, 0);
	example_stop(&t->ex);
}

static struct kunit_case example_test_cases[] = {
	KUNIT_CASE(example_frames_arrive),
	KUNIT_CASE(example_descriptor_is_right),
	KUNIT_CASE(example_start_fails),
	{}
};

static struct kunit_suite example_test_suite = {
	.name = "kunit_dma_example",
	.init = example_test_init,
	.test_cases = example_test_cases,
};

kunit_test_suite(example_test_suite);

MODULE_DESCRIPTION("Example of a KUnit test for code that does DMA");
MODULE_LICENSE("GPL");
