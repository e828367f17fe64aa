// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit tests for the debugging of DMA-coherent handles
 *
 * A driver makes each mistake, and the report is looked for in the kernel's log, so that the kernel
 * warns on purpose while this suite runs.
 */

#include <kunit/dma.h>
#include <kunit/test.h>

#include <linux/dma-coherent-handle.h>
#include <linux/dma-mapping.h>
#include <linux/err.h>
#include <linux/gfp.h>
#include <linux/kmsg_dump.h>
#include <linux/sizes.h>
#include <linux/string.h>

#define LOST		"DMA buffer lost"
#define NOT_FREED	"DMA buffer not freed"

struct handle_debug_test {
	struct kunit_dma *dma;
	struct device *dev;
	struct kmsg_dump_iter log;
	char record[512];
	struct dma_coherent_handle handle, other;
};

/* The log must have the text so many times since the last call, and no other report. */
static void expect_reports(struct kunit *test, unsigned int n, const char *text)
{
	struct handle_debug_test *t = test->priv;
	unsigned int found = 0, all = 0;
	size_t len;

	while (kmsg_dump_get_line(&t->log, false, t->record, sizeof(t->record), &len)) {
		all += !!strnstr(t->record, "DMA buffer ", len);
		found += !!strnstr(t->record, text, len);
	}
	KUNIT_EXPECT_EQ(test, found, n);
	KUNIT_EXPECT_EQ(test, all, n);
}

static int handle_debug_test_init(struct kunit *test)
{
	struct handle_debug_test *t;
	size_t len;

	t = kunit_kzalloc(test, sizeof(*t), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, t);
	test->priv = t;
	t->dma = kunit_dma_create(test);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, t->dma);
	t->dev = kunit_dma_device_register(t->dma, "dev");
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, t->dev);
	kmsg_dump_rewind(&t->log);
	while (kmsg_dump_get_line(&t->log, false, t->record, sizeof(t->record), &len))
		;
	KUNIT_ASSERT_EQ(test, 0, dma_coherent_handle_alloc(t->dev, &t->handle, SZ_4K, GFP_KERNEL));
	return 0;
}

/* Succeeds if a copy is not freed, before the handle or after it. */
static void free_through_a_copy(struct kunit *test)
{
	struct handle_debug_test *t = test->priv;

	t->other = t->handle;
	dma_coherent_handle_free(&t->other);
	expect_reports(test, 1, NOT_FREED);
	KUNIT_EXPECT_EQ(test, t->dma->frees, 0);
	dma_coherent_handle_free(&t->handle);
	expect_reports(test, 0, NOT_FREED);
	KUNIT_EXPECT_EQ(test, t->dma->frees, 1);
	dma_coherent_handle_free(&t->other);
	expect_reports(test, 1, NOT_FREED);
	KUNIT_EXPECT_EQ(test, t->dma->frees, 1);

	/* One that was grown knows its place, too. */
	KUNIT_EXPECT_EQ(test, 0, dma_coherent_handle_grow(t->dev, &t->handle, 1, GFP_KERNEL));
	t->other = t->handle;
	dma_coherent_handle_free(&t->other);
	expect_reports(test, 1, NOT_FREED);
	dma_coherent_handle_free(&t->handle);
	expect_reports(test, 0, NOT_FREED);
	KUNIT_EXPECT_EQ(test, t->dma->frees, 2);
}

/* Succeeds if what something else was written over is not taken for a buffer. */
static void free_of_a_scribble(struct kunit *test)
{
	struct handle_debug_test *t = test->priv;

	t->other = t->handle;
	memset(&t->handle, 0xa5, sizeof(t->handle));
	dma_coherent_handle_free(&t->handle);
	expect_reports(test, 1, NOT_FREED);
	t->handle = t->other;
	dma_coherent_handle_free(&t->handle);
	expect_reports(test, 0, NOT_FREED);
	KUNIT_EXPECT_EQ(test, t->dma->frees, 1);
}

/* Succeeds if a buffer is missed whose handle is filled once more, even if that fails. */
static void alloc_over_a_buffer(struct kunit *test)
{
	struct handle_debug_test *t = test->priv;

	t->other = t->handle;
	KUNIT_EXPECT_EQ(test, 0, dma_coherent_handle_alloc(t->dev, &t->handle, SZ_4K, GFP_KERNEL));
	expect_reports(test, 1, LOST);
	dma_coherent_handle_free(&t->handle);
	t->handle = t->other;
	KUNIT_EXPECT_EQ(test, -EINVAL,
			dma_coherent_handle_alloc(t->dev, &t->handle, 0, GFP_KERNEL));
	expect_reports(test, 1, LOST);
	t->handle = t->other;
	dma_coherent_handle_free(&t->handle);
	expect_reports(test, 0, LOST);
	KUNIT_EXPECT_EQ(test, t->dma->frees, 2);
}

static noinline struct dma_coherent_handle make_handle(struct device *dev)
{
	struct dma_coherent_handle handle;

	/* Nobody knows what an uninitialised one holds, such as what was here the last time. */
	if (dma_coherent_handle_alloc(dev, &handle, SZ_4K, GFP_KERNEL))
		return (struct dma_coherent_handle){};
	return dma_coherent_handle_take(&handle);
}

/* Succeeds if a buffer may be moved, replaced and managed. */
static void right_use_is_not_reported(struct kunit *test)
{
	struct handle_debug_test *t = test->priv;
	struct dma_coherent_handle scoped __free(dma_coherent_handle) = {};
	const struct dma_coherent_handle *managed;
	unsigned int i;

	t->other = dma_coherent_handle_take(&t->handle);
	t->handle = dma_coherent_handle_take(&t->other);
	for (i = 1; i <= 3; i++)
		KUNIT_EXPECT_EQ(test, 0, dma_coherent_handle_grow(t->dev, &t->handle, SZ_4K + i,
								  GFP_KERNEL));
	dma_coherent_handle_free(&t->handle);
	dma_coherent_handle_free(&t->handle);
	for (i = 0; i < 3; i++) {
		t->other = make_handle(t->dev);
		KUNIT_EXPECT_TRUE(test, dma_coherent_handle_is_allocated(&t->other));
		dma_coherent_handle_free(&t->other);
	}
	scoped = make_handle(t->dev);
	t->other = dma_coherent_handle_take(&scoped);
	KUNIT_EXPECT_EQ(test, 0, dma_coherent_handle_alloc(t->dev, &scoped, SZ_4K, GFP_KERNEL));
	dma_coherent_handle_free(&t->other);
	managed = dmam_coherent_handle_alloc(t->dev, SZ_4K, GFP_KERNEL);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, managed);
	dmam_coherent_handle_free(t->dev, managed);
	expect_reports(test, 0, NOT_FREED);
	KUNIT_EXPECT_EQ(test, t->dma->calls, 10);
	KUNIT_EXPECT_EQ(test, t->dma->nr_live, 1);
}

static struct kunit_case handle_debug_test_cases[] = {
	KUNIT_CASE(free_through_a_copy),
	KUNIT_CASE(free_of_a_scribble),
	KUNIT_CASE(alloc_over_a_buffer),
	KUNIT_CASE(right_use_is_not_reported),
	{}
};

static struct kunit_suite handle_debug_test_suite = {
	.name = "dma_coherent_handle_debug",
	.init = handle_debug_test_init,
	.test_cases = handle_debug_test_cases,
};

kunit_test_suite(handle_debug_test_suite);
