// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit test for the KUnit DMA device
 *
 * A device that is meant to catch wrong uses of the DMA API is tested by wrong uses of it. They are
 * made on devices of an inner test, which must fail: each case here looks at the inner test's
 * status, at the number of errors and at the message.
 */

#include <kunit/device.h>
#include <kunit/dma.h>
#include <kunit/platform_device.h>
#include <kunit/resource.h>
#include <kunit/test.h>

#include <linux/align.h>
#include <linux/anon_inodes.h>
#include <linux/bits.h>
#include <linux/completion.h>
#include <linux/delay.h>
#include <linux/device.h>
#include <linux/dma-map-ops.h>
#include <linux/dma-mapping.h>
#include <linux/dmapool.h>
#include <linux/fcntl.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/gfp.h>
#include <linux/highmem.h>
#include <linux/kmsg_dump.h>
#include <linux/kref.h>
#include <linux/kthread.h>
#include <linux/limits.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/mman.h>
#include <linux/module.h>
#include <linux/platform_device.h>
#include <linux/poison.h>
#include <linux/rcupdate.h>
#include <linux/scatterlist.h>
#include <linux/sizes.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/sprintf.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include <linux/vmalloc.h>

#define NO_MAPPING	DMA_ATTR_NO_KERNEL_MAPPING

struct kunit_dma_test {
	struct kunit inner;
	struct kunit_dma *dma;
	struct device *dev, *other;
	struct device_dma_parameters seg_limits[2];
	dma_addr_t dma_addr;
	void *cpu_addr;
	struct kmsg_dump_iter log;
	char line[1024];
};

static void end_inner_test(struct kunit *inner)
{
	struct kunit *outer = current->kunit_test;

	kunit_cleanup(inner);
	current->kunit_test = outer;
}

KUNIT_DEFINE_ACTION_WRAPPER(end_inner_test_wrapper, end_inner_test, struct kunit *);

/* Two devices of an inner test, and a buffer of 4096 bytes on the first. */
static int init_inner_test(struct kunit *test)
{
	struct kunit_dma_test *t;

	t = kunit_kzalloc(test, sizeof(*t), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, t);
	test->priv = t;

	kunit_init_test(&t->inner, "inner", NULL);
	KUNIT_ASSERT_EQ(test, 0, kunit_add_action(test, end_inner_test_wrapper, &t->inner));

	t->dma = kunit_dma_create(&t->inner);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, t->dma);
	t->dev = kunit_dma_device_register(t->dma, "a");
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, t->dev);
	t->other = kunit_dma_device_register(t->dma, "b");
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, t->other);
	/* By default a device takes entries of 64 KiB, and that can be a page. */
	t->seg_limits[0].max_segment_size = SZ_1M;
	t->dev->dma_parms = &t->seg_limits[0];
	t->seg_limits[1].max_segment_size = SZ_1M;
	t->other->dma_parms = &t->seg_limits[1];

	t->cpu_addr = dma_alloc_attrs(t->dev, SZ_4K, &t->dma_addr, GFP_KERNEL, NO_MAPPING);
	KUNIT_ASSERT_NOT_NULL(test, t->cpu_addr);
	KUNIT_ASSERT_EQ(test, t->dma->calls, 1);
	return 0;
}

static void expect_clean(struct kunit *test)
{
	struct kunit_dma_test *t = test->priv;

	kunit_release_action(test, end_inner_test_wrapper, &t->inner);
	KUNIT_EXPECT_EQ(test, t->inner.status, KUNIT_SUCCESS);
}

/* From here on, what the kernel logs is looked at. */
static void mark_log(struct kunit *test)
{
	struct kunit_dma_test *t = test->priv;

	kmsg_dump_rewind(&t->log);
	while (kmsg_dump_get_line(&t->log, false, NULL, 0, NULL))
		;
}

/* Since then, these words have been logged, or have not. */
static void expect_log(struct kunit *test, const char *words, bool has)
{
	struct kunit_dma_test *t = test->priv;
	struct kmsg_dump_iter log = t->log;
	bool found = false;

	while (kmsg_dump_get_line(&log, false, t->line, sizeof(t->line), NULL))
		found |= !!strstr(t->line, words);
	KUNIT_EXPECT_EQ_MSG(test, found, has, "\"%s\"", words);
}

/* The latest message is this one. After it come the functions' names, if there are stack traces. */
static void expect_message(struct kunit *test, const char *message)
{
	struct kunit_dma_test *t = test->priv;
	const char *names = t->dma->error + str_has_prefix(t->dma->error, message);

	KUNIT_EXPECT_TRUE_MSG(test, names > t->dma->error &&
			      (!*names || strstarts(names, ", called by ") ||
			       strstarts(names, ", allocated by ")),
			      "\"%s\", not \"%s\"", t->dma->error, message);
}

/* The latest message has these words in it. */
static void expect_words(struct kunit *test, const char *words)
{
	struct kunit_dma_test *t = test->priv;

	KUNIT_EXPECT_TRUE_MSG(test, strstr(t->dma->error, words), "no \"%s\" in \"%s\"", words,
			      t->dma->error);
}

/* Messages name functions where there are stack traces. */
static bool has_names(void)
{
	/* Without frame pointers these take whatever looks like a return address. */
	if ((IS_ENABLED(CONFIG_UML) || IS_ENABLED(CONFIG_RISCV)) &&
	    !IS_ENABLED(CONFIG_FRAME_POINTER))
		return false;
	return IS_ENABLED(CONFIG_STACKTRACE) && IS_ENABLED(CONFIG_KALLSYMS);
}

/* The latest message has this function in it, if there are stack traces, and none of KUnit's. */
static void expect_name(struct kunit *test, const char *before, const char *name)
{
	struct kunit_dma_test *t = test->priv;
	char words[64];

	if (!has_names())
		return;
	snprintf(words, sizeof(words), "%s%s+0x", before, name);
	expect_words(test, words);
	KUNIT_EXPECT_NULL_MSG(test, strstr(t->dma->error, " < kunit_"), "%s", t->dma->error);
}

/* The one error has been reported, and is not reported again at the end of the inner test. */
static void expect_error(struct kunit *test, const char *message)
{
	struct kunit_dma_test *t = test->priv;

	KUNIT_EXPECT_EQ(test, t->dma->errors, 1);
	expect_message(test, message);
	KUNIT_EXPECT_EQ(test, t->inner.status, KUNIT_FAILURE);
	KUNIT_EXPECT_EQ(test, t->dma->nr_live, 0);
}

/* An error that only shows at the end of the inner test, when kunit_dma is about to go. */
static void expect_error_at_end(struct kunit *test)
{
	struct kunit_dma_test *t = test->priv;

	KUNIT_EXPECT_EQ(test, t->dma->errors, 0);
	KUNIT_EXPECT_EQ(test, t->inner.status, KUNIT_SUCCESS);
	kunit_release_action(test, end_inner_test_wrapper, &t->inner);
	KUNIT_EXPECT_EQ(test, t->inner.status, KUNIT_FAILURE);
}

/*
 * DMA_API_DEBUG knows buffers and mappings, too, and would warn of what is done on purpose, and of
 * the buffer of the inner test, if that is left.
 */
static void skip_with_dma_debug(struct kunit *test)
{
	struct kunit_dma_test *t = test->priv;

	if (!IS_ENABLED(CONFIG_DMA_API_DEBUG))
		return;
	if (t->dma->nr_live)
		dma_free_attrs(t->dev, SZ_4K, t->cpu_addr, t->dma_addr, NO_MAPPING);
	kunit_skip(test, "DMA_API_DEBUG warns of it as well");
}

/* Succeeds if to give back a buffer as it came is no error, nor as dma_free_coherent() does. */
static void right_use(struct kunit *test)
{
	struct kunit_dma_test *t = test->priv;
	dma_addr_t dma_addr;
	void *cpu_addr;

	KUNIT_EXPECT_EQ(test, t->dma->nr_live, 1);
	dma_free_attrs(t->dev, SZ_4K, t->cpu_addr, t->dma_addr, NO_MAPPING);
	KUNIT_EXPECT_EQ(test, t->dma->nr_live, 0);
	KUNIT_EXPECT_EQ(test, t->dma->frees, 1);

	cpu_addr = dma_alloc_coherent(t->dev, SZ_4K, &dma_addr, GFP_KERNEL | __GFP_NOWARN);
	KUNIT_ASSERT_NOT_NULL(test, cpu_addr);
	KUNIT_EXPECT_EQ(test, kunit_dma_nth_call(t->dma, 2)->attrs, DMA_ATTR_NO_WARN);
	dma_free_coherent(t->dev, SZ_4K, cpu_addr, dma_addr);

	/* vmalloc() warns of flags that it does not take. */
	cpu_addr = dma_alloc_coherent(t->dev, SZ_4K, &dma_addr, GFP_USER | __GFP_MEMALLOC);
	KUNIT_ASSERT_NOT_NULL(test, cpu_addr);
	dma_free_coherent(t->dev, SZ_4K, cpu_addr, dma_addr);
	KUNIT_EXPECT_EQ(test, t->dma->errors, 0);
	expect_clean(test);
}

/* Succeeds if a free with another size than at allocation fails the test. */
static void free_other_size(struct kunit *test)
{
	struct kunit_dma_test *t = test->priv;

	skip_with_dma_debug(test);
	dma_free_attrs(t->dev, SZ_8K, t->cpu_addr, t->dma_addr, NO_MAPPING);
	expect_error(test,
		     "dma_free_attrs(): size 8192, but dma_alloc_attrs() (call 1) was given 4096");
}

/* Succeeds if a free with another DMA address than was returned fails the test. */
static void free_other_dma_addr(struct kunit *test)
{
	struct kunit_dma_test *t = test->priv;

	skip_with_dma_debug(test);
	dma_free_attrs(t->dev, SZ_4K, t->cpu_addr, t->dma_addr + 1, NO_MAPPING);
	KUNIT_EXPECT_EQ(test, t->dma->errors, 1);
	expect_words(test, "dma_free_attrs(): DMA address 0x");
	expect_words(test, "(call 1) returned 0x");
	KUNIT_EXPECT_EQ(test, t->inner.status, KUNIT_FAILURE);
}

/* Succeeds if the cookie tells which buffer was meant where there is none at the DMA address. */
static void free_far_dma_addr(struct kunit *test)
{
	struct kunit_dma_test *t = test->priv;
	dma_addr_t dma_addr;
	void *cpu_addr;

	skip_with_dma_debug(test);
	cpu_addr = dma_alloc_coherent(t->dev, SZ_4K, &dma_addr, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, cpu_addr);
	dma_free_coherent(t->dev, SZ_4K, cpu_addr, DMA_MAPPING_ERROR);
	KUNIT_EXPECT_EQ(test, t->dma->errors, 1);
	expect_words(test, "(call 2) returned 0x");

	dma_free_attrs(t->dev, SZ_4K, t->cpu_addr, t->dma_addr - SZ_1M, NO_MAPPING);
	KUNIT_EXPECT_EQ(test, t->dma->errors, 2);
	expect_words(test, "dma_free_attrs(): DMA address 0x");
	expect_words(test, "(call 1) returned 0x");
	KUNIT_EXPECT_EQ(test, t->inner.status, KUNIT_FAILURE);
}

/* Succeeds if a free with another cookie than was returned fails the test. */
static void free_other_cookie(struct kunit *test)
{
	struct kunit_dma_test *t = test->priv;

	skip_with_dma_debug(test);
	dma_free_attrs(t->dev, SZ_4K, t->cpu_addr + 1, t->dma_addr, NO_MAPPING);
	expect_error(test,
		     "dma_free_attrs(): another cookie than dma_alloc_attrs() (call 1) returned");
}

/* Succeeds if the DMA address tells which buffer was meant where the cookie is another's. */
static void free_cookie_of_other_buffer(struct kunit *test)
{
	struct kunit_dma_test *t = test->priv;
	dma_addr_t dma_addr;
	void *cpu_addr;

	skip_with_dma_debug(test);
	cpu_addr = dma_alloc_attrs(t->dev, SZ_4K, &dma_addr, GFP_KERNEL, NO_MAPPING);
	KUNIT_ASSERT_NOT_NULL(test, cpu_addr);
	dma_free_attrs(t->dev, SZ_4K, cpu_addr, t->dma_addr, NO_MAPPING);
	KUNIT_EXPECT_EQ(test, t->dma->errors, 1);
	expect_message(test,
		       "dma_free_attrs(): another cookie than dma_alloc_attrs() (call 1) returned");
	dma_free_attrs(t->dev, SZ_4K, cpu_addr, dma_addr, NO_MAPPING);
	KUNIT_EXPECT_EQ(test, t->dma->errors, 1);
}

/* Succeeds if a free with other attributes than at allocation fails the test. */
static void free_other_attrs(struct kunit *test)
{
	struct kunit_dma_test *t = test->priv;

	dma_free_attrs(t->dev, SZ_4K, t->cpu_addr, t->dma_addr,
		       NO_MAPPING | DMA_ATTR_WRITE_COMBINE);
	expect_error(test,
		     "dma_free_attrs(): attrs 0x14, but dma_alloc_attrs() (call 1) was given 0x10");
}

/* Succeeds if a free for another device than at allocation fails the test. */
static void free_other_device(struct kunit *test)
{
	struct kunit_dma_test *t = test->priv;

	skip_with_dma_debug(test);
	dma_free_attrs(t->other, SZ_4K, t->cpu_addr, t->dma_addr, NO_MAPPING);
	expect_error(test,
		     "dma_free_attrs(): device inner.b, but dma_alloc_attrs() (call 1) was for inner.a");
}

/* Succeeds if a second free fails the test, even when its DMA address is in use again. */
static void double_free(struct kunit *test)
{
	struct kunit_dma_test *t = test->priv;
	dma_addr_t dma_addr;
	struct page *page;
	void *cpu_addr;

	skip_with_dma_debug(test);
	/* There is one page below this mask that can be handed out. */
	dma_free_attrs(t->dev, SZ_4K, t->cpu_addr, t->dma_addr, NO_MAPPING);
	t->dev->coherent_dma_mask = 2 * PAGE_SIZE - 1;
	t->cpu_addr = dma_alloc_attrs(t->dev, SZ_4K, &t->dma_addr, GFP_KERNEL, NO_MAPPING);
	KUNIT_ASSERT_NOT_NULL(test, t->cpu_addr);
	dma_free_attrs(t->dev, SZ_4K, t->cpu_addr, t->dma_addr, NO_MAPPING);
	cpu_addr = dma_alloc_attrs(t->dev, SZ_4K, &dma_addr, GFP_KERNEL, NO_MAPPING);
	KUNIT_ASSERT_NOT_NULL(test, cpu_addr);
	KUNIT_EXPECT_EQ(test, dma_addr, t->dma_addr);
	KUNIT_EXPECT_EQ(test, t->dma->errors, 0);

	dma_free_attrs(t->dev, SZ_4K, t->cpu_addr, t->dma_addr, NO_MAPPING);
	expect_words(test, "dma_free_attrs() of 4096 bytes at");
	expect_words(test, "(call 2): second time");
	KUNIT_EXPECT_EQ(test, t->dma->errors, 1);
	KUNIT_EXPECT_EQ(test, t->dma->nr_live, 1);
	KUNIT_EXPECT_EQ(test, t->inner.status, KUNIT_FAILURE);

	/* The buffer that is there now was left alone. */
	dma_free_attrs(t->dev, SZ_4K, cpu_addr, dma_addr, NO_MAPPING);
	KUNIT_EXPECT_EQ(test, t->dma->errors, 1);

	/* Memory is not freed twice, either. */
	cpu_addr = dma_alloc_coherent(t->dev, SZ_4K, &dma_addr, GFP_ATOMIC);
	KUNIT_ASSERT_NOT_NULL(test, cpu_addr);
	page = virt_to_page(cpu_addr);
	get_page(page);
	dma_free_coherent(t->dev, SZ_4K, cpu_addr, dma_addr);
	KUNIT_EXPECT_EQ(test, page_count(page), 1);
	dma_free_coherent(t->dev, SZ_4K, cpu_addr, dma_addr);
	KUNIT_EXPECT_EQ(test, t->dma->errors, 2);
	KUNIT_ASSERT_EQ(test, page_count(page), 1);
	put_page(page);
}

/* Succeeds if a free of something that was never allocated fails the test. */
static void free_never_allocated(struct kunit *test)
{
	struct kunit_dma_test *t = test->priv;

	skip_with_dma_debug(test);
	/* A buffer ends where its pages do. */
	dma_free_attrs(t->dev, SZ_4K, t->cpu_addr + SZ_1M,
		       t->dma_addr + ALIGN(SZ_4K, PAGE_SIZE), NO_MAPPING);
	KUNIT_EXPECT_EQ(test, t->dma->errors, 1);
	expect_words(test, "no dma_alloc_attrs() returned that");

	dma_free_attrs(t->dev, SZ_4K, t->cpu_addr, t->dma_addr, NO_MAPPING);
	dma_free_attrs(t->dev, SZ_8K, t->cpu_addr + SZ_1M, t->dma_addr + SZ_1M, NO_MAPPING);
	KUNIT_EXPECT_EQ(test, t->dma->errors, 2);
	expect_words(test, "dma_free_attrs() of 8192 bytes at");
	expect_words(test, "no dma_alloc_attrs() returned that");
	KUNIT_EXPECT_EQ(test, t->inner.status, KUNIT_FAILURE);

	/* It is no second free if only one of address and cookie is known. */
	dma_free_attrs(t->dev, SZ_4K, t->cpu_addr + SZ_1M, t->dma_addr, NO_MAPPING);
	KUNIT_EXPECT_EQ(test, t->dma->errors, 3);
	expect_words(test, "no dma_alloc_attrs() returned that");
}

/* Succeeds if a buffer that is still there at the end fails the test. */
static void leak(struct kunit *test)
{
	skip_with_dma_debug(test);
	expect_error_at_end(test);
}

/* Succeeds if a managed buffer is freed before the check for leaks at the end. */
static void managed_is_no_leak(struct kunit *test)
{
	struct kunit_dma_test *t = test->priv;
	dma_addr_t dma_addr;

	dma_free_attrs(t->dev, SZ_4K, t->cpu_addr, t->dma_addr, NO_MAPPING);
	KUNIT_EXPECT_NOT_NULL(test, dmam_alloc_attrs(t->dev, SZ_4K, &dma_addr, GFP_KERNEL, 0));
	KUNIT_EXPECT_EQ(test, t->dma->nr_live, 1);
	expect_clean(test);
}

/* Succeeds if a cookie can't be read, from its first byte to its last. */
static void cookie_faults(struct kunit *test)
{
	struct kunit_dma_test *t = test->priv;
	void *end = t->cpu_addr + SZ_4K;
	char byte;

	KUNIT_EXPECT_NE(test, 0, copy_from_kernel_nofault(&byte, t->cpu_addr, 1));
	/* On 32-bit, it is only the first that is sure to. */
	if (IS_ENABLED(CONFIG_64BIT))
		KUNIT_EXPECT_NE(test, 0, copy_from_kernel_nofault(&byte, end - 1, 1));
	dma_free_attrs(t->dev, SZ_4K, t->cpu_addr, t->dma_addr, NO_MAPPING);
}

/* Succeeds if no two buffers that are there at the same time have the same cookie or address. */
static void buffers_are_distinct(struct kunit *test)
{
	struct kunit_dma_test *t = test->priv;
	const size_t sizes[] = { 1, 1, 3 * PAGE_SIZE, PAGE_SIZE + 1, SZ_64K, SZ_4K };
	const struct kunit_dma_call *a, *b;
	dma_addr_t dma_addr, a_end, b_end;
	unsigned int i, j;

	for (i = 0; i < ARRAY_SIZE(sizes); i++)
		KUNIT_ASSERT_NOT_NULL(test, dma_alloc_attrs(t->dev, sizes[i], &dma_addr, GFP_KERNEL,
							    NO_MAPPING));
	/* What is freed is not used again at once. */
	a = kunit_dma_nth_call(t->dma, 2);
	dma_free_attrs(t->dev, a->size, a->cpu_addr, a->dma_addr, NO_MAPPING);
	KUNIT_ASSERT_NOT_NULL(test, dma_alloc_attrs(t->dev, PAGE_SIZE, &dma_addr, GFP_KERNEL,
						    NO_MAPPING));
	KUNIT_EXPECT_NE(test, dma_addr, a->dma_addr);

	for (i = 1; i <= t->dma->calls; i++) {
		a = kunit_dma_nth_call(t->dma, i);
		if (a->freed)
			continue;
		/* There is a page between them. */
		a_end = a->dma_addr + PAGE_ALIGN(a->size) + PAGE_SIZE;
		KUNIT_EXPECT_NE(test, a->dma_addr, 0);
		if (IS_ENABLED(CONFIG_64BIT))
			KUNIT_EXPECT_TRUE(test, PAGE_ALIGNED(a->cpu_addr));
		KUNIT_EXPECT_EQ(test, 0, a->dma_addr & ((PAGE_SIZE << get_order(a->size)) - 1));
		for (j = i + 1; j <= t->dma->calls; j++) {
			b = kunit_dma_nth_call(t->dma, j);
			if (b->freed)
				continue;
			KUNIT_EXPECT_PTR_NE(test, a->cpu_addr, b->cpu_addr);
			b_end = b->dma_addr + PAGE_ALIGN(b->size) + PAGE_SIZE;
			KUNIT_EXPECT_TRUE(test, a_end <= b->dma_addr || b_end <= a->dma_addr);
		}
	}

	for (i = 1; i <= t->dma->calls; i++) {
		a = kunit_dma_nth_call(t->dma, i);
		if (!a->freed)
			dma_free_attrs(t->dev, a->size, a->cpu_addr, a->dma_addr, NO_MAPPING);
	}
	expect_clean(test);
}

/* Succeeds if every other page below a narrow mask is handed out, and none beyond. */
static void coherent_mask_is_respected(struct kunit *test)
{
	struct kunit_dma_test *t = test->priv;
	const struct kunit_dma_call *call;
	unsigned int i, n = 0;
	dma_addr_t dma_addr;

	t->dev->coherent_dma_mask = 16 * PAGE_SIZE - 1;
	while (dma_alloc_attrs(t->dev, 1, &dma_addr, GFP_KERNEL, NO_MAPPING) && n < 100) {
		KUNIT_EXPECT_LT(test, dma_addr, 16 * PAGE_SIZE);
		n++;
	}
	/* From page 15 down to page 1: page 0 is never handed out. init's buffer is far above. */
	KUNIT_EXPECT_EQ(test, n, 8);

	for (i = 1; i < t->dma->calls; i++) {
		call = kunit_dma_nth_call(t->dma, i);
		dma_free_attrs(t->dev, call->size, call->cpu_addr, call->dma_addr, NO_MAPPING);
	}

	/* A buffer can be as large as alignment and mask allow, and no larger. */
	KUNIT_EXPECT_NULL(test, dma_alloc_attrs(t->dev, 8 * PAGE_SIZE + 1, &dma_addr, GFP_KERNEL,
						NO_MAPPING));
	t->cpu_addr = dma_alloc_attrs(t->dev, 8 * PAGE_SIZE, &dma_addr, GFP_KERNEL, NO_MAPPING);
	KUNIT_ASSERT_NOT_NULL(test, t->cpu_addr);
	KUNIT_EXPECT_EQ(test, dma_addr, 8 * PAGE_SIZE);
	dma_free_attrs(t->dev, 8 * PAGE_SIZE, t->cpu_addr, dma_addr, NO_MAPPING);

	t->dev->coherent_dma_mask = DMA_BIT_MASK(64);
	KUNIT_EXPECT_NULL(test, dma_alloc_attrs(t->dev, SIZE_MAX - PAGE_SIZE + 1, &dma_addr,
						GFP_KERNEL, NO_MAPPING));
	t->dev->bus_dma_limit = 8 * PAGE_SIZE - 1;
	KUNIT_EXPECT_NULL(test, dma_alloc_attrs(t->dev, 8 * PAGE_SIZE, &dma_addr, GFP_KERNEL,
						NO_MAPPING));
	expect_clean(test);
}

/* Succeeds if the Nth call fails, and that one alone. */
static void fail_nth(struct kunit *test)
{
	struct kunit_dma_test *t = test->priv;
	dma_addr_t dma_addr[4];
	void *cpu_addr[4];
	int i;

	kunit_dma_fail_nth(t->dma, 2);
	for (i = 0; i < 4; i++) {
		cpu_addr[i] = dma_alloc_attrs(t->dev, SZ_4K, &dma_addr[i], GFP_KERNEL, NO_MAPPING);
		KUNIT_EXPECT_EQ(test, !cpu_addr[i], i == 1);
	}
	KUNIT_EXPECT_EQ(test, t->dma->calls, 5);
	KUNIT_EXPECT_EQ(test, t->dma->nr_live, 4);

	/* The failed one is on record with its arguments, and is nothing that could be freed. */
	KUNIT_EXPECT_NULL(test, kunit_dma_nth_call(t->dma, 3)->cpu_addr);
	KUNIT_EXPECT_EQ(test, kunit_dma_nth_call(t->dma, 3)->size, SZ_4K);

	kunit_dma_fail_nth(t->dma, 1);
	kunit_dma_fail_nth(t->dma, 0);
	dma_free_attrs(t->dev, SZ_4K, cpu_addr[3], dma_addr[3], NO_MAPPING);
	cpu_addr[3] = dma_alloc_attrs(t->dev, SZ_4K, &dma_addr[3], GFP_KERNEL, NO_MAPPING);
	KUNIT_EXPECT_NOT_NULL(test, cpu_addr[3]);

	for (i = 0; i < 4; i++) {
		if (cpu_addr[i])
			dma_free_attrs(t->dev, SZ_4K, cpu_addr[i], dma_addr[i], NO_MAPPING);
	}
	dma_free_attrs(t->dev, SZ_4K, t->cpu_addr, t->dma_addr, NO_MAPPING);
	expect_clean(test);
}

/* Succeeds if every argument is on record, and the order of frees. */
static void calls_are_recorded(struct kunit *test)
{
	struct kunit_dma_test *t = test->priv;
	const struct kunit_dma_call *call;
	dma_addr_t dma_addr;
	void *cpu_addr;

	cpu_addr = dma_alloc_attrs(t->other, 100, &dma_addr, GFP_ATOMIC,
				   NO_MAPPING | DMA_ATTR_NO_WARN);
	KUNIT_ASSERT_NOT_NULL(test, cpu_addr);

	call = kunit_dma_nth_call(t->dma, 2);
	KUNIT_ASSERT_NOT_NULL(test, call);
	KUNIT_EXPECT_PTR_EQ(test, call->dev, t->other);
	KUNIT_EXPECT_PTR_EQ(test, call->cpu_addr, cpu_addr);
	KUNIT_EXPECT_EQ(test, call->dma_addr, dma_addr);
	KUNIT_EXPECT_EQ(test, call->size, 100);
	KUNIT_EXPECT_EQ(test, call->attrs, NO_MAPPING | DMA_ATTR_NO_WARN);
	KUNIT_EXPECT_EQ(test, (__force u32)call->gfp, (__force u32)GFP_ATOMIC);
	KUNIT_EXPECT_EQ(test, call->dir, DMA_NONE);
	KUNIT_EXPECT_EQ(test, call->freed, 0);
	KUNIT_EXPECT_NULL(test, kunit_dma_nth_call(t->dma, 0));
	KUNIT_EXPECT_NULL(test, kunit_dma_nth_call(t->dma, 3));

	dma_free_attrs(t->other, 100, cpu_addr, dma_addr, NO_MAPPING | DMA_ATTR_NO_WARN);
	dma_free_attrs(t->dev, SZ_4K, t->cpu_addr, t->dma_addr, NO_MAPPING);
	KUNIT_EXPECT_EQ(test, call->freed, 1);
	KUNIT_EXPECT_EQ(test, kunit_dma_nth_call(t->dma, 1)->freed, 2);
	expect_clean(test);
}

/* Succeeds if a buffer with a kernel mapping is zeroed memory of its own, until it is freed. */
static void mapped_buffer_is_zeroed_memory(struct kunit *test)
{
	const gfp_t gfps[] = { GFP_KERNEL, GFP_ATOMIC };
	struct kunit_dma_test *t = test->priv;
	const size_t size = 3 * PAGE_SIZE;
	dma_addr_t dma_addr;
	struct page *page;
	void *cpu_addr;
	int i, ms;

	dma_free_attrs(t->dev, SZ_4K, t->cpu_addr, t->dma_addr, NO_MAPPING);
	for (i = 0; i < ARRAY_SIZE(gfps); i++) {
		cpu_addr = dma_alloc_coherent(t->dev, size, &dma_addr, gfps[i]);
		KUNIT_ASSERT_NOT_NULL(test, cpu_addr);
		KUNIT_EXPECT_NULL(test, memchr_inv(cpu_addr, 0, size));
		memset(cpu_addr, 0xa5, size);

		/* Where memory is from vmalloc(), an access behind it faults. */
		KUNIT_EXPECT_EQ(test, is_vmalloc_addr(cpu_addr), gfpflags_allow_blocking(gfps[i]));
		if (is_vmalloc_addr(cpu_addr))
			page = vmalloc_to_page(cpu_addr + size - 1);
		else
			page = virt_to_page(cpu_addr + size - 1);
		/* Hold on to the last page, to see what happens to it. */
		get_page(page);
		KUNIT_EXPECT_EQ(test, page_count(page), 2);
		dma_free_coherent(t->dev, size, cpu_addr, dma_addr);
		/* Memory from vmalloc() is freed in a while. */
		for (ms = 0; i == 0 && page_count(page) > 1 && ms < 20000; ms += 20)
			msleep(20);
		KUNIT_EXPECT_EQ(test, page_count(page), 1);
		put_page(page);
	}
	expect_clean(test);
}

/* Succeeds if a buffer can be larger than the page allocator has it, if that may take a while. */
static void large_buffer(struct kunit *test)
{
	const size_t size = PAGE_SIZE << (MAX_PAGE_ORDER + 1);
	struct kunit_dma_test *t = test->priv;
	dma_addr_t dma_addr;
	void *cpu_addr;

	dma_free_attrs(t->dev, SZ_4K, t->cpu_addr, t->dma_addr, NO_MAPPING);
	cpu_addr = dma_alloc_coherent(t->dev, size, &dma_addr, GFP_KERNEL | __GFP_NOWARN);
	KUNIT_ASSERT_NOT_NULL(test, cpu_addr);
	dma_free_coherent(t->dev, size, cpu_addr, dma_addr);

	/* Else it fails, and silently if that is asked for. The failed one is on record. */
	cpu_addr = dma_alloc_attrs(t->dev, size, &dma_addr, GFP_ATOMIC, DMA_ATTR_NO_WARN);
	KUNIT_EXPECT_NULL(test, cpu_addr);
	KUNIT_ASSERT_EQ(test, t->dma->calls, 3);
	KUNIT_EXPECT_NULL(test, kunit_dma_nth_call(t->dma, 3)->cpu_addr);
	KUNIT_EXPECT_EQ(test, kunit_dma_nth_call(t->dma, 3)->dma_addr, 0);
	KUNIT_EXPECT_EQ(test, kunit_dma_nth_call(t->dma, 3)->size, size);
	KUNIT_EXPECT_EQ(test, t->dma->nr_live, 0);
	expect_clean(test);
}

/* Succeeds if no buffer has size 0 or SIZE_MAX. */
static void extreme_sizes(struct kunit *test)
{
	const size_t sizes[] = { 0, SIZE_MAX, SIZE_MAX - PAGE_SIZE, SIZE_MAX / 2 };
	const unsigned long attrs[] = { NO_MAPPING, DMA_ATTR_NO_WARN };
	struct kunit_dma_test *t = test->priv;
	dma_addr_t dma_addr;
	int i, j;

	/* No more than that, where DMA addresses are wider than pointers. */
	t->dev->coherent_dma_mask = SIZE_MAX;
	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		for (j = 0; j < ARRAY_SIZE(attrs); j++) {
			KUNIT_EXPECT_NULL(test, dma_alloc_attrs(t->dev, sizes[i], &dma_addr,
								GFP_KERNEL, attrs[j]));
		}
	}
	KUNIT_EXPECT_EQ(test, t->dma->nr_live, 1);
	dma_free_attrs(t->dev, SZ_4K, t->cpu_addr, t->dma_addr, NO_MAPPING);
	expect_clean(test);
}

/* Succeeds if what the CPU writes behind the end of a buffer fails the test. */
static void written_behind_the_end(struct kunit *test)
{
	struct kunit_dma_test *t = test->priv;
	dma_addr_t dma_addr;
	u8 *cpu_addr;

	dma_free_attrs(t->dev, SZ_4K, t->cpu_addr, t->dma_addr, NO_MAPPING);
	cpu_addr = dma_alloc_coherent(t->dev, 100, &dma_addr, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, cpu_addr);
	cpu_addr[99] = 0;
	dma_free_coherent(t->dev, 100, cpu_addr, dma_addr);
	KUNIT_EXPECT_EQ(test, t->dma->errors, 0);

	cpu_addr = dma_alloc_coherent(t->dev, 100, &dma_addr, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, cpu_addr);
	cpu_addr[100] = 0;
	dma_free_coherent(t->dev, 100, cpu_addr, dma_addr);
	expect_error(test,
		     "dma_alloc_attrs() (call 3): the CPU has written behind the end of its 100 bytes");
}

/* Succeeds if a free that does not know of encryption is no error. */
static void free_without_internal_attr(struct kunit *test)
{
	struct kunit_dma_test *t = test->priv;
	dma_addr_t dma_addr;
	void *cpu_addr;

	skip_with_dma_debug(test);
	dma_free_attrs(t->dev, SZ_4K, t->cpu_addr, t->dma_addr, NO_MAPPING);
	cpu_addr = get_dma_ops(t->dev)->alloc(t->dev, SZ_4K, &dma_addr, GFP_KERNEL,
					      __DMA_ATTR_ALLOC_CC_SHARED);
	KUNIT_ASSERT_NOT_NULL(test, cpu_addr);
	dma_free_coherent(t->dev, SZ_4K, cpu_addr, dma_addr);
	expect_clean(test);
}

/* Succeeds if buffers can be allocated and freed, and errors reported, where sleeping is wrong. */
static void atomic_context(struct kunit *test)
{
	struct kunit_dma_test *t = test->priv;
	spinlock_t lock;	/* any that makes the context atomic */
	dma_addr_t dma_addr;
	void *cpu_addr;

	skip_with_dma_debug(test);
	spin_lock_init(&lock);
	spin_lock(&lock);
	cpu_addr = dma_alloc_attrs(t->dev, SZ_4K, &dma_addr, GFP_ATOMIC, NO_MAPPING);
	dma_free_attrs(t->dev, SZ_4K, t->cpu_addr, t->dma_addr, NO_MAPPING);
	dma_free_attrs(t->dev, SZ_8K, cpu_addr, dma_addr, NO_MAPPING);
	spin_unlock(&lock);

	KUNIT_EXPECT_NOT_NULL(test, cpu_addr);
	expect_error(test,
		     "dma_free_attrs(): size 8192, but dma_alloc_attrs() (call 2) was given 4096");
}

/* Maps memory, and frees the buffer that is not needed then. */
static dma_addr_t map_instead(struct kunit *test, size_t size, enum dma_data_direction dir)
{
	struct kunit_dma_test *t = test->priv;
	void *buf = kunit_kmalloc(test, size, GFP_KERNEL);
	dma_addr_t dma_addr;

	KUNIT_ASSERT_NOT_NULL(test, buf);
	dma_free_attrs(t->dev, SZ_4K, t->cpu_addr, t->dma_addr, NO_MAPPING);
	dma_addr = dma_map_single(t->dev, buf, size, dir);
	KUNIT_ASSERT_EQ(test, 0, dma_mapping_error(t->dev, dma_addr));
	KUNIT_ASSERT_EQ(test, t->dma->nr_live, 1);
	return dma_addr;
}

/* Succeeds if a mapping that is undone as it was made is no error. */
static void map_right_use(struct kunit *test)
{
	struct kunit_dma_test *t = test->priv;
	void *buf = kunit_kmalloc(test, SZ_8K, GFP_KERNEL);
	const struct kunit_dma_call *call;
	dma_addr_t dma_addr, second;

	KUNIT_ASSERT_NOT_NULL(test, buf);
	dma_free_attrs(t->dev, SZ_4K, t->cpu_addr, t->dma_addr, NO_MAPPING);

	dma_addr = dma_map_single(t->dev, buf + 10, 5000, DMA_TO_DEVICE);
	KUNIT_ASSERT_EQ(test, 0, dma_mapping_error(t->dev, dma_addr));
	KUNIT_EXPECT_EQ(test, offset_in_page(dma_addr), offset_in_page(buf + 10));
	KUNIT_EXPECT_EQ(test, t->dma->nr_live, 1);
	call = kunit_dma_nth_call(t->dma, t->dma->calls);
	KUNIT_EXPECT_EQ(test, call->size, 5000);
	KUNIT_EXPECT_EQ(test, call->dir, DMA_TO_DEVICE);
	KUNIT_EXPECT_EQ(test, call->dma_addr, dma_addr);
	KUNIT_EXPECT_FALSE(test, call->gfp);

	dma_sync_single_for_cpu(t->dev, dma_addr, 5000, DMA_TO_DEVICE);
	dma_unmap_single(t->dev, dma_addr, 5000, DMA_TO_DEVICE);
	KUNIT_EXPECT_EQ(test, t->dma->nr_live, 0);

	kunit_dma_fail_nth(t->dma, 1);
	dma_addr = dma_map_single(t->dev, buf, 5000, DMA_TO_DEVICE);
	KUNIT_EXPECT_NE(test, 0, dma_mapping_error(t->dev, dma_addr));

	/* There is one page below this mask that can be handed out. */
	*t->dev->dma_mask = 2 * PAGE_SIZE - 1;
	dma_addr = dma_map_single(t->dev, buf, 1, DMA_TO_DEVICE);
	KUNIT_EXPECT_EQ(test, 0, dma_mapping_error(t->dev, dma_addr));
	second = dma_map_single(t->dev, buf, 1, DMA_TO_DEVICE);
	KUNIT_EXPECT_NE(test, 0, dma_mapping_error(t->dev, second));
	dma_unmap_single(t->dev, dma_addr, 1, DMA_TO_DEVICE);

	/* And none below this one. */
	*t->dev->dma_mask = 0;
	dma_addr = dma_map_single(t->dev, buf, 1, DMA_TO_DEVICE);
	KUNIT_EXPECT_NE(test, 0, dma_mapping_error(t->dev, dma_addr));
	expect_clean(test);
}

/* Succeeds if an unmap with another size than at mapping fails the test. */
static void unmap_other_size(struct kunit *test)
{
	struct kunit_dma_test *t = test->priv;
	dma_addr_t dma_addr;

	skip_with_dma_debug(test);
	dma_addr = map_instead(test, SZ_8K, DMA_FROM_DEVICE);
	dma_unmap_single(t->dev, dma_addr, SZ_4K, DMA_FROM_DEVICE);
	expect_error(test, "dma_unmap_*(): size 4096, but dma_map_*() (call 2) was given 8192");
}

/* Succeeds if an unmap with another direction than at mapping fails the test. */
static void unmap_other_direction(struct kunit *test)
{
	struct kunit_dma_test *t = test->priv;
	dma_addr_t dma_addr;

	skip_with_dma_debug(test);
	dma_addr = map_instead(test, SZ_4K, DMA_FROM_DEVICE);
	dma_unmap_single(t->dev, dma_addr, SZ_4K, DMA_TO_DEVICE);
	expect_error(test,
		     "dma_unmap_*(): direction DMA_TO_DEVICE, but dma_map_*() (call 2) was given DMA_FROM_DEVICE");
}

/* Succeeds if a second unmap fails the test, as does one of what was never mapped. */
static void unmap_not_mapped(struct kunit *test)
{
	struct kunit_dma_test *t = test->priv;
	void *buf = kunit_kmalloc(test, SZ_4K, GFP_KERNEL);
	dma_addr_t dma_addr;

	skip_with_dma_debug(test);
	KUNIT_ASSERT_NOT_NULL(test, buf);
	dma_addr = dma_map_single(t->dev, buf, SZ_4K, DMA_FROM_DEVICE);
	dma_unmap_single(t->dev, dma_addr, SZ_4K, DMA_FROM_DEVICE);
	KUNIT_EXPECT_EQ(test, t->dma->errors, 0);

	dma_unmap_single(t->dev, dma_addr, SZ_4K, DMA_FROM_DEVICE);
	KUNIT_EXPECT_EQ(test, t->dma->errors, 1);
	expect_words(test, "dma_unmap_*() of 4096 bytes");
	expect_words(test, "(call 2): second time");

	/* A coherent buffer is no mapping. */
	dma_unmap_single(t->dev, t->dma_addr, SZ_4K, DMA_FROM_DEVICE);
	KUNIT_EXPECT_EQ(test, t->dma->errors, 2);
	expect_words(test, "no dma_map_*() returned that");
	dma_free_attrs(t->dev, SZ_4K, t->cpu_addr, t->dma_addr, NO_MAPPING);
	KUNIT_EXPECT_EQ(test, t->dma->errors, 2);

	/* Nor is one that has been freed, nor anything beside another mapping. */
	dma_unmap_single(t->dev, t->dma_addr, SZ_4K, DMA_FROM_DEVICE);
	KUNIT_EXPECT_EQ(test, t->dma->errors, 3);
	dma_addr = dma_map_single(t->dev, buf, SZ_4K, DMA_FROM_DEVICE);
	dma_unmap_single(t->dev, dma_addr + SZ_1M, SZ_4K, DMA_FROM_DEVICE);
	KUNIT_EXPECT_EQ(test, t->dma->errors, 4);
	expect_words(test, "no dma_map_*() returned that");
	KUNIT_EXPECT_EQ(test, t->dma->nr_live, 1);
	dma_unmap_single(t->dev, dma_addr, SZ_4K, DMA_FROM_DEVICE);
	KUNIT_EXPECT_EQ(test, t->dma->errors, 4);
}

/* Succeeds if a buffer with a kernel mapping fails it likewise, and its memory is not lost. */
static void mapped_buffer_leak(struct kunit *test)
{
	struct kunit_dma_test *t = test->priv;
	dma_addr_t dma_addr;
	struct page *page;
	void *cpu_addr;

	skip_with_dma_debug(test);
	dma_free_attrs(t->dev, SZ_4K, t->cpu_addr, t->dma_addr, NO_MAPPING);
	cpu_addr = dma_alloc_coherent(t->dev, SZ_4K, &dma_addr, GFP_ATOMIC);
	KUNIT_ASSERT_NOT_NULL(test, cpu_addr);
	page = virt_to_page(cpu_addr);
	get_page(page);
	KUNIT_EXPECT_EQ(test, page_count(page), 2);
	expect_error_at_end(test);
	KUNIT_EXPECT_EQ(test, page_count(page), 1);
	put_page(page);
}

/* Succeeds if a mapping that is still there at the end fails the test. */
static void map_leak(struct kunit *test)
{
	skip_with_dma_debug(test);
	map_instead(test, SZ_4K, DMA_FROM_DEVICE);
	expect_error_at_end(test);
}

/* Succeeds if a scatterlist is mapped whole or, when one entry fails, not at all. */
static void map_sg(struct kunit *test)
{
	struct kunit_dma_test *t = test->priv;
	struct scatterlist sgl[3], *sg;
	void *buf[3];
	int i;

	dma_free_attrs(t->dev, SZ_4K, t->cpu_addr, t->dma_addr, NO_MAPPING);
	sg_init_table(sgl, ARRAY_SIZE(sgl));
	for_each_sg(sgl, sg, ARRAY_SIZE(sgl), i) {
		buf[i] = kunit_kmalloc(test, SZ_4K, GFP_KERNEL);
		KUNIT_ASSERT_NOT_NULL(test, buf[i]);
		sg_set_buf(sg, buf[i], 100 + i);
	}

	KUNIT_ASSERT_EQ(test, 3, dma_map_sg_attrs(t->dev, sgl, 3, DMA_TO_DEVICE,
						  DMA_ATTR_WEAK_ORDERING));
	KUNIT_EXPECT_EQ(test, kunit_dma_nth_call(t->dma, 2)->attrs, DMA_ATTR_WEAK_ORDERING);
	KUNIT_EXPECT_EQ(test, t->dma->nr_live, 3);
	for_each_sg(sgl, sg, ARRAY_SIZE(sgl), i)
		KUNIT_EXPECT_EQ(test, sg_dma_len(sg), 100 + i);
	dma_unmap_sg(t->dev, sgl, 3, DMA_TO_DEVICE);
	KUNIT_EXPECT_EQ(test, t->dma->nr_live, 0);

	for (i = 1; i <= 3; i++) {
		kunit_dma_fail_nth(t->dma, i);
		KUNIT_EXPECT_EQ(test, 0, dma_map_sg(t->dev, sgl, 3, DMA_TO_DEVICE));
		KUNIT_EXPECT_EQ(test, t->dma->nr_live, 0);
	}
	expect_clean(test);
}

/* A list whose entries begin and end as given, in pages. Frees the buffer that is not needed. */
static struct scatterlist *sg_list(struct kunit *test, unsigned int nents, const size_t (*at)[2])
{
	struct kunit_dma_test *t = test->priv;
	struct scatterlist *sgl;
	unsigned int i;
	void *pages;

	dma_free_attrs(t->dev, SZ_4K, t->cpu_addr, t->dma_addr, NO_MAPPING);
	sgl = kunit_kmalloc_array(test, nents, sizeof(*sgl), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, sgl);
	sg_init_table(sgl, nents);
	for (i = 0; i < nents; i++) {
		/* Memory that is allocated so is aligned to its size. */
		pages = kunit_kzalloc(test, roundup_pow_of_two(max(at[i][1] + 1, PAGE_SIZE)),
				      GFP_KERNEL);
		KUNIT_ASSERT_NOT_NULL(test, pages);
		KUNIT_ASSERT_TRUE(test, IS_ALIGNED((unsigned long)pages, PAGE_SIZE));
		sg_set_buf(&sgl[i], pages + at[i][0], at[i][1] - at[i][0]);
	}
	return sgl;
}

/* Succeeds if entries that meet at a page boundary are one, as behind an IOMMU. */
static void map_sg_merges(struct kunit *test)
{
	const size_t at[][2] = {
		{ 100, PAGE_SIZE }, { 0, 2 * PAGE_SIZE }, { 0, PAGE_SIZE - 8 },	/* are one */
		{ 0, PAGE_SIZE },		/* is not part of it: its end is not aligned */
		{ 8, PAGE_SIZE + 8 },		/* nor is this start */
	};
	struct kunit_dma_test *t = test->priv;
	struct scatterlist *sgl = sg_list(test, ARRAY_SIZE(at), at);
	unsigned int i;

	KUNIT_ASSERT_EQ(test, 3, dma_map_sg(t->dev, sgl, ARRAY_SIZE(at), DMA_BIDIRECTIONAL));
	KUNIT_EXPECT_EQ(test, t->dma->nr_live, 3);
	KUNIT_EXPECT_EQ(test, sg_dma_len(&sgl[0]), 4 * PAGE_SIZE - 108);
	KUNIT_EXPECT_EQ(test, offset_in_page(sg_dma_address(&sgl[0])), 100);
	KUNIT_EXPECT_EQ(test, sg_dma_len(&sgl[1]), PAGE_SIZE);
	KUNIT_EXPECT_EQ(test, sg_dma_len(&sgl[2]), PAGE_SIZE);
	KUNIT_EXPECT_EQ(test, offset_in_page(sg_dma_address(&sgl[2])), 8);
	for (i = 0; i < ARRAY_SIZE(at); i++)
		KUNIT_EXPECT_EQ(test, sgl[i].length, at[i][1] - at[i][0]);
	dma_unmap_sg(t->dev, sgl, ARRAY_SIZE(at), DMA_BIDIRECTIONAL);
	KUNIT_EXPECT_EQ(test, t->dma->nr_live, 0);
	KUNIT_EXPECT_EQ(test, t->dma->errors, 0);

	/* No longer than the device takes, nor across a boundary. */
	dma_set_max_seg_size(t->dev, 3 * PAGE_SIZE);
	KUNIT_EXPECT_EQ(test, 4, dma_map_sg(t->dev, sgl, ARRAY_SIZE(at), DMA_BIDIRECTIONAL));
	KUNIT_EXPECT_EQ(test, sg_dma_len(&sgl[0]), 3 * PAGE_SIZE - 100);
	dma_unmap_sg(t->dev, sgl, ARRAY_SIZE(at), DMA_BIDIRECTIONAL);
	dma_set_max_seg_size(t->dev, 4 * PAGE_SIZE - 108);
	KUNIT_EXPECT_EQ(test, 3, dma_map_sg(t->dev, sgl, ARRAY_SIZE(at), DMA_BIDIRECTIONAL));
	KUNIT_EXPECT_EQ(test, sg_dma_len(&sgl[3]), 0);
	dma_unmap_sg(t->dev, sgl, ARRAY_SIZE(at), DMA_BIDIRECTIONAL);

	dma_set_max_seg_size(t->dev, SZ_1M);
	t->dma->max_mapping_size = 3 * PAGE_SIZE;
	KUNIT_EXPECT_EQ(test, 4, dma_map_sg(t->dev, sgl, ARRAY_SIZE(at), DMA_BIDIRECTIONAL));
	KUNIT_EXPECT_EQ(test, sg_dma_len(&sgl[0]), 3 * PAGE_SIZE - 100);
	dma_unmap_sg(t->dev, sgl, ARRAY_SIZE(at), DMA_BIDIRECTIONAL);
	t->dma->max_mapping_size = SIZE_MAX;

	dma_set_seg_boundary(t->dev, 2 * PAGE_SIZE - 1);
	KUNIT_EXPECT_EQ(test, 5, dma_map_sg(t->dev, sgl, ARRAY_SIZE(at), DMA_BIDIRECTIONAL));
	for (i = 0; i < ARRAY_SIZE(at); i++)
		KUNIT_EXPECT_LE(test, sg_dma_address(&sgl[i]) % (2 * PAGE_SIZE) +
				sg_dma_len(&sgl[i]), 2 * PAGE_SIZE);
	dma_unmap_sg(t->dev, sgl, ARRAY_SIZE(at), DMA_BIDIRECTIONAL);
	expect_clean(test);
}

/* Succeeds if an entry that is longer than the device said that it takes fails the test. */
static void map_sg_limits(struct kunit *test)
{
	struct kunit_dma_test *t = test->priv;
	const size_t at[][2] = { { 8, SZ_4K + 4 } };
	struct scatterlist *sgl = sg_list(test, 1, at);

	skip_with_dma_debug(test);
	dma_set_max_seg_size(t->dev, SZ_4K - 4);
	KUNIT_EXPECT_EQ(test, 1, dma_map_sg(t->dev, sgl, 1, DMA_TO_DEVICE));
	dma_unmap_sg(t->dev, sgl, 1, DMA_TO_DEVICE);
	KUNIT_EXPECT_EQ(test, t->dma->errors, 0);

	dma_set_max_seg_size(t->dev, SZ_4K - 5);
	KUNIT_EXPECT_EQ(test, 1, dma_map_sg(t->dev, sgl, 1, DMA_TO_DEVICE));
	dma_unmap_sg(t->dev, sgl, 1, DMA_TO_DEVICE);
	KUNIT_EXPECT_EQ(test, t->dma->errors, 1);
	expect_words(test, "dma_map_sg(): entry of 4092 bytes, but the device takes 4091");
	expect_name(test, ", called by ", __func__);

	dma_set_max_seg_size(t->dev, SZ_1M);
	dma_set_seg_boundary(t->dev, SZ_4K - 1);
	KUNIT_EXPECT_EQ(test, 1, dma_map_sg(t->dev, sgl, 1, DMA_TO_DEVICE));
	dma_unmap_sg(t->dev, sgl, 1, DMA_TO_DEVICE);
	KUNIT_EXPECT_EQ(test, t->dma->errors, 2);
	expect_words(test, "and none across 0xfff");
}

/* A list of three entries, which are one DMA segment. */
static struct scatterlist *map_sg_of_three(struct kunit *test)
{
	const size_t at[][2] = { { 0, PAGE_SIZE }, { 0, PAGE_SIZE }, { 0, PAGE_SIZE } };
	struct kunit_dma_test *t = test->priv;
	struct scatterlist *sgl;

	skip_with_dma_debug(test);
	sgl = sg_list(test, 3, at);
	KUNIT_ASSERT_EQ(test, 1, dma_map_sg(t->dev, sgl, 3, DMA_FROM_DEVICE));
	return sgl;
}

/* Succeeds if a list that is unmapped with another number of entries fails the test. */
static void unmap_sg_other_nents(struct kunit *test)
{
	struct scatterlist *sgl = map_sg_of_three(test);
	struct kunit_dma_test *t = test->priv;

	dma_unmap_sg(t->dev, sgl, 1, DMA_FROM_DEVICE);
	expect_error(test, "dma_unmap_sg(): 1 entries, but dma_map_sg() (call 2) was given 3");
}

/* Succeeds if a list that is synced with another number of entries fails the test. */
static void sync_sg_other_nents(struct kunit *test)
{
	struct scatterlist *sgl = map_sg_of_three(test);
	struct kunit_dma_test *t = test->priv;

	dma_sync_sg_for_device(t->dev, sgl, 3, DMA_FROM_DEVICE);
	dma_sync_sg_for_cpu(t->dev, sgl, 3, DMA_FROM_DEVICE);
	/* A part has no entries. */
	dma_sync_single_for_cpu(t->dev, sg_dma_address(sgl), 1, DMA_FROM_DEVICE);
	KUNIT_EXPECT_EQ(test, t->dma->errors, 0);
	dma_sync_sg_for_cpu(t->dev, sgl, 1, DMA_FROM_DEVICE);
	KUNIT_EXPECT_EQ(test, t->dma->errors, 1);
	dma_unmap_sg(t->dev, sgl, 3, DMA_FROM_DEVICE);
	expect_error(test,
		     "dma_sync_*_for_cpu(): 1 entries, but dma_map_sg() (call 2) was given 3");
}

/* Succeeds if a list that could not be mapped can't be used without failing the test. */
static void use_of_unmapped_sg(struct kunit *test)
{
	const size_t at[][2] = { { 0, PAGE_SIZE }, { 0, PAGE_SIZE } };
	struct kunit_dma_test *t = test->priv;
	struct scatterlist *sgl;

	skip_with_dma_debug(test);
	sgl = sg_list(test, 2, at);
	kunit_dma_fail_nth(t->dma, 1);
	KUNIT_EXPECT_EQ(test, 0, dma_map_sg(t->dev, sgl, 2, DMA_TO_DEVICE));
	KUNIT_EXPECT_EQ(test, t->dma->errors, 0);
	dma_sync_sg_for_device(t->dev, sgl, 2, DMA_TO_DEVICE);
	KUNIT_EXPECT_EQ(test, t->dma->errors, 1);
	expect_words(test, "dma_sync_*_for_device() of 0 bytes at DMA_MAPPING_ERROR");
	dma_unmap_sg(t->dev, sgl, 2, DMA_TO_DEVICE);
	KUNIT_EXPECT_EQ(test, t->dma->errors, 2);
	expect_words(test, "dma_unmap_sg() of 0 bytes at DMA_MAPPING_ERROR");
}

/* Succeeds if another function's unmap fails the test. */
static void unmap_by_other_function(struct kunit *test)
{
	const size_t at[][2] = { { 0, PAGE_SIZE } };
	struct kunit_dma_test *t = test->priv;
	struct scatterlist *sgl;
	dma_addr_t dma_addr;

	skip_with_dma_debug(test);
	sgl = sg_list(test, 1, at);
	KUNIT_ASSERT_EQ(test, 1, dma_map_sg(t->dev, sgl, 1, DMA_TO_DEVICE));
	dma_unmap_page(t->dev, sg_dma_address(sgl), PAGE_SIZE, DMA_TO_DEVICE);
	expect_error(test, "dma_unmap_*(): wrong function for what dma_map_sg() (call 2) returned");

	/* A register is no memory. */
	dma_addr = dma_map_resource(t->dev, SZ_1M, 4, DMA_TO_DEVICE, 0);
	KUNIT_ASSERT_EQ(test, 0, dma_mapping_error(t->dev, dma_addr));
	dma_unmap_page(t->dev, dma_addr, 4, DMA_TO_DEVICE);
	KUNIT_EXPECT_EQ(test, t->dma->errors, 2);
	expect_message(test,
		       "dma_unmap_*(): wrong function for what dma_map_resource() (call 3) returned");

	dma_addr = dma_map_resource(t->dev, SZ_1M, 4, DMA_TO_DEVICE, 0);
	KUNIT_ASSERT_EQ(test, 0, dma_mapping_error(t->dev, dma_addr));
	dma_unmap_resource(t->dev, dma_addr, 4, DMA_TO_DEVICE, 0);
	KUNIT_EXPECT_EQ(test, t->dma->errors, 2);

	sg_dma_address(sgl) = dma_map_page(t->dev, sg_page(sgl), 0, PAGE_SIZE, DMA_TO_DEVICE);
	KUNIT_ASSERT_EQ(test, 0, dma_mapping_error(t->dev, sg_dma_address(sgl)));
	dma_unmap_sg(t->dev, sgl, 1, DMA_TO_DEVICE);
	KUNIT_EXPECT_EQ(test, t->dma->errors, 3);
	expect_message(test,
		       "dma_unmap_sg(): wrong function for what dma_map_*() (call 5) returned");
}

/* Succeeds if what is unmapped in its middle is what the message is about. */
static void unmap_in_the_middle(struct kunit *test)
{
	struct kunit_dma_test *t = test->priv;
	dma_addr_t dma_addr;

	skip_with_dma_debug(test);
	dma_addr = map_instead(test, SZ_4K, DMA_TO_DEVICE);
	dma_unmap_single(t->dev, dma_addr + 8, SZ_4K, DMA_TO_DEVICE);
	expect_words(test, "dma_unmap_*(): DMA address 0x");
	expect_words(test, "(call 2) returned 0x");
	KUNIT_EXPECT_EQ(test, t->dma->errors, 1);
	KUNIT_EXPECT_EQ(test, t->dma->nr_live, 0);
}

/* Succeeds if a second unmap is not taken for one in the middle of what is there now. */
static void double_unmap(struct kunit *test)
{
	struct kunit_dma_test *t = test->priv;
	dma_addr_t dma_addr, now;
	void *page;

	skip_with_dma_debug(test);
	page = kunit_kzalloc(test, PAGE_SIZE, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, page);
	dma_free_attrs(t->dev, SZ_4K, t->cpu_addr, t->dma_addr, NO_MAPPING);
	/* There is one page below this mask that can be handed out. */
	*t->dev->dma_mask = 2 * PAGE_SIZE - 1;
	dma_addr = dma_map_single(t->dev, page + 8, 8, DMA_TO_DEVICE);
	KUNIT_ASSERT_EQ(test, 0, dma_mapping_error(t->dev, dma_addr));
	dma_unmap_single(t->dev, dma_addr, 8, DMA_TO_DEVICE);
	now = dma_map_single(t->dev, page, 32, DMA_TO_DEVICE);
	KUNIT_ASSERT_EQ(test, now + 8, dma_addr);

	dma_unmap_single(t->dev, dma_addr, 8, DMA_TO_DEVICE);
	expect_words(test, "(call 2): second time");
	KUNIT_EXPECT_EQ(test, t->dma->nr_live, 1);
	dma_unmap_single(t->dev, now, 32, DMA_TO_DEVICE);
	KUNIT_EXPECT_EQ(test, t->dma->errors, 1);
}

/* Succeeds if a mapping of no bytes has an address of its own. */
static void map_no_bytes(struct kunit *test)
{
	struct kunit_dma_test *t = test->priv;
	dma_addr_t dma_addr, other;
	void *page;

	page = kunit_kzalloc(test, PAGE_SIZE, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, page);
	dma_free_attrs(t->dev, SZ_4K, t->cpu_addr, t->dma_addr, NO_MAPPING);
	dma_addr = dma_map_single(t->dev, page, 0, DMA_TO_DEVICE);
	KUNIT_ASSERT_EQ(test, 0, dma_mapping_error(t->dev, dma_addr));
	other = dma_map_single(t->dev, page, 0, DMA_TO_DEVICE);
	KUNIT_ASSERT_EQ(test, 0, dma_mapping_error(t->dev, other));
	KUNIT_EXPECT_NE(test, dma_addr, other);
	dma_unmap_single(t->dev, dma_addr, 0, DMA_TO_DEVICE);
	dma_unmap_single(t->dev, other, 0, DMA_TO_DEVICE);
	expect_clean(test);
}

/* Succeeds if addresses begin at the top, where one that a driver truncates is another. */
static void addresses_from_the_top(struct kunit *test)
{
	struct kunit_dma_test *t = test->priv;
	dma_addr_t dma_addr;
	void *cpu_addr;

	KUNIT_EXPECT_GT(test, t->dma_addr, DMA_BIT_MASK(31));
	dma_free_attrs(t->dev, SZ_4K, t->cpu_addr, t->dma_addr, NO_MAPPING);

	/* A mask that is wider than those before gets addresses that are, within limits. */
	if (sizeof(dma_addr) > sizeof(u32)) {
		*t->other->dma_mask = DMA_BIT_MASK(64);
		cpu_addr = dma_alloc_attrs(t->other, SZ_4K, &dma_addr, GFP_KERNEL, NO_MAPPING);
		KUNIT_ASSERT_NOT_NULL(test, cpu_addr);
		KUNIT_EXPECT_EQ(test, dma_addr, BIT_ULL(62) - PAGE_SIZE);
		dma_free_attrs(t->other, SZ_4K, cpu_addr, dma_addr, NO_MAPPING);
	}
	expect_clean(test);
}

/* A buffer, which must be at that page of DMA address space. */
static void expect_page(struct kunit *test, struct device *dev, size_t size, unsigned int page)
{
	dma_addr_t dma_addr;

	KUNIT_ASSERT_NOT_NULL(test, dma_alloc_attrs(dev, size, &dma_addr, GFP_KERNEL, NO_MAPPING));
	KUNIT_EXPECT_EQ(test, dma_addr, page * PAGE_SIZE);
}

static void expect_no_page(struct kunit *test, struct device *dev)
{
	dma_addr_t dma_addr;

	KUNIT_EXPECT_NULL(test, dma_alloc_attrs(dev, 1, &dma_addr, GFP_KERNEL, NO_MAPPING));
}

static void free_page_of(struct kunit *test, struct device *dev, unsigned int page)
{
	const struct kunit_dma_call *call = kunit_dma_lookup(dev, page * PAGE_SIZE, 1);

	KUNIT_ASSERT_NOT_NULL(test, call);
	dma_free_attrs(dev, call->size, call->cpu_addr, call->dma_addr, NO_MAPPING);
}

/* Succeeds if buffers lie a page apart, fill what there is, and later the gaps. */
static void gaps_are_filled(struct kunit *test)
{
	struct kunit_dma_test *t = test->priv;
	unsigned int page;

	dma_free_attrs(t->dev, SZ_4K, t->cpu_addr, t->dma_addr, NO_MAPPING);
	t->dev->coherent_dma_mask = 16 * PAGE_SIZE - 1;
	for (page = 15; page <= 15; page -= 2)
		expect_page(test, t->dev, 1, page);
	expect_no_page(test, t->dev);

	/* Two pages at 14 would overlap that at 15. */
	free_page_of(test, t->dev, 11);
	free_page_of(test, t->dev, 13);
	expect_page(test, t->dev, 2 * PAGE_SIZE, 12);
	free_page_of(test, t->dev, 12);
	expect_page(test, t->dev, 1, 13);
	expect_page(test, t->dev, 1, 11);
	expect_no_page(test, t->dev);

	/* Two pages at 4 would touch that at 3. */
	free_page_of(test, t->dev, 7);
	expect_page(test, t->dev, 1, 7);
	free_page_of(test, t->dev, 5);
	free_page_of(test, t->dev, 7);
	expect_page(test, t->dev, 2 * PAGE_SIZE, 6);
	expect_no_page(test, t->dev);

	free_page_of(test, t->dev, 6);
	for (page = 15; page <= 15; page -= 2) {
		if (page != 5 && page != 7)
			free_page_of(test, t->dev, page);
	}
	expect_clean(test);
}

/* Succeeds if nothing lies beyond the last byte of a bus, nor in page 0. */
static void bus_limit_is_respected(struct kunit *test)
{
	struct kunit_dma_test *t = test->priv;
	unsigned int page;

	dma_free_attrs(t->dev, SZ_4K, t->cpu_addr, t->dma_addr, NO_MAPPING);
	t->dev->bus_dma_limit = 15 * PAGE_SIZE - 1;
	for (page = 14; page; page -= 2)
		expect_page(test, t->dev, 1, page);
	expect_no_page(test, t->dev);
	for (page = 14; page; page -= 2)
		free_page_of(test, t->dev, page);

	t->dev->bus_dma_limit = 15 * PAGE_SIZE - 2;
	expect_page(test, t->dev, 1, 13);
	free_page_of(test, t->dev, 13);
	expect_clean(test);
}

/* Succeeds if thousands of buffers are no problem. */
static void thousands_of_buffers(struct kunit *test)
{
	struct kunit_dma_test *t = test->priv;
	const struct kunit_dma_call *call;
	const unsigned int n = 5000;
	dma_addr_t dma_addr;
	unsigned int i;

	t->dev->coherent_dma_mask = DMA_BIT_MASK(32);
	for (i = 2; i <= n; i++)
		KUNIT_ASSERT_NOT_NULL(test, dma_alloc_attrs(t->dev, PAGE_SIZE, &dma_addr,
							    GFP_KERNEL, NO_MAPPING));
	for (i = 1; i <= n; i++) {
		/* From both ends, so that it is neither the first nor the last that is there. */
		call = kunit_dma_nth_call(t->dma, i % 2 ? i / 2 + 1 : n + 1 - i / 2);
		KUNIT_ASSERT_NOT_NULL(test, call);
		dma_free_attrs(t->dev, call->size, call->cpu_addr, call->dma_addr, NO_MAPPING);
	}
	KUNIT_EXPECT_EQ(test, t->dma->nr_live, 0);
	expect_clean(test);
}

/* --- the hardware's side --- */

/* All bytes that the device reads are this one. */
static void expect_dev_reads(struct kunit *test, dma_addr_t dma_addr, size_t len, u8 byte)
{
	struct kunit_dma_test *t = test->priv;
	u8 *buf = kunit_kmalloc(test, len, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, buf);
	KUNIT_EXPECT_EQ(test, 0, kunit_dma_dev_read(t->dev, dma_addr, buf, len));
	KUNIT_EXPECT_NULL_MSG(test, memchr_inv(buf, byte, len), "%c, not %c", buf[0], byte);
	kunit_kfree(test, buf);
}

/* One wrong access has been reported, and this is why. */
static void expect_fault(struct kunit *test, unsigned int errors, const char *words)
{
	struct kunit_dma_test *t = test->priv;

	KUNIT_EXPECT_EQ(test, t->dma->errors, errors);
	expect_words(test, words);
	KUNIT_EXPECT_EQ(test, t->inner.status, KUNIT_FAILURE);
	t->inner.status = KUNIT_SUCCESS;
}

/* The device reads what it was given last. The CPU has written since, which is reported. */
static void expect_dev_reads_stale(struct kunit *test, unsigned int errors, dma_addr_t dma_addr,
				   size_t len, u8 byte)
{
	expect_dev_reads(test, dma_addr, len, byte);
	expect_fault(test, errors,
		     ": the CPU has written there, without dma_sync_*_for_device() of dma_");
}

static void dev_writes(struct kunit *test, dma_addr_t dma_addr, size_t len, u8 byte)
{
	struct kunit_dma_test *t = test->priv;
	u8 *buf = kunit_kmalloc(test, len, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, buf);
	memset(buf, byte, len);
	KUNIT_EXPECT_EQ(test, 0, kunit_dma_dev_write(t->dev, dma_addr, buf, len));
	kunit_kfree(test, buf);
}

static void expect_cpu_reads(struct kunit *test, const void *buf, size_t len, u8 byte)
{
	KUNIT_EXPECT_NULL_MSG(test, memchr_inv(buf, byte, len), "%c, not %c", *(u8 *)buf, byte);
}

#define STREAM_OFFSET	100
#define STREAM_SIZE	(2 * PAGE_SIZE)		/* of three pages */
#define STREAM_HALF	(STREAM_SIZE / 2)

/* Memory with 'a' in it, not aligned to anything, and '-' around it. Unmapped. */
static u8 *stream_buffer(struct kunit *test)
{
	struct kunit_dma_test *t = test->priv;
	u8 *pages = kunit_kmalloc(test, 4 * PAGE_SIZE, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, pages);
	dma_free_attrs(t->dev, SZ_4K, t->cpu_addr, t->dma_addr, NO_MAPPING);
	memset(pages, '-', 4 * PAGE_SIZE);
	return memset(pages + STREAM_OFFSET, 'a', STREAM_SIZE);
}

static void expect_untouched_around(struct kunit *test, const u8 *buf)
{
	expect_cpu_reads(test, buf - STREAM_OFFSET, STREAM_OFFSET, '-');
	expect_cpu_reads(test, buf + STREAM_SIZE, 4 * PAGE_SIZE - STREAM_SIZE - STREAM_OFFSET, '-');
}

/* Not inlined, so that messages name it. */
static noinline dma_addr_t stream_map(struct kunit *test, u8 *buf, enum dma_data_direction dir,
				      unsigned long attrs)
{
	struct kunit_dma_test *t = test->priv;
	dma_addr_t dma_addr = dma_map_single_attrs(t->dev, buf, STREAM_SIZE, dir, attrs);

	KUNIT_ASSERT_EQ(test, 0, dma_mapping_error(t->dev, dma_addr));
	return dma_addr;
}

static unsigned long free_pages_now(void)
{
	struct sysinfo info;

	/* RCU frees after a grace period. */
	rcu_barrier();
	si_meminfo(&info);
	return info.freeram;
}

/* Succeeds if the hardware's side of buffers and mappings goes with them, and the records later. */
static void memory_is_given_back(struct kunit *test)
{
	struct kunit_dma_test *t = test->priv;
	const size_t size = 8 * 64 * PAGE_SIZE;		/* an xarray of eight leaves */
	unsigned long before, rounds;
	dma_addr_t dma_addr;
	void *cpu_addr;
	size_t at;
	u8 *buf;

	/* Others have pages that are neither free nor in use. */
	if (!IS_ENABLED(CONFIG_UML)) {
		dma_free_attrs(t->dev, SZ_4K, t->cpu_addr, t->dma_addr, NO_MAPPING);
		kunit_skip(test, "counts free pages, as it can on UML");
	}
	buf = stream_buffer(test);
	before = free_pages_now();
	for (rounds = 0; rounds < 2000; rounds++) {
		dma_addr = stream_map(test, buf, DMA_TO_DEVICE, 0);
		dma_unmap_single(t->dev, dma_addr, STREAM_SIZE, DMA_TO_DEVICE);
		kunit_dma_fail_nth(t->dma, 1);
		dma_addr = dma_map_single(t->dev, buf, STREAM_SIZE, DMA_TO_DEVICE);
		KUNIT_EXPECT_NE(test, 0, dma_mapping_error(t->dev, dma_addr));
		cpu_addr = dma_alloc_attrs(t->dev, size, &dma_addr, GFP_KERNEL, NO_MAPPING);
		KUNIT_ASSERT_NOT_NULL(test, cpu_addr);
		for (at = 0; at < size; at += size / 8)
			dev_writes(test, dma_addr + at, 1, 'x');
		dma_free_attrs(t->dev, size, cpu_addr, dma_addr, NO_MAPPING);
	}
	expect_clean(test);
	KUNIT_EXPECT_GT(test, free_pages_now() + 500, before);
}

/* Succeeds if an entry without a byte is a segment, and the next crosses a boundary by one. */
static void map_sg_boundary(struct kunit *test)
{
	struct kunit_dma_test *t = test->priv;
	const size_t at[][2] = { { 0, 0 }, { 0, SZ_4K }, { 8, SZ_4K + 1 } };
	struct scatterlist *sgl = sg_list(test, ARRAY_SIZE(at), at);
	struct sg_table sgt = { .sgl = sgl, .nents = 2, .orig_nents = 2 };
	void *pages;

	skip_with_dma_debug(test);
	dma_set_max_seg_size(t->dev, SZ_64K);
	dma_set_seg_boundary(t->dev, SZ_4K - 1);
	KUNIT_EXPECT_EQ(test, 0, dma_map_sgtable(t->dev, &sgt, DMA_TO_DEVICE, 0));
	KUNIT_EXPECT_EQ(test, sgt.nents, 2);
	dma_unmap_sgtable(t->dev, &sgt, DMA_TO_DEVICE, 0);
	KUNIT_EXPECT_EQ(test, t->dma->errors, 0);

	KUNIT_EXPECT_EQ(test, 3, dma_map_sg(t->dev, sgl, 3, DMA_TO_DEVICE));
	dma_unmap_sg(t->dev, sgl, 3, DMA_TO_DEVICE);
	KUNIT_EXPECT_EQ(test, t->dma->errors, 1);
	expect_words(test, "entry of 4089 bytes, but the device takes 65536, and none across 0xf");

	/* An offset may be of more than a page. */
	pages = kunit_kzalloc(test, 2 * PAGE_SIZE, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, pages);
	memset(pages + PAGE_SIZE + 8, 'x', 16);
	sg_set_page(sgl, virt_to_page(pages), 16, PAGE_SIZE + 8);
	KUNIT_EXPECT_EQ(test, 1, dma_map_sg(t->dev, sgl, 1, DMA_TO_DEVICE));
	expect_dev_reads(test, sg_dma_address(sgl), 16, 'x');
	dma_unmap_sg(t->dev, sgl, 1, DMA_TO_DEVICE);
	KUNIT_EXPECT_EQ(test, t->dma->errors, 1);

	kunit_dma_fail_nth(t->dma, 1);
	KUNIT_EXPECT_EQ(test, -ENOMEM, dma_map_sgtable(t->dev, &sgt, DMA_TO_DEVICE, 0));
}

/* Succeeds if the device reads what was there at map, and what the CPU wrote after a sync. */
static void stream_to_device(struct kunit *test)
{
	struct kunit_dma_test *t = test->priv;
	u8 *buf = stream_buffer(test);
	dma_addr_t dma_addr = stream_map(test, buf, DMA_TO_DEVICE, 0);

	expect_dev_reads(test, dma_addr, STREAM_SIZE, 'a');
	memset(buf, 'b', STREAM_SIZE);
	expect_dev_reads_stale(test, 1, dma_addr, STREAM_SIZE, 'a');
	expect_name(test, ", mapped by ", "stream_map");
	dma_sync_single_for_cpu(t->dev, dma_addr, STREAM_SIZE, DMA_TO_DEVICE);
	expect_dev_reads_stale(test, 2, dma_addr, STREAM_SIZE, 'a');
	expect_cpu_reads(test, buf, STREAM_SIZE, 'b');
	dma_sync_single_for_device(t->dev, dma_addr, STREAM_SIZE, DMA_TO_DEVICE);
	expect_dev_reads(test, dma_addr, STREAM_SIZE, 'b');

	/* Only what the device reads is compared, across the end of a page, to the byte. */
	buf[PAGE_SIZE] = 'c';
	expect_dev_reads(test, dma_addr, PAGE_SIZE, 'b');
	expect_dev_reads(test, dma_addr + PAGE_SIZE + 1, PAGE_SIZE - 1, 'b');
	expect_dev_reads_stale(test, 3, dma_addr + PAGE_SIZE - 200, 201, 'b');
	expect_dev_reads_stale(test, 4, dma_addr, STREAM_SIZE, 'b');
	memset(buf, 'c', STREAM_SIZE);
	dma_unmap_single(t->dev, dma_addr, STREAM_SIZE, DMA_TO_DEVICE);
	expect_cpu_reads(test, buf, STREAM_SIZE, 'c');
	expect_untouched_around(test, buf);
	expect_clean(test);
}

/* Succeeds if the CPU reads what the device wrote after a sync, and all of it after unmap. */
static void stream_from_device(struct kunit *test)
{
	struct kunit_dma_test *t = test->priv;
	u8 *buf = stream_buffer(test);
	dma_addr_t dma_addr = stream_map(test, buf, DMA_FROM_DEVICE, 0);

	dev_writes(test, dma_addr, STREAM_HALF, 'x');
	expect_cpu_reads(test, buf, STREAM_SIZE, 'a');
	dma_sync_single_for_device(t->dev, dma_addr, STREAM_SIZE, DMA_FROM_DEVICE);
	expect_cpu_reads(test, buf, STREAM_SIZE, 'a');
	dma_sync_single_for_cpu(t->dev, dma_addr, STREAM_SIZE, DMA_FROM_DEVICE);
	expect_cpu_reads(test, buf, STREAM_HALF, 'x');
	/* What the device has not written is as it was at map, which was copied there, too. */
	expect_cpu_reads(test, buf + STREAM_HALF, STREAM_HALF, 'a');

	/* What the CPU writes in between is lost, also where the device has not written. */
	memset(buf, 'b', STREAM_SIZE);
	dma_sync_single_for_device(t->dev, dma_addr, STREAM_SIZE, DMA_FROM_DEVICE);
	dma_unmap_single(t->dev, dma_addr, STREAM_SIZE, DMA_FROM_DEVICE);
	expect_cpu_reads(test, buf, STREAM_HALF, 'x');
	expect_cpu_reads(test, buf + STREAM_HALF, STREAM_HALF, 'a');
	expect_untouched_around(test, buf);
	expect_clean(test);
}

/* Succeeds if both is so where both sides write. */
static void stream_bidirectional(struct kunit *test)
{
	struct kunit_dma_test *t = test->priv;
	u8 *buf = stream_buffer(test);
	dma_addr_t dma_addr = stream_map(test, buf, DMA_BIDIRECTIONAL, 0);

	expect_dev_reads(test, dma_addr, STREAM_SIZE, 'a');
	memset(buf, 'b', STREAM_SIZE);
	expect_dev_reads_stale(test, 1, dma_addr, STREAM_SIZE, 'a');
	dma_sync_single_for_device(t->dev, dma_addr, STREAM_SIZE, DMA_BIDIRECTIONAL);
	expect_dev_reads(test, dma_addr, STREAM_SIZE, 'b');
	dev_writes(test, dma_addr, STREAM_HALF, 'x');
	expect_cpu_reads(test, buf, STREAM_SIZE, 'b');
	dma_sync_single_for_cpu(t->dev, dma_addr, STREAM_SIZE, DMA_BIDIRECTIONAL);
	expect_cpu_reads(test, buf, STREAM_HALF, 'x');
	expect_cpu_reads(test, buf + STREAM_HALF, STREAM_HALF, 'b');

	/* It can be synced one way only, and then nothing goes the other way. */
	dev_writes(test, dma_addr, STREAM_SIZE, 'y');
	dma_sync_single_for_cpu(t->dev, dma_addr, STREAM_SIZE, DMA_TO_DEVICE);
	expect_cpu_reads(test, buf, STREAM_HALF, 'x');
	dma_sync_single_for_device(t->dev, dma_addr, STREAM_SIZE, DMA_FROM_DEVICE);
	expect_dev_reads(test, dma_addr, STREAM_SIZE, 'y');
	dma_sync_single_for_cpu(t->dev, dma_addr, STREAM_SIZE, DMA_FROM_DEVICE);
	expect_cpu_reads(test, buf, STREAM_SIZE, 'y');
	memset(buf, 'c', STREAM_SIZE);
	dma_sync_single_for_device(t->dev, dma_addr, STREAM_SIZE, DMA_TO_DEVICE);
	expect_dev_reads(test, dma_addr, STREAM_SIZE, 'c');
	dev_writes(test, dma_addr, STREAM_HALF, 'z');
	dma_unmap_single(t->dev, dma_addr, STREAM_SIZE, DMA_BIDIRECTIONAL);
	expect_cpu_reads(test, buf, STREAM_HALF, 'z');
	expect_cpu_reads(test, buf + STREAM_HALF, STREAM_HALF, 'c');
	expect_untouched_around(test, buf);
	expect_clean(test);
}

/* Succeeds if DMA_ATTR_SKIP_CPU_SYNC leaves it to the driver to sync. */
static void stream_skips_sync(struct kunit *test)
{
	struct kunit_dma_test *t = test->priv;
	u8 *buf = stream_buffer(test);
	dma_addr_t dma_addr = stream_map(test, buf, DMA_TO_DEVICE, DMA_ATTR_SKIP_CPU_SYNC);

	expect_dev_reads_stale(test, 1, dma_addr, STREAM_SIZE, POISON_INUSE);
	dma_sync_single_for_device(t->dev, dma_addr, STREAM_SIZE, DMA_TO_DEVICE);
	expect_dev_reads(test, dma_addr, STREAM_SIZE, 'a');
	dma_unmap_single_attrs(t->dev, dma_addr, STREAM_SIZE, DMA_TO_DEVICE,
			       DMA_ATTR_SKIP_CPU_SYNC);

	/* swiotlb copies at map nevertheless, as the device may write only a part. */
	dma_addr = stream_map(test, buf, DMA_FROM_DEVICE, DMA_ATTR_SKIP_CPU_SYNC);
	dev_writes(test, dma_addr, STREAM_HALF, 'x');
	dma_sync_single_for_cpu(t->dev, dma_addr, STREAM_SIZE, DMA_FROM_DEVICE);
	expect_cpu_reads(test, buf, STREAM_HALF, 'x');
	expect_cpu_reads(test, buf + STREAM_HALF, STREAM_HALF, 'a');
	dev_writes(test, dma_addr, STREAM_HALF, 'y');
	dma_unmap_single_attrs(t->dev, dma_addr, STREAM_SIZE, DMA_FROM_DEVICE,
			       DMA_ATTR_SKIP_CPU_SYNC);
	expect_cpu_reads(test, buf, STREAM_HALF, 'x');

	dma_addr = stream_map(test, buf, DMA_BIDIRECTIONAL, DMA_ATTR_SKIP_CPU_SYNC);
	expect_dev_reads(test, dma_addr, STREAM_HALF, 'x');
	dev_writes(test, dma_addr, STREAM_HALF, 'y');
	dma_unmap_single_attrs(t->dev, dma_addr, STREAM_SIZE, DMA_BIDIRECTIONAL,
			       DMA_ATTR_SKIP_CPU_SYNC);
	expect_cpu_reads(test, buf, STREAM_HALF, 'x');

	/* No other attribute does that. */
	dma_addr = stream_map(test, buf, DMA_TO_DEVICE, DMA_ATTR_WEAK_ORDERING);
	expect_dev_reads(test, dma_addr, STREAM_HALF, 'x');
	dma_unmap_single(t->dev, dma_addr, STREAM_SIZE, DMA_TO_DEVICE);
	dma_addr = stream_map(test, buf, DMA_FROM_DEVICE, 0);
	dev_writes(test, dma_addr, STREAM_HALF, 'z');
	dma_unmap_single_attrs(t->dev, dma_addr, STREAM_SIZE, DMA_FROM_DEVICE,
			       DMA_ATTR_WEAK_ORDERING);
	expect_cpu_reads(test, buf, STREAM_HALF, 'z');
	expect_untouched_around(test, buf);
	expect_clean(test);
}

/* Succeeds if a part can be synced, to the byte, across the end of a page. */
static void stream_partial_sync(struct kunit *test)
{
	const size_t from = PAGE_SIZE - STREAM_OFFSET - 5, len = 11;
	struct kunit_dma_test *t = test->priv;
	u8 *buf = stream_buffer(test);
	dma_addr_t dma_addr = stream_map(test, buf, DMA_BIDIRECTIONAL, 0);

	memset(buf, 'b', STREAM_SIZE);
	dma_sync_single_range_for_device(t->dev, dma_addr, from, len, DMA_BIDIRECTIONAL);
	expect_dev_reads_stale(test, 1, dma_addr, from, 'a');
	expect_dev_reads(test, dma_addr + from, len, 'b');
	expect_dev_reads_stale(test, 2, dma_addr + from + len, STREAM_SIZE - from - len, 'a');

	dev_writes(test, dma_addr, STREAM_SIZE, 'x');
	dma_sync_single_range_for_cpu(t->dev, dma_addr, from, len, DMA_BIDIRECTIONAL);
	expect_cpu_reads(test, buf, from, 'b');
	expect_cpu_reads(test, buf + from, len, 'x');
	expect_cpu_reads(test, buf + from + len, STREAM_SIZE - from - len, 'b');
	dma_unmap_single(t->dev, dma_addr, STREAM_SIZE, DMA_BIDIRECTIONAL);
	expect_cpu_reads(test, buf, STREAM_SIZE, 'x');
	expect_clean(test);
}

/* Succeeds if all that holds for scatterlists, whose entries have become one or not. */
static void stream_sg(struct kunit *test)
{
	const size_t at[][2] = {
		{ 100, PAGE_SIZE }, { 0, 2 * PAGE_SIZE }, { 0, PAGE_SIZE - 8 }, { 8, PAGE_SIZE },
	};
	struct kunit_dma_test *t = test->priv;
	struct scatterlist *sgl = sg_list(test, ARRAY_SIZE(at), at);
	dma_addr_t first, second;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(at); i++)
		memset(sg_virt(&sgl[i]), 'a' + i, sgl[i].length);
	KUNIT_ASSERT_EQ(test, 2, dma_map_sg(t->dev, sgl, ARRAY_SIZE(at), DMA_BIDIRECTIONAL));
	first = sg_dma_address(&sgl[0]);
	second = sg_dma_address(&sgl[1]);
	expect_dev_reads(test, first, PAGE_SIZE - 100, 'a');
	expect_dev_reads(test, first + PAGE_SIZE - 100, 2 * PAGE_SIZE, 'b');
	expect_dev_reads(test, first + 3 * PAGE_SIZE - 100, PAGE_SIZE - 8, 'c');
	expect_dev_reads(test, second, PAGE_SIZE - 8, 'd');

	for (i = 0; i < ARRAY_SIZE(at); i++)
		memset(sg_virt(&sgl[i]), 'A' + i, sgl[i].length);
	expect_dev_reads_stale(test, 1, second, PAGE_SIZE - 8, 'd');
	dma_sync_sg_for_device(t->dev, sgl, ARRAY_SIZE(at), DMA_TO_DEVICE);
	expect_dev_reads(test, first, PAGE_SIZE - 100, 'A');
	expect_dev_reads(test, first + PAGE_SIZE - 100, 2 * PAGE_SIZE, 'B');
	expect_dev_reads(test, first + 3 * PAGE_SIZE - 100, PAGE_SIZE - 8, 'C');
	expect_dev_reads(test, second, PAGE_SIZE - 8, 'D');

	dev_writes(test, first, 4 * PAGE_SIZE - 108, 'x');
	dev_writes(test, second, PAGE_SIZE - 8, 'y');
	expect_cpu_reads(test, sg_virt(&sgl[3]), sgl[3].length, 'D');
	dma_sync_sg_for_cpu(t->dev, sgl, ARRAY_SIZE(at), DMA_BIDIRECTIONAL);
	for (i = 0; i < ARRAY_SIZE(at); i++)
		expect_cpu_reads(test, sg_virt(&sgl[i]), sgl[i].length, i < 3 ? 'x' : 'y');

	dev_writes(test, second, PAGE_SIZE - 8, 'z');
	dma_unmap_sg(t->dev, sgl, ARRAY_SIZE(at), DMA_BIDIRECTIONAL);
	expect_cpu_reads(test, sg_virt(&sgl[3]), sgl[3].length, 'z');

	/* The device has not written to what is mapped in part, and unmapped again. */
	KUNIT_ASSERT_EQ(test, t->dma->nr_live, 0);
	kunit_dma_fail_nth(t->dma, 2);
	KUNIT_EXPECT_EQ(test, 0, dma_map_sg(t->dev, sgl, ARRAY_SIZE(at), DMA_BIDIRECTIONAL));
	expect_clean(test);
}

/* Succeeds if a page that the kernel need not have an address for can be mapped. */
static void stream_highmem(struct kunit *test)
{
	struct kunit_dma_test *t = test->priv;
	struct page *page = alloc_page(GFP_HIGHUSER);
	dma_addr_t dma_addr;
	char bytes[4];

	KUNIT_ASSERT_NOT_NULL(test, page);
	dma_free_attrs(t->dev, SZ_4K, t->cpu_addr, t->dma_addr, NO_MAPPING);
	memset_page(page, 8, 'a', 8);
	dma_addr = dma_map_page(t->dev, page, 8, 8, DMA_BIDIRECTIONAL);
	KUNIT_EXPECT_EQ(test, 0, dma_mapping_error(t->dev, dma_addr));
	expect_dev_reads(test, dma_addr, 8, 'a');
	dev_writes(test, dma_addr, 4, 'x');
	dma_unmap_page(t->dev, dma_addr, 8, DMA_BIDIRECTIONAL);
	memcpy_from_page(bytes, page, 10, sizeof(bytes));
	KUNIT_EXPECT_MEMEQ(test, bytes, "xxaa", 4);
	__free_page(page);
	expect_clean(test);
}

/* Succeeds if both sides see a coherent buffer alike, and the device one without an address. */
static void dev_accesses_buffers(struct kunit *test)
{
	struct kunit_dma_test *t = test->priv;
	const size_t size = 3 * PAGE_SIZE;
	dma_addr_t dma_addr;
	u8 *cpu_addr;

	/* This one reads as zero, and each page keeps what was written to it. */
	expect_dev_reads(test, t->dma_addr, SZ_4K, 0);
	dev_writes(test, t->dma_addr + 8, 8, 'x');
	expect_dev_reads(test, t->dma_addr, 8, 0);
	expect_dev_reads(test, t->dma_addr + 8, 8, 'x');
	expect_dev_reads(test, t->dma_addr + 16, SZ_4K - 16, 0);
	dev_writes(test, t->dma_addr, 8, 'y');
	expect_dev_reads(test, t->dma_addr + 8, 8, 'x');
	dma_free_attrs(t->dev, SZ_4K, t->cpu_addr, t->dma_addr, NO_MAPPING);
	cpu_addr = dma_alloc_attrs(t->dev, size, &dma_addr, GFP_KERNEL, NO_MAPPING);
	KUNIT_ASSERT_NOT_NULL(test, cpu_addr);
	dev_writes(test, dma_addr, size, 'x');
	dev_writes(test, dma_addr + PAGE_SIZE, PAGE_SIZE, 'y');
	expect_dev_reads(test, dma_addr, PAGE_SIZE, 'x');
	expect_dev_reads(test, dma_addr + 2 * PAGE_SIZE, PAGE_SIZE, 'x');
	dma_free_attrs(t->dev, size, cpu_addr, dma_addr, NO_MAPPING);

	cpu_addr = dma_alloc_coherent(t->dev, size, &dma_addr, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, cpu_addr);
	expect_dev_reads(test, dma_addr, size, 0);
	memset(cpu_addr, 'a', size);
	expect_dev_reads(test, dma_addr, size, 'a');
	dev_writes(test, dma_addr + PAGE_SIZE - 4, 8, 'x');
	expect_cpu_reads(test, cpu_addr, PAGE_SIZE - 4, 'a');
	expect_cpu_reads(test, cpu_addr + PAGE_SIZE - 4, 8, 'x');
	expect_cpu_reads(test, cpu_addr + PAGE_SIZE + 4, 2 * PAGE_SIZE - 4, 'a');
	/* A sync is not needed, but is no error. */
	dma_sync_single_for_cpu(t->dev, dma_addr, size, DMA_FROM_DEVICE);
	dma_free_coherent(t->dev, size, cpu_addr, dma_addr);
	expect_clean(test);
}

/* Succeeds if a register that is mapped is nothing that could be read, which is no error. */
static void dev_accesses_register(struct kunit *test)
{
	struct kunit_dma_test *t = test->priv;
	dma_addr_t dma_addr;
	u32 value = 0;

	skip_with_dma_debug(test);
	dma_free_attrs(t->dev, SZ_4K, t->cpu_addr, t->dma_addr, NO_MAPPING);
	dma_addr = dma_map_resource(t->dev, SZ_1M, 4, DMA_BIDIRECTIONAL, 0);
	KUNIT_ASSERT_EQ(test, 0, dma_mapping_error(t->dev, dma_addr));
	KUNIT_EXPECT_EQ(test, -EOPNOTSUPP, kunit_dma_dev_read(t->dev, dma_addr, &value, 4));
	KUNIT_EXPECT_EQ(test, value, U32_MAX);
	KUNIT_EXPECT_EQ(test, -EOPNOTSUPP, kunit_dma_dev_write(t->dev, dma_addr, &value, 4));
	dma_sync_single_for_device(t->dev, dma_addr, 4, DMA_BIDIRECTIONAL);
	dma_unmap_resource(t->dev, dma_addr, 4, DMA_BIDIRECTIONAL, 0);

	/* A driver may forget to say that it maps a register. */
	dma_addr = dma_map_phys(t->dev, PHYS_ADDR_MAX & PAGE_MASK, 4, DMA_TO_DEVICE, 0);
	KUNIT_ASSERT_EQ(test, 0, dma_mapping_error(t->dev, dma_addr));
	KUNIT_EXPECT_EQ(test, -EOPNOTSUPP, kunit_dma_dev_read(t->dev, dma_addr, &value, 4));
	dma_unmap_phys(t->dev, dma_addr, 4, DMA_TO_DEVICE, 0);
	expect_clean(test);
}

/* Succeeds if each access that an IOMMU would not let through fails the test, and says why. */
static void dev_access_faults(struct kunit *test)
{
	struct kunit_dma_test *t = test->priv;
	u8 *buf = stream_buffer(test), bytes[16];
	dma_addr_t to, from, dma_addr;

	memset(bytes, 0, sizeof(bytes));
	KUNIT_EXPECT_EQ(test, -EFAULT, kunit_dma_dev_read(t->other, SZ_1M, bytes, 1));
	expect_fault(test, 1, "device read of 1 bytes at DMA address 0x");
	/* What was there last is the buffer that has been freed. */
	KUNIT_EXPECT_EQ(test, -EFAULT, kunit_dma_dev_read(t->dev, t->dma_addr, bytes, 1));
	expect_fault(test, 2, "dma_alloc_attrs() (call 1) is no longer there");

	to = dma_map_single(t->dev, buf, 100, DMA_TO_DEVICE);
	KUNIT_ASSERT_EQ(test, 0, dma_mapping_error(t->dev, to));
	from = dma_map_single(t->dev, buf + PAGE_SIZE, 100, DMA_FROM_DEVICE);
	KUNIT_ASSERT_EQ(test, 0, dma_mapping_error(t->dev, from));

	KUNIT_EXPECT_EQ(test, -EFAULT, kunit_dma_dev_read(t->dev, to + 96, bytes, 5));
	expect_fault(test, 3, ": beyond dma_map_*() (call 2) of 100 bytes at 0x");
	expect_cpu_reads(test, bytes, 5, 0xff);
	KUNIT_EXPECT_EQ(test, bytes[5], 0);
	KUNIT_EXPECT_EQ(test, -EFAULT, kunit_dma_dev_read(t->dev, to - 1, bytes, 2));
	expect_fault(test, 4, ": beyond dma_map_*() (call 2) of 100 bytes at 0x");
	KUNIT_EXPECT_EQ(test, -EFAULT, kunit_dma_dev_write(t->dev, from + 100, bytes, 1));
	expect_fault(test, 5, ": beyond dma_map_*() (call 3) of 100 bytes at 0x");
	KUNIT_EXPECT_EQ(test, -EFAULT, kunit_dma_dev_write(t->dev, to, bytes, SIZE_MAX - 100));
	expect_fault(test, 6, ": beyond dma_map_*() (call 2) of 100 bytes at 0x");

	KUNIT_EXPECT_EQ(test, -EPERM, kunit_dma_dev_write(t->dev, to, bytes, 4));
	expect_fault(test, 7, "dma_map_*() (call 2) is to the device only");
	KUNIT_EXPECT_EQ(test, -EPERM, kunit_dma_dev_read(t->dev, from, bytes, 4));
	expect_fault(test, 8, "dma_map_*() (call 3) is from the device only");
	KUNIT_EXPECT_EQ(test, -EFAULT, kunit_dma_dev_read(t->other, to, bytes, 4));
	expect_fault(test, 9, ": dma_map_*() (call 2) was for inner.a");
	KUNIT_EXPECT_EQ(test, -EFAULT, kunit_dma_dev_read(t->dev, DMA_MAPPING_ERROR, bytes, 4));
	expect_fault(test, 10, "device read of 4 bytes at DMA_MAPPING_ERROR");

	/* They lie top-down, the first above the second. */
	KUNIT_EXPECT_EQ(test, -EFAULT, kunit_dma_dev_read(t->dev, from - PAGE_SIZE, bytes, 1));
	expect_fault(test, 11,
		     ": nothing there; nearest is dma_map_*() (call 3) of 100 bytes at 0x");
	/* As near to one as to the other. */
	KUNIT_EXPECT_EQ(test, -EFAULT,
			kunit_dma_dev_read(t->dev, (from & PAGE_MASK) + 3 * PAGE_SIZE / 2, bytes,
					   1));
	expect_fault(test, 12,
		     ": nothing there; nearest is dma_map_*() (call 3) of 100 bytes at 0x");
	KUNIT_EXPECT_EQ(test, -EFAULT, kunit_dma_dev_read(t->dev, (to & PAGE_MASK) - 1,
							  bytes, 1));
	expect_fault(test, 13,
		     ": nothing there; nearest is dma_map_*() (call 2) of 100 bytes at 0x");
	KUNIT_EXPECT_EQ(test, -EFAULT, kunit_dma_dev_read(t->dev, (to & PAGE_MASK) + PAGE_SIZE,
							  bytes, 1));
	expect_fault(test, 14,
		     ": nothing there; nearest is dma_map_*() (call 2) of 100 bytes at 0x");
	/* An allocation that failed was never anywhere. */
	kunit_dma_fail_nth(t->dma, 1);
	KUNIT_EXPECT_NULL(test, dma_alloc_coherent(t->dev, SZ_1M, &dma_addr, GFP_KERNEL));
	KUNIT_EXPECT_EQ(test, -EFAULT, kunit_dma_dev_read(t->dev, SZ_4K, bytes, 1));
	expect_fault(test, 15,
		     ": nothing there; nearest is dma_map_*() (call 3) of 100 bytes at 0x");

	dma_unmap_single(t->dev, to, 100, DMA_TO_DEVICE);
	dma_unmap_single(t->dev, from, 100, DMA_FROM_DEVICE);
	KUNIT_EXPECT_EQ(test, -EFAULT, kunit_dma_dev_read(t->dev, to + 99, bytes, 1));
	expect_fault(test, 16, "dma_map_*() (call 2) is no longer there");
	expect_name(test, ", mapped by ", __func__);
	expect_name(test, ", unmapped by ", __func__);
	KUNIT_EXPECT_EQ(test, -EFAULT, kunit_dma_dev_read(t->dev, SZ_1M, bytes, 1));
	expect_fault(test, 17, ": nothing is mapped");
	KUNIT_EXPECT_EQ(test, -EFAULT, kunit_dma_dev_read(t->dev, to + 100, bytes, 1));
	expect_fault(test, 18, ": nothing is mapped");

	/* The buffer was not written to by what was refused. */
	expect_cpu_reads(test, buf, STREAM_SIZE, 'a');
}

/* A driver, by its name. */
static noinline void dmatest_sync(struct device *dev, dma_addr_t dma_addr)
{
	dma_sync_single_for_cpu(dev, dma_addr, 1, DMA_FROM_DEVICE);
	/* Or the call would be a jump, and not be seen in a stack trace. */
	barrier();
}

/* Succeeds if a sync of what is not mapped, or not so, fails the test. */
static void sync_faults(struct kunit *test)
{
	struct kunit_dma_test *t = test->priv;
	dma_addr_t dma_addr;
	u8 *buf;

	skip_with_dma_debug(test);
	buf = stream_buffer(test);
	dma_addr = stream_map(test, buf, DMA_TO_DEVICE, 0);
	dma_sync_single_for_device(t->dev, dma_addr, STREAM_SIZE + 1, DMA_TO_DEVICE);
	expect_fault(test, 1, "dma_sync_*_for_device() of ");
	expect_words(test, ": beyond dma_map_*() (call 2) of ");
	dma_sync_single_for_cpu(t->dev, dma_addr + SZ_1M, 1, DMA_TO_DEVICE);
	expect_fault(test, 2, "dma_sync_*_for_cpu() of 1 bytes at ");
	dmatest_sync(t->dev, dma_addr);
	expect_fault(test, 3,
		     "dma_sync_*_for_cpu(): direction DMA_FROM_DEVICE, but dma_map_*() (call 2) was given DMA_TO_DEVICE");
	expect_name(test, ", called by ", "dmatest_sync");
	expect_name(test, " < ", __func__);
	expect_name(test, ", mapped by ", "stream_map");
	dma_unmap_single(t->dev, dma_addr, STREAM_SIZE, DMA_TO_DEVICE);
	dma_sync_single_for_cpu(t->dev, dma_addr, 1, DMA_TO_DEVICE);
	expect_fault(test, 4, "dma_map_*() (call 2) is no longer there");
	expect_cpu_reads(test, buf, STREAM_SIZE, 'a');
}

/* Succeeds if syncs reach a device of which the DMA layer thought that it needs none. */
static void sync_is_not_skipped(struct kunit *test)
{
	struct kunit_dma_test *t = test->priv;
	dma_addr_t dma_addr;
	struct device *dev;
	u8 *buf, byte;

	dev = kunit_device_register(&t->inner, "coherent");
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, dev);
	KUNIT_ASSERT_EQ(test, 0, dma_set_mask(dev, DMA_BIT_MASK(32)));
	buf = stream_buffer(test);
	KUNIT_ASSERT_EQ(test, 0, kunit_dma_attach(t->dma, dev));
	KUNIT_EXPECT_TRUE(test, dma_dev_need_sync(dev));
	dma_addr = dma_map_single(dev, buf, 1, DMA_TO_DEVICE);
	KUNIT_ASSERT_EQ(test, 0, dma_mapping_error(dev, dma_addr));
	buf[0] = 'b';
	dma_sync_single_for_device(dev, dma_addr, 1, DMA_TO_DEVICE);
	KUNIT_EXPECT_EQ(test, 0, kunit_dma_dev_read(dev, dma_addr, &byte, 1));
	KUNIT_EXPECT_EQ(test, byte, 'b');
	dma_unmap_single(dev, dma_addr, 1, DMA_TO_DEVICE);
	expect_clean(test);
}

/* Succeeds if what an address belongs to can be looked up, or is found to be nothing. */
static void lookup(struct kunit *test)
{
	struct kunit_dma_test *t = test->priv;
	const struct kunit_dma_call *call = kunit_dma_nth_call(t->dma, 1);

	KUNIT_EXPECT_PTR_EQ(test, kunit_dma_lookup(t->dev, t->dma_addr, SZ_4K), call);
	KUNIT_EXPECT_PTR_EQ(test, kunit_dma_lookup(t->dev, t->dma_addr + SZ_4K - 1, 1), call);
	KUNIT_EXPECT_NULL(test, kunit_dma_lookup(t->dev, t->dma_addr + SZ_4K, 1));
	KUNIT_EXPECT_PTR_EQ(test, kunit_dma_lookup(t->dev, t->dma_addr + SZ_4K, 0), call);
	KUNIT_EXPECT_NULL(test, kunit_dma_lookup(t->dev, t->dma_addr, SZ_4K + 1));
	KUNIT_EXPECT_NULL(test, kunit_dma_lookup(t->dev, t->dma_addr - 1, 1));
	KUNIT_EXPECT_NULL(test, kunit_dma_lookup(t->other, t->dma_addr, 1));
	dma_free_attrs(t->dev, SZ_4K, t->cpu_addr, t->dma_addr, NO_MAPPING);
	KUNIT_EXPECT_NULL(test, kunit_dma_lookup(t->dev, t->dma_addr, 1));
	expect_clean(test);
}

/* --- the rest of the DMA API --- */

/* Succeeds if pages are the CPU's memory, need syncs as mappings do, and go back as they came. */
static void alloc_pages_right_use(struct kunit *test)
{
	struct kunit_dma_test *t = test->priv;
	const size_t size = 3 * PAGE_SIZE;
	dma_addr_t dma_addr;
	struct page *page;
	u8 *buf;

	dma_free_attrs(t->dev, SZ_4K, t->cpu_addr, t->dma_addr, NO_MAPPING);
	page = dma_alloc_pages(t->dev, size, &dma_addr, DMA_BIDIRECTIONAL, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, page);
	buf = page_address(page);
	KUNIT_EXPECT_PTR_EQ(test, kunit_dma_lookup(t->dev, dma_addr, size)->cpu_addr, (void *)buf);
	KUNIT_EXPECT_EQ(test, kunit_dma_lookup(t->dev, dma_addr, size)->dir, DMA_BIDIRECTIONAL);
	expect_cpu_reads(test, buf, size, 0);
	expect_dev_reads(test, dma_addr, size, 0);
	memset(buf, 'a', size);
	expect_dev_reads_stale(test, 1, dma_addr, size, 0);
	dma_sync_single_for_device(t->dev, dma_addr, size, DMA_BIDIRECTIONAL);
	expect_dev_reads(test, dma_addr, size, 'a');
	dev_writes(test, dma_addr + size - 4, 4, 'x');
	expect_cpu_reads(test, buf, size, 'a');
	dma_sync_single_for_cpu(t->dev, dma_addr, size, DMA_BIDIRECTIONAL);
	expect_cpu_reads(test, buf, size - 4, 'a');
	expect_cpu_reads(test, buf + size - 4, 4, 'x');

	/* Hold on to the last page, to see what happens to it. */
	page += 2;
	get_page(page);
	dma_free_pages(t->dev, size, page - 2, dma_addr, DMA_BIDIRECTIONAL);
	KUNIT_EXPECT_EQ(test, page_count(page), 1);
	put_page(page);

	buf = dma_alloc_noncoherent(t->dev, 100, &dma_addr, DMA_TO_DEVICE, GFP_ATOMIC);
	KUNIT_ASSERT_NOT_NULL(test, buf);
	KUNIT_EXPECT_EQ(test, -EPERM, kunit_dma_dev_write(t->dev, dma_addr, buf, 1));
	expect_fault(test, 2, "dma_alloc_pages() (call 3) is to the device only");
	dma_free_noncoherent(t->dev, 100, buf, dma_addr, DMA_TO_DEVICE);
	KUNIT_EXPECT_EQ(test, t->dma->nr_live, 0);

	kunit_dma_fail_nth(t->dma, 1);
	KUNIT_EXPECT_NULL(test, dma_alloc_pages(t->dev, size, &dma_addr, DMA_TO_DEVICE,
						GFP_KERNEL));
	KUNIT_EXPECT_NULL(test, dma_alloc_pages(t->dev, PAGE_SIZE << (MAX_PAGE_ORDER + 1),
						&dma_addr, DMA_TO_DEVICE,
						GFP_KERNEL | __GFP_NOWARN));
	KUNIT_EXPECT_NULL(test, dma_alloc_pages(t->dev, 0, &dma_addr, DMA_TO_DEVICE, GFP_KERNEL));
	expect_clean(test);
}

/* Succeeds if pages are given back by the right function, and with the right direction. */
static void alloc_pages_wrong_use(struct kunit *test)
{
	struct kunit_dma_test *t = test->priv;
	dma_addr_t dma_addr;
	struct page *page;

	skip_with_dma_debug(test);
	dma_free_attrs(t->dev, SZ_4K, t->cpu_addr, t->dma_addr, NO_MAPPING);
	page = dma_alloc_pages(t->dev, PAGE_SIZE, &dma_addr, DMA_TO_DEVICE, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, page);
	dma_free_pages(t->dev, PAGE_SIZE, page, dma_addr, DMA_FROM_DEVICE);
	expect_error(test,
		     "dma_free_pages(): direction DMA_FROM_DEVICE, but dma_alloc_pages() (call 2) was given DMA_TO_DEVICE");

	page = dma_alloc_pages(t->dev, PAGE_SIZE, &dma_addr, DMA_BIDIRECTIONAL, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, page);
	dma_free_coherent(t->dev, PAGE_SIZE, page_address(page), dma_addr);
	/* It has no direction either. */
	KUNIT_EXPECT_EQ(test, t->dma->errors, 3);
	expect_words(test, ": direction DMA_NONE, but ");
	KUNIT_EXPECT_EQ(test, t->dma->nr_live, 0);

	page = dma_alloc_pages(t->dev, PAGE_SIZE, &dma_addr, DMA_BIDIRECTIONAL, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, page);
	dma_free_pages(t->dev, PAGE_SIZE, page, dma_addr, DMA_NONE + 1);
	KUNIT_EXPECT_EQ(test, t->dma->errors, 4);
	expect_words(test, ": direction ?, but dma_alloc_pages() (call 4) was given DMA_BIDIR");

	page = dma_alloc_pages(t->dev, PAGE_SIZE, &dma_addr, DMA_BIDIRECTIONAL, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, page);
	dma_free_pages(t->dev, PAGE_SIZE, page, dma_addr, DMA_BIDIRECTIONAL);
	dma_free_pages(t->dev, PAGE_SIZE, page, dma_addr, DMA_BIDIRECTIONAL);
	KUNIT_EXPECT_EQ(test, t->dma->errors, 5);

	page = dma_alloc_pages(t->dev, PAGE_SIZE, &dma_addr, DMA_BIDIRECTIONAL, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, page);
	kunit_release_action(test, end_inner_test_wrapper, &t->inner);
	KUNIT_EXPECT_EQ(test, t->inner.status, KUNIT_FAILURE);
}

/* Succeeds if a noncontiguous buffer is, here, one of pages. */
static void alloc_noncontiguous(struct kunit *test)
{
	struct kunit_dma_test *t = test->priv;
	struct sg_table *sgt;
	u8 *buf;

	dma_free_attrs(t->dev, SZ_4K, t->cpu_addr, t->dma_addr, NO_MAPPING);
	sgt = dma_alloc_noncontiguous(t->dev, SZ_8K, DMA_FROM_DEVICE, GFP_KERNEL, 0);
	KUNIT_ASSERT_NOT_NULL(test, sgt);
	buf = dma_vmap_noncontiguous(t->dev, SZ_8K, sgt);
	KUNIT_ASSERT_NOT_NULL(test, buf);
	dev_writes(test, sg_dma_address(sgt->sgl), SZ_8K, 'x');
	expect_cpu_reads(test, buf, SZ_8K, 0);
	dma_sync_sgtable_for_cpu(t->dev, sgt, DMA_FROM_DEVICE);
	expect_cpu_reads(test, buf, SZ_8K, 'x');
	dma_vunmap_noncontiguous(t->dev, buf);
	dma_free_noncontiguous(t->dev, SZ_8K, sgt, DMA_FROM_DEVICE);

	kunit_dma_fail_nth(t->dma, 1);
	KUNIT_EXPECT_NULL(test, dma_alloc_noncontiguous(t->dev, SZ_8K, DMA_FROM_DEVICE, GFP_KERNEL,
							0));
	expect_clean(test);
}

/* Succeeds if a coherent buffer can be described by a scatterlist, which others then map. */
static void get_sgtable(struct kunit *test)
{
	static const struct {
		gfp_t gfp;
		unsigned long attrs;
	} ways[] = { { GFP_KERNEL, 0 }, { GFP_ATOMIC, 0 }, { GFP_KERNEL, NO_MAPPING } };
	struct kunit_dma_test *t = test->priv;
	const size_t size = 3 * PAGE_SIZE;
	struct sg_table sgt = {};
	dma_addr_t dma_addr;
	struct scatterlist *sg;
	struct page *page;
	u8 *cpu_addr;
	size_t length;
	u8 bytes[2];
	int i, j;

	dma_free_attrs(t->dev, SZ_4K, t->cpu_addr, t->dma_addr, NO_MAPPING);
	for (i = 0; i < ARRAY_SIZE(ways); i++) {
		cpu_addr = dma_alloc_attrs(t->dev, size, &dma_addr, ways[i].gfp, ways[i].attrs);
		KUNIT_ASSERT_NOT_NULL(test, cpu_addr);
		KUNIT_ASSERT_EQ(test, 0, dma_get_sgtable_attrs(t->dev, &sgt, cpu_addr, dma_addr,
							       size, ways[i].attrs));
		KUNIT_EXPECT_EQ(test, 0, kunit_dma_dev_write(t->dev, dma_addr + size - 1, "x", 1));
		expect_dev_reads(test, dma_addr + size - 1, 1, 'x');
		/* Of a mapping that the device writes to, DMA_API_DEBUG says that it overlaps. */
		KUNIT_ASSERT_EQ(test, 0, dma_map_sgtable(t->other, &sgt, DMA_TO_DEVICE, 0));
		KUNIT_EXPECT_EQ(test, sgt.nents, 1);
		KUNIT_EXPECT_EQ(test, 0, kunit_dma_dev_read(t->other, sg_dma_address(sgt.sgl) +
							    size - 2, bytes, 2));
		KUNIT_EXPECT_EQ(test, bytes[0], 0);
		KUNIT_EXPECT_EQ(test, bytes[1], 'x');
		dma_unmap_sgtable(t->other, &sgt, DMA_TO_DEVICE, 0);
		sg_free_table(&sgt);

		/* It has whole pages. */
		KUNIT_ASSERT_EQ(test, 0, dma_get_sgtable_attrs(t->dev, &sgt, cpu_addr, dma_addr,
							       size - PAGE_SIZE + 1,
							       ways[i].attrs));
		length = 0;
		for_each_sgtable_sg(&sgt, sg, j)
			length += sg->length;
		KUNIT_EXPECT_EQ(test, length, size);
		sg_free_table(&sgt);
		dma_free_attrs(t->dev, size, cpu_addr, dma_addr, ways[i].attrs);
	}
	KUNIT_EXPECT_EQ(test, t->dma->errors, 0);

	KUNIT_EXPECT_EQ(test, -ENXIO, dma_get_sgtable(t->dev, &sgt, cpu_addr, dma_addr, size));
	KUNIT_EXPECT_EQ(test, t->dma->errors, 1);
	expect_words(test, "dma_get_sgtable() of ");
	expect_name(test, ", called by ", __func__);

	/* All of it must be right. */
	cpu_addr = dma_alloc_coherent(t->dev, size, &dma_addr, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, cpu_addr);
	KUNIT_EXPECT_EQ(test, -ENXIO, dma_get_sgtable(t->other, &sgt, cpu_addr, dma_addr, size));
	KUNIT_EXPECT_EQ(test, -ENXIO, dma_get_sgtable(t->dev, &sgt, cpu_addr, dma_addr + 1, 1));
	KUNIT_EXPECT_EQ(test, -ENXIO, dma_get_sgtable(t->dev, &sgt, cpu_addr + 1, dma_addr, 1));
	KUNIT_EXPECT_EQ(test, -ENXIO, dma_get_sgtable(t->dev, &sgt, cpu_addr, dma_addr, 0));
	KUNIT_EXPECT_EQ(test, -ENXIO, dma_get_sgtable(t->dev, &sgt, cpu_addr, dma_addr, size + 1));
	dma_free_coherent(t->dev, size, cpu_addr, dma_addr);
	page = dma_alloc_pages(t->dev, size, &dma_addr, DMA_TO_DEVICE, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, page);
	KUNIT_EXPECT_EQ(test, -ENXIO, dma_get_sgtable(t->dev, &sgt, page_address(page), dma_addr,
						      size));
	dma_free_pages(t->dev, size, page, dma_addr, DMA_TO_DEVICE);
	KUNIT_EXPECT_EQ(test, t->dma->errors, 7);
}

struct mmap_test {
	struct device *dev;
	void *cpu_addr;
	dma_addr_t dma_addr;
	size_t size;
	unsigned long attrs;
};

static int kunit_dma_test_mmap(struct file *file, struct vm_area_struct *vma)
{
	struct mmap_test *m = file->private_data;

	return dma_mmap_attrs(m->dev, vma, m->cpu_addr, m->dma_addr, m->size, m->attrs);
}

static const struct file_operations kunit_dma_test_fops = {
	.owner = THIS_MODULE,
	.mmap = kunit_dma_test_mmap,
};

static unsigned long mmap_buffer(struct kunit *test, struct mmap_test *m, size_t size, pgoff_t off)
{
	struct file *file;
	unsigned long addr;

	file = anon_inode_getfile("kunit-dma-test", &kunit_dma_test_fops, m, O_RDWR);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, file);
	addr = vm_mmap(file, 0, size, PROT_READ | PROT_WRITE, MAP_SHARED, off * PAGE_SIZE);
	/* The mapping has a reference of its own. */
	fput(file);
	return addr;
}

/* Succeeds if user space sees the buffer that the driver and the device see. */
static void mmap_coherent(struct kunit *test)
{
	struct kunit_dma_test *t = test->priv;
	const size_t size = 3 * PAGE_SIZE;
	struct mmap_test m = { .dev = t->dev, .size = size };
	unsigned long addr;
	u8 bytes[4];

	dma_free_attrs(t->dev, SZ_4K, t->cpu_addr, t->dma_addr, NO_MAPPING);
	/* Give this thread an address space for user space, which it keeps. */
	addr = kunit_vm_mmap(test, NULL, 0, PAGE_SIZE, PROT_READ, MAP_ANONYMOUS | MAP_PRIVATE, 0);
	KUNIT_ASSERT_FALSE(test, !addr || IS_ERR_VALUE(addr));
	m.cpu_addr = dma_alloc_coherent(t->dev, size, &m.dma_addr, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, m.cpu_addr);
	dev_writes(test, m.dma_addr + 2 * PAGE_SIZE, 4, 'x');

	addr = mmap_buffer(test, &m, size, 0);
	KUNIT_ASSERT_FALSE(test, IS_ERR_VALUE(addr));
	KUNIT_EXPECT_EQ(test, 0, copy_from_user(bytes, (void __user *)addr + 2 * PAGE_SIZE, 4));
	expect_cpu_reads(test, bytes, 4, 'x');
	KUNIT_EXPECT_EQ(test, 0, copy_to_user((void __user *)addr, "yyyy", 4));
	expect_cpu_reads(test, m.cpu_addr, 4, 'y');
	expect_dev_reads(test, m.dma_addr, 4, 'y');
	KUNIT_EXPECT_EQ(test, 0, vm_munmap(addr, size));

	addr = mmap_buffer(test, &m, PAGE_SIZE, 2);
	KUNIT_ASSERT_FALSE(test, IS_ERR_VALUE(addr));
	KUNIT_EXPECT_EQ(test, 0, copy_from_user(bytes, (void __user *)addr, 4));
	expect_cpu_reads(test, bytes, 4, 'x');
	KUNIT_EXPECT_EQ(test, 0, vm_munmap(addr, PAGE_SIZE));

	/* No more than there is. */
	KUNIT_EXPECT_EQ(test, mmap_buffer(test, &m, 2 * PAGE_SIZE, 2), (unsigned long)-ENXIO);
	KUNIT_EXPECT_EQ(test, t->dma->errors, 0);
	m.size = 4 * PAGE_SIZE;
	KUNIT_EXPECT_EQ(test, mmap_buffer(test, &m, PAGE_SIZE, 0), (unsigned long)-ENXIO);
	KUNIT_EXPECT_EQ(test, t->dma->errors, 1);
	expect_words(test, "dma_mmap_attrs() of ");
	dma_free_coherent(t->dev, size, m.cpu_addr, m.dma_addr);
}

/* Succeeds if user space sees a buffer that the kernel has no mapping of, as the device does. */
static void mmap_no_mapping(struct kunit *test)
{
	struct kunit_dma_test *t = test->priv;
	struct mmap_test m = {
		.dev = t->dev, .cpu_addr = t->cpu_addr, .dma_addr = t->dma_addr, .size = SZ_4K,
		.attrs = NO_MAPPING,
	};
	unsigned long addr;
	u8 bytes[4];

	addr = kunit_vm_mmap(test, NULL, 0, PAGE_SIZE, PROT_READ, MAP_ANONYMOUS | MAP_PRIVATE, 0);
	KUNIT_ASSERT_FALSE(test, !addr || IS_ERR_VALUE(addr));
	addr = mmap_buffer(test, &m, PAGE_SIZE, 0);
	KUNIT_ASSERT_FALSE(test, IS_ERR_VALUE(addr));
	KUNIT_EXPECT_EQ(test, 0, copy_from_user(bytes, (void __user *)addr, 4));
	expect_cpu_reads(test, bytes, 4, 0);
	KUNIT_EXPECT_EQ(test, 0, copy_to_user((void __user *)addr, "yyyy", 4));
	expect_dev_reads(test, m.dma_addr, 4, 'y');
	dev_writes(test, m.dma_addr, 4, 'x');
	KUNIT_EXPECT_EQ(test, 0, copy_from_user(bytes, (void __user *)addr, 4));
	expect_cpu_reads(test, bytes, 4, 'x');
	KUNIT_EXPECT_EQ(test, 0, vm_munmap(addr, PAGE_SIZE));
	dma_free_attrs(t->dev, SZ_4K, t->cpu_addr, t->dma_addr, NO_MAPPING);
	expect_clean(test);
}

/* Succeeds if a driver can ask for, and is bound to, masks and sizes. */
static void masks_and_sizes(struct kunit *test)
{
	struct kunit_dma_test *t = test->priv;
	u8 *buf = stream_buffer(test);
	dma_addr_t dma_addr;
	void *cpu_addr;

	KUNIT_EXPECT_EQ(test, dma_max_mapping_size(t->dev), SIZE_MAX);
	KUNIT_EXPECT_EQ(test, dma_opt_mapping_size(t->dev), SIZE_MAX);
	t->dma->max_mapping_size = 1000;
	KUNIT_EXPECT_EQ(test, dma_max_mapping_size(t->dev), 1000);
	KUNIT_EXPECT_EQ(test, dma_opt_mapping_size(t->dev), 1000);
	dma_addr = dma_map_single(t->dev, buf, 1000, DMA_TO_DEVICE);
	KUNIT_EXPECT_EQ(test, 0, dma_mapping_error(t->dev, dma_addr));
	dma_unmap_single(t->dev, dma_addr, 1000, DMA_TO_DEVICE);
	dma_addr = dma_map_single(t->dev, buf, 1001, DMA_TO_DEVICE);
	KUNIT_EXPECT_NE(test, 0, dma_mapping_error(t->dev, dma_addr));
	/* Allocations have no such limit. */
	cpu_addr = dma_alloc_coherent(t->dev, 1001, &dma_addr, GFP_KERNEL);
	KUNIT_EXPECT_NOT_NULL(test, cpu_addr);
	dma_free_coherent(t->dev, 1001, cpu_addr, dma_addr);

	/* 24 is no mask of 24 bits. */
	KUNIT_EXPECT_EQ(test, -EIO, dma_set_mask(t->dev, 24));
	KUNIT_EXPECT_EQ(test, -EIO, dma_set_coherent_mask(t->dev, 24));
	KUNIT_EXPECT_EQ(test, 0, dma_set_mask_and_coherent(t->dev, DMA_BIT_MASK(24)));
	KUNIT_EXPECT_TRUE(test, dma_addressing_limited(t->dev));
	KUNIT_EXPECT_EQ(test, -EIO, dma_set_mask(t->dev, DMA_BIT_MASK(15)));
	KUNIT_EXPECT_EQ(test, 0, dma_set_mask(t->dev, DMA_BIT_MASK(16)));
	KUNIT_EXPECT_EQ(test, 0, dma_set_mask(t->dev, DMA_BIT_MASK(24)));
	dma_addr = dma_map_single(t->dev, buf, 1000, DMA_TO_DEVICE);
	KUNIT_EXPECT_EQ(test, 0, dma_mapping_error(t->dev, dma_addr));
	KUNIT_EXPECT_LE(test, dma_addr, DMA_BIT_MASK(24));
	dma_unmap_single(t->dev, dma_addr, 1000, DMA_TO_DEVICE);
	expect_clean(test);
}

/* Succeeds if nothing is mapped beyond what the bus reaches. */
static void bus_limit_of_mappings(struct kunit *test)
{
	struct kunit_dma_test *t = test->priv;
	u8 *buf = stream_buffer(test);
	dma_addr_t dma_addr;
	unsigned int i;

	if (IS_ENABLED(CONFIG_ARCH_HAS_DMA_MAP_DIRECT))
		kunit_skip(test, "this architecture unmaps such addresses without the DMA ops");
	KUNIT_EXPECT_EQ(test, 0, dma_set_mask(t->dev, DMA_BIT_MASK(64)));
	t->dev->bus_dma_limit = DMA_BIT_MASK(20);
	dma_addr = dma_map_single(t->dev, buf, 1000, DMA_TO_DEVICE);
	KUNIT_EXPECT_EQ(test, 0, dma_mapping_error(t->dev, dma_addr));
	KUNIT_EXPECT_LE(test, dma_addr, DMA_BIT_MASK(20));
	dma_unmap_single(t->dev, dma_addr, 1000, DMA_TO_DEVICE);

	/* Few addresses come again. What was unmapped there does not matter. */
	t->dev->bus_dma_limit = 4 * PAGE_SIZE - 1;
	for (i = 0; i < 4; i++) {
		dma_addr = dma_map_single(t->dev, buf, 8, DMA_TO_DEVICE);
		KUNIT_EXPECT_EQ(test, 0, dma_mapping_error(t->dev, dma_addr));
		dma_unmap_single(t->dev, dma_addr, 8, DMA_TO_DEVICE);
	}
	expect_clean(test);
}

/* Succeeds if a driver that did not look whether a mapping failed is told so. */
static void mapping_error_not_checked(struct kunit *test)
{
	struct kunit_dma_test *t = test->priv;
	dma_addr_t dma_addr;
	u8 *buf;

	skip_with_dma_debug(test);
	buf = stream_buffer(test);
	kunit_dma_fail_nth(t->dma, 1);
	dma_addr = dma_map_single(t->dev, buf, 8, DMA_TO_DEVICE);
	dma_unmap_single(t->dev, dma_addr, 8, DMA_TO_DEVICE);
	expect_error(test,
		     "dma_unmap_*() of 8 bytes at DMA_MAPPING_ERROR: dma_mapping_error() not checked?");
}

/* Succeeds if a driver can map, and the hardware act, in an interrupt handler. */
static void stream_in_atomic_context(struct kunit *test)
{
	struct kunit_dma_test *t = test->priv;
	u8 *buf = stream_buffer(test);
	struct scatterlist sg;
	u8 bytes[4] = "xxx";
	unsigned long flags;
	dma_addr_t dma_addr;

	sg_init_one(&sg, buf + PAGE_SIZE, 4);
	local_irq_save(flags);
	KUNIT_EXPECT_EQ(test, 1, dma_map_sg(t->dev, &sg, 1, DMA_TO_DEVICE));
	dma_unmap_sg(t->dev, &sg, 1, DMA_TO_DEVICE);
	dma_addr = dma_map_single(t->dev, buf, STREAM_SIZE, DMA_BIDIRECTIONAL);
	KUNIT_EXPECT_EQ(test, 0, dma_mapping_error(t->dev, dma_addr));
	KUNIT_EXPECT_EQ(test, 0, kunit_dma_dev_write(t->dev, dma_addr, bytes, 4));
	KUNIT_EXPECT_EQ(test, 0, kunit_dma_dev_read(t->dev, dma_addr, bytes, 4));
	KUNIT_EXPECT_NOT_NULL(test, kunit_dma_lookup(t->dev, dma_addr, 4));
	dma_unmap_single(t->dev, dma_addr, STREAM_SIZE, DMA_BIDIRECTIONAL);
	local_irq_restore(flags);
	KUNIT_EXPECT_STREQ(test, (char *)buf, "xxx");
	expect_clean(test);
}

/* --- the device itself --- */

/* Succeeds if a device without DMA masks is given some, and one that has them keeps them. */
static void attach_gives_masks(struct kunit *test)
{
	struct kunit_dma_test *t = test->priv;
	struct device *dev = kunit_device_register(test, "lives-longer");
	struct device *has = kunit_device_register(test, "has-masks");
	u64 mask = DMA_BIT_MASK(24);

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, dev);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, has);
	dma_free_attrs(t->dev, SZ_4K, t->cpu_addr, t->dma_addr, NO_MAPPING);

	has->coherent_dma_mask = DMA_BIT_MASK(24);
	has->dma_mask = &mask;
	KUNIT_EXPECT_EQ(test, 0, kunit_dma_attach(t->dma, has));
	KUNIT_EXPECT_PTR_EQ(test, has->dma_mask, &mask);
	dev->dma_mask = NULL;
	dev->coherent_dma_mask = 0;
	KUNIT_EXPECT_EQ(test, 0, kunit_dma_attach(t->dma, dev));
	KUNIT_ASSERT_NOT_NULL(test, dev->dma_mask);
	KUNIT_EXPECT_EQ(test, *dev->dma_mask, DMA_BIT_MASK(32));
	KUNIT_EXPECT_EQ(test, dev->coherent_dma_mask, DMA_BIT_MASK(32));

	dev->coherent_dma_mask = DMA_BIT_MASK(24);
	KUNIT_EXPECT_EQ(test, 0, kunit_dma_attach(t->dma, dev));
	KUNIT_EXPECT_EQ(test, dev->coherent_dma_mask, DMA_BIT_MASK(24));

	t->dev->coherent_dma_mask = DMA_BIT_MASK(24);
	KUNIT_EXPECT_EQ(test, 0, kunit_dma_attach(t->dma, t->dev));
	KUNIT_EXPECT_EQ(test, t->dev->coherent_dma_mask, DMA_BIT_MASK(24));
	KUNIT_EXPECT_EQ(test, 0, dma_set_mask_and_coherent(has, DMA_BIT_MASK(32)));
	expect_clean(test);

	/* And has them no longer than the test lasts, whatever the driver has asked for. */
	KUNIT_EXPECT_NULL(test, dev->dma_mask);
	KUNIT_EXPECT_EQ(test, dev->coherent_dma_mask, 0);
	KUNIT_EXPECT_PTR_EQ(test, has->dma_mask, &mask);
	KUNIT_EXPECT_EQ(test, mask, DMA_BIT_MASK(24));
	KUNIT_EXPECT_EQ(test, has->coherent_dma_mask, DMA_BIT_MASK(24));
	has->dma_mask = &has->coherent_dma_mask;
}

/* Succeeds if a device can't be attached twice, nor where the DMA layer would not look. */
static void attach_refuses(struct kunit *test)
{
	struct kunit_dma_test *t = test->priv;
	struct kunit_dma *dma = kunit_dma_create(&t->inner);
	struct device *dev;

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, dma);
	dma_free_attrs(t->dev, SZ_4K, t->cpu_addr, t->dma_addr, NO_MAPPING);
	KUNIT_EXPECT_EQ(test, -EBUSY, kunit_dma_attach(dma, t->dev));

	dev = kunit_device_register(test, "behind-an-iommu");
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, dev);
#ifdef CONFIG_IOMMU_DMA
	dev_set_dma_iommu(dev);
	KUNIT_EXPECT_EQ(test, -EBUSY, kunit_dma_attach(dma, dev));
	dev_clear_dma_iommu(dev);
#endif
	KUNIT_EXPECT_EQ(test, 0, kunit_dma_attach(dma, dev));
	expect_clean(test);
}

/* Succeeds if a device that lives longer than the test has the ops that it had before. */
static void device_outlives_the_test(struct kunit *test)
{
	struct device *dev = kunit_device_register(test, "lives-longer");
	static const struct dma_map_ops ops = {};
	struct kunit_dma_test *t = test->priv;
	unsigned int refs;
	dma_addr_t dma_addr;
	void *cpu_addr;

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, dev);
	set_dma_ops(dev, &ops);
	refs = kref_read(&dev->kobj.kref);
	dma_free_attrs(t->dev, SZ_4K, t->cpu_addr, t->dma_addr, NO_MAPPING);
	KUNIT_ASSERT_EQ(test, 0, kunit_dma_attach(t->dma, dev));
	KUNIT_EXPECT_GT(test, kref_read(&dev->kobj.kref), refs);
	cpu_addr = dma_alloc_coherent(dev, SZ_4K, &dma_addr, GFP_KERNEL);
	KUNIT_EXPECT_NOT_NULL(test, cpu_addr);
	dma_free_coherent(dev, SZ_4K, cpu_addr, dma_addr);
	expect_clean(test);
	KUNIT_EXPECT_PTR_EQ(test, dev->dma_ops, &ops);
	KUNIT_EXPECT_EQ(test, kref_read(&dev->kobj.kref), refs);
}

/* Succeeds if the end of one test leaves the devices of another alone, and none of its own. */
static void two_tests_at_once(struct kunit *test)
{
	struct device *dev = kunit_device_register(test, "lives-longer"), *mine;
	struct kunit_dma *dma = kunit_dma_create(test);
	struct kunit_dma_test *t = test->priv;
	const struct dma_map_ops *ops;
	dma_addr_t dma_addr;
	void *cpu_addr;

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, dev);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, dma);
	ops = dev->dma_ops;
	dma_free_attrs(t->dev, SZ_4K, t->cpu_addr, t->dma_addr, NO_MAPPING);
	KUNIT_ASSERT_EQ(test, 0, kunit_dma_attach(t->dma, dev));
	mine = kunit_dma_device_register(dma, "mine");
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, mine);
	expect_clean(test);

	KUNIT_EXPECT_PTR_EQ(test, dev->dma_ops, ops);
	/* None is to fail. */
	kunit_dma_fail_nth(dma, 0);
	cpu_addr = dma_alloc_coherent(mine, SZ_4K, &dma_addr, GFP_KERNEL);
	KUNIT_EXPECT_NOT_NULL(test, cpu_addr);
	dma_free_coherent(mine, SZ_4K, cpu_addr, dma_addr);
	KUNIT_EXPECT_EQ(test, dma->calls, 1);
}

/* A test has failed. It may do so again. */
static void expect_failed(struct kunit *test, struct kunit *failed)
{
	KUNIT_EXPECT_EQ(test, failed->status, KUNIT_FAILURE);
	failed->status = KUNIT_SUCCESS;
}

/* Succeeds if DMA after the test is reported, to whichever runs then, and does nothing. */
static void dma_after_the_test(struct kunit *test)
{
	struct device *dev = kunit_device_register(test, "lives-longer");
	struct device *leaks = kunit_device_register(test, "leaks-too");
	struct device *idle = kunit_device_register(test, "does-not");
	struct kunit *next = kunit_kzalloc(test, sizeof(*next), GFP_KERNEL);
	struct device_dma_parameters params = { .max_segment_size = 1 };
	struct kunit_dma_test *t = test->priv;
	const struct dma_map_ops *ops, *ours;
	dma_addr_t dma_addr, unused;
	struct scatterlist sg;
	struct sg_table sgt;
	void *cpu_addr;

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, dev);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, leaks);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, idle);
	KUNIT_ASSERT_NOT_NULL(test, next);
	kunit_init_test(next, "next", NULL);
	skip_with_dma_debug(test);
	dma_free_attrs(t->dev, SZ_4K, t->cpu_addr, t->dma_addr, NO_MAPPING);
	ops = dev->dma_ops;
	KUNIT_ASSERT_EQ(test, 0, kunit_dma_attach(t->dma, dev));
	KUNIT_ASSERT_EQ(test, 0, kunit_dma_attach(t->dma, leaks));
	KUNIT_ASSERT_EQ(test, 0, kunit_dma_attach(t->dma, idle));
	ours = dev->dma_ops;
	cpu_addr = dma_alloc_attrs(dev, SZ_4K, &dma_addr, GFP_KERNEL, NO_MAPPING);
	KUNIT_ASSERT_NOT_NULL(test, cpu_addr);
	KUNIT_EXPECT_NOT_NULL(test, dma_alloc_attrs(leaks, 1, &unused, GFP_KERNEL, NO_MAPPING));
	expect_error_at_end(test);
	KUNIT_EXPECT_PTR_EQ(test, dev->dma_ops, ours);
	KUNIT_EXPECT_PTR_EQ(test, leaks->dma_ops, ours);
	KUNIT_EXPECT_PTR_EQ(test, idle->dma_ops, ops);
	KUNIT_EXPECT_EQ(test, dma_max_mapping_size(dev), SIZE_MAX);

	mark_log(test);
	current->kunit_test = next;
	KUNIT_EXPECT_NULL(test, dma_alloc_coherent(dev, SZ_4K, &unused, GFP_KERNEL));
	expect_failed(test, next);
	KUNIT_EXPECT_NE(test, 0, dma_get_sgtable(dev, &sgt, cpu_addr, dma_addr, SZ_4K));
	expect_failed(test, next);
	unused = dma_map_single(dev, t, sizeof(*t), DMA_TO_DEVICE);
	KUNIT_EXPECT_NE(test, 0, dma_mapping_error(dev, unused));
	expect_failed(test, next);
	dma_free_attrs(dev, SZ_4K, cpu_addr, dma_addr, NO_MAPPING);
	expect_failed(test, next);
	dma_sync_single_for_cpu(dev, dma_addr, 1, DMA_FROM_DEVICE);
	expect_failed(test, next);
	KUNIT_EXPECT_EQ(test, -EFAULT, kunit_dma_dev_read(dev, dma_addr, &dma_addr, 1));
	expect_failed(test, next);
	KUNIT_EXPECT_NULL(test, kunit_dma_lookup(dev, dma_addr, 1));
	sg_init_one(&sg, t, sizeof(*t));
	dev->dma_parms = &params;
	KUNIT_EXPECT_EQ(test, 0, dma_map_sg(dev, &sg, 1, DMA_TO_DEVICE));
	dev->dma_parms = NULL;
	expect_failed(test, next);
	expect_log(test, "lives-longer: dma_sync_*_for_cpu(), but the test with its", true);

	/* No test runs, or it is in another thread. */
	current->kunit_test = NULL;
	KUNIT_EXPECT_NULL(test, dma_alloc_coherent(dev, SZ_4K, &unused, GFP_KERNEL));
	current->kunit_test = test;
}

/* Succeeds if a managed buffer of a device that no driver is bound to is freed with the device. */
static void managed_without_a_driver(struct kunit *test)
{
	struct kunit_dma_test *t = test->priv;
	struct platform_device *pdev;
	dma_addr_t dma_addr;

	dma_free_attrs(t->dev, SZ_4K, t->cpu_addr, t->dma_addr, NO_MAPPING);
	pdev = kunit_platform_device_alloc(&t->inner, "kunit-dma-test", PLATFORM_DEVID_NONE);
	KUNIT_ASSERT_NOT_NULL(test, pdev);
	KUNIT_ASSERT_EQ(test, 0, kunit_dma_attach(t->dma, &pdev->dev));
	KUNIT_EXPECT_NOT_NULL(test, dmam_alloc_attrs(&pdev->dev, SZ_4K, &dma_addr, GFP_KERNEL, 0));
	expect_clean(test);
}

/* Succeeds if there is no device where KUnit would not see that the test failed. */
static void create_needs_a_running_test(struct kunit *test)
{
	struct kunit_dma_test *t = test->priv;
	struct kunit_dma *dma;

	dma_free_attrs(t->dev, SZ_4K, t->cpu_addr, t->dma_addr, NO_MAPPING);
	/* As in a test case's param_init(). */
	current->kunit_test = NULL;
	dma = kunit_dma_create(&t->inner);
	current->kunit_test = test;
	KUNIT_EXPECT_PTR_EQ(test, dma, ERR_PTR(-EINVAL));
	expect_clean(test);
}

/* Succeeds if all messages are in the log of the test, but for those that are too many. */
static void messages_are_logged(struct kunit *test)
{
	struct kunit_dma_test *t = test->priv;
	int i;

	skip_with_dma_debug(test);
	mark_log(test);
	for (i = 1; i < 6; i++)
		dma_free_attrs(t->dev, i, t->cpu_addr + SZ_1M, t->dma_addr + SZ_1M, NO_MAPPING);
	KUNIT_EXPECT_EQ(test, t->dma->errors, 5);
	expect_log(test, "# inner: ", false);
	expect_words(test, "dma_free_attrs() of 5 bytes");
	expect_name(test, ", called by ", __func__);
	kunit_release_action(test, end_inner_test_wrapper, &t->inner);
	expect_log(test, "# inner: dma_free_attrs() of 1 bytes at DMA", true);
	expect_log(test, "# inner: dma_free_attrs() of 4 bytes at DMA", true);
	expect_log(test, "# inner: ... and 2 more errors", true);
}

/* Succeeds if all that was left is logged, and no more is counted than that. */
static void leaks_are_logged(struct kunit *test)
{
	struct kunit_dma_test *t = test->priv;
	dma_addr_t dma_addr;
	char words[100];

	skip_with_dma_debug(test);
	mark_log(test);
	dma_addr = dma_map_single(t->dev, t, 8, DMA_TO_DEVICE);
	KUNIT_EXPECT_EQ(test, 0, dma_mapping_error(t->dev, dma_addr));
	kunit_release_action(test, end_inner_test_wrapper, &t->inner);
	snprintf(words, sizeof(words), "(call 1): 4096 bytes at DMA address %pad, never freed",
		 &t->dma_addr);
	expect_log(test, words, true);
	snprintf(words, sizeof(words), "(call 2): 8 bytes at DMA address %pad, never unmapped",
		 &dma_addr);
	expect_log(test, words, true);
	expect_log(test, "more errors", false);
}

/* A driver with many functions. */
static noinline void dmatest_deep(struct kunit_dma_test *t, unsigned int depth)
{
	if (depth)
		dmatest_deep(t, depth - 1);
	else
		dma_free_attrs(t->dev, SZ_8K, t->cpu_addr, t->dma_addr, NO_MAPPING);
	/* Or the call would be a jump. */
	barrier();
}

/* Succeeds if the message has no more than the five innermost functions that led to a call. */
static void five_functions_are_named(struct kunit *test)
{
	struct kunit_dma_test *t = test->priv;
	const char *s = t->dma->error;
	unsigned int n = 0;

	skip_with_dma_debug(test);
	dmatest_deep(t, 7);
	expect_name(test, ", called by ", "dmatest_deep");
	while ((s = strstr(s, " dmatest_deep"))) {
		s++;
		n++;
	}
	if (n)
		KUNIT_EXPECT_EQ_MSG(test, n, 5, "%s", t->dma->error);
}

static noinline void dmatest_wrong_free(struct kunit_dma_test *t)
{
	dma_free_attrs(t->dev, SZ_8K, t->cpu_addr, t->dma_addr, NO_MAPPING);
	barrier();
}

static noinline void dma_driver(struct kunit_dma_test *t)
{
	dmatest_wrong_free(t);
	barrier();
}

/* Succeeds if functions of a driver are named whose names begin as the DMA layer's do. */
static void outer_functions_are_named(struct kunit *test)
{
	struct kunit_dma_test *t = test->priv;

	skip_with_dma_debug(test);
	dma_driver(t);
	expect_name(test, ", called by ", "dmatest_wrong_free");
	expect_name(test, " < ", "dma_driver");
}

static DECLARE_COMPLETION(dmatest_thread_done);

static int dmatest_thread(void *data)
{
	dmatest_wrong_free(data);
	kthread_complete_and_exit(&dmatest_thread_done, 0);
}

/* Succeeds if the message ends where a thread begins. */
static void thread_is_named(struct kunit *test)
{
	struct kunit_dma_test *t = test->priv;

	skip_with_dma_debug(test);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, kthread_run(dmatest_thread, t, "dmatest"));
	wait_for_completion(&dmatest_thread_done);
	KUNIT_EXPECT_EQ(test, t->dma->errors, 1);
	expect_name(test, " < ", "dmatest_thread");
	KUNIT_EXPECT_NULL_MSG(test, strstr(t->dma->error, " < 0x"), "%s", t->dma->error);
}

/* Succeeds if the message names a library of the drivers: dma_pool. */
static void library_is_named(struct kunit *test)
{
	struct kunit_dma_test *t = test->priv;
	struct dma_pool *pool;
	dma_addr_t dma_addr;
	void *block;
	u8 byte;

	dma_free_attrs(t->dev, SZ_4K, t->cpu_addr, t->dma_addr, NO_MAPPING);
	pool = dma_pool_create("dmatest", t->dev, 64, 64, 0);
	KUNIT_ASSERT_NOT_NULL(test, pool);
	block = dma_pool_alloc(pool, GFP_KERNEL, &dma_addr);
	KUNIT_EXPECT_EQ(test, -EFAULT, kunit_dma_dev_read(t->dev, dma_addr - 1, &byte, 1));
	dma_pool_free(pool, block, dma_addr);
	dma_pool_destroy(pool);
	KUNIT_EXPECT_EQ(test, t->dma->errors, 1);
	if (strstr(t->dma->error, " by "))
		KUNIT_EXPECT_NOT_NULL_MSG(test, strstr(t->dma->error, "pool_"), "%s",
					  t->dma->error);
}

/* The calls of a driver after the device has written, and what the test sees. */
struct missing_sync_param {
	const char *name;
	bool other_way, fails_before, fails_after, sync_cpu, sync_device, sync_late, skip, leak;
	bool fails, explained;
};

static const struct missing_sync_param missing_sync_params[] = {
	{ "unmapped", .fails = true },
	{ "unmapped too late", .fails_after = true, .explained = true },
	{ "synced too late", .fails_after = true, .sync_cpu = true, .explained = true },
	{ "still mapped", .fails_after = true, .leak = true, .explained = true },
	{ "leaked", .leak = true },
	{ "written after the failure", .fails_before = true },
	{ "unmapped without a sync", .skip = true, .fails = true, .explained = true },
	{ "given back without a sync", .sync_device = true, .fails = true, .explained = true },
	{ "synced", .sync_cpu = true, .sync_device = true, .skip = true, .fails = true },
	{ "given back, and then synced", .sync_device = true, .sync_late = true, .skip = true,
	  .fails = true, .explained = true },
	{ "dropped", .sync_device = true, .skip = true },
	{ "synced the other way", .other_way = true, .sync_cpu = true, .skip = true, .fails = true,
	  .explained = true },
};

KUNIT_ARRAY_PARAM_DESC(missing_sync, missing_sync_params, name);

/* Succeeds if a test that fails is told of data that the CPU was not given, and no other is. */
static void missing_sync_is_explained(struct kunit *test)
{
	const struct missing_sync_param *param = test->param_value;
	enum dma_data_direction dir = param->other_way ? DMA_BIDIRECTIONAL : DMA_FROM_DEVICE;
	struct kunit_dma_test *t = test->priv;
	dma_addr_t dma_addr, coherent_addr;
	unsigned int i;
	u8 *buf, *coherent;

	if (param->leak)
		skip_with_dma_debug(test);
	mark_log(test);
	buf = stream_buffer(test);
	coherent = dma_alloc_coherent(t->dev, 8, &coherent_addr, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, coherent);
	dev_writes(test, coherent_addr, 8, 'x');
	for (i = 0; i < 2; i++) {
		dma_addr = stream_map(test, buf, dir, 0);
		if (param->fails_before)
			kunit_set_failure(&t->inner);
		dev_writes(test, dma_addr, 8, 'x');
		if (param->fails_after) {
			kunit_set_failure(&t->inner);
			dev_writes(test, dma_addr, 8, 'y');
		}
		if (param->sync_cpu)
			dma_sync_single_for_cpu(t->dev, dma_addr, STREAM_SIZE,
						param->other_way ? DMA_TO_DEVICE : dir);
		if (param->sync_device)
			dma_sync_single_for_device(t->dev, dma_addr, STREAM_SIZE, dir);
		if (param->sync_late) {
			dma_sync_single_for_cpu(t->dev, dma_addr, STREAM_SIZE, dir);
			dma_sync_single_for_device(t->dev, dma_addr, STREAM_SIZE, dir);
		}
		if (!param->leak)
			dma_unmap_single_attrs(t->dev, dma_addr, STREAM_SIZE, dir,
					       param->skip ? DMA_ATTR_SKIP_CPU_SYNC :
					       DMA_ATTR_WEAK_ORDERING);
	}
	dma_free_coherent(t->dev, 8, coherent, coherent_addr);
	KUNIT_EXPECT_EQ(test, t->inner.status == KUNIT_FAILURE,
			param->fails_before || param->fails_after);
	KUNIT_EXPECT_EQ(test, t->dma->errors, 0);
	if (param->fails)
		kunit_set_failure(&t->inner);
	kunit_release_action(test, end_inner_test_wrapper, &t->inner);
	expect_log(test, "# inner: dma_map_*() (call 3): what the device has written did not reach",
		   param->explained);
	if (has_names())
		expect_log(test, ", mapped by stream_map+0x", param->explained || param->leak);
	/* The CPU sees what is in a coherent buffer. */
	expect_log(test, "(call 2): what the device has written", false);
	/* Once will do. */
	expect_log(test, "(call 4): what the device has written", false);
}

struct kunit_dma_test_driver {
	struct platform_driver drv;
	int probed;
};

static int kunit_dma_test_probe(struct platform_device *pdev)
{
	struct platform_driver *pdrv = to_platform_driver(pdev->dev.driver);
	struct kunit_dma_test_driver *drv = container_of(pdrv, struct kunit_dma_test_driver, drv);
	dma_addr_t dma_addr;

	if (!dmam_alloc_coherent(&pdev->dev, SZ_4K, &dma_addr, GFP_KERNEL))
		return -ENOMEM;

	drv->probed++;
	return 0;
}

/* Succeeds if a real platform driver's probe reaches mock DMA ops, and its buffer is no leak. */
static void platform_driver_probe_and_detach(struct kunit *test)
{
	struct kunit_dma_test *t = test->priv;
	struct kunit_dma_test_driver *drv;
	struct platform_device *pdev;
	struct kunit_dma *dma;

	dma_free_attrs(t->dev, SZ_4K, t->cpu_addr, t->dma_addr, NO_MAPPING);
	drv = kunit_kzalloc(test, sizeof(*drv), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, drv);
	dma = kunit_dma_create(test);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, dma);

	pdev = kunit_dma_platform_device_add(dma, "kunit-dma-test");
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, pdev);

	drv->drv.probe = kunit_dma_test_probe;
	drv->drv.driver.name = "kunit-dma-test";
	KUNIT_ASSERT_EQ(test, 0, kunit_platform_driver_register(test, &drv->drv));
	wait_for_device_probe();

	KUNIT_EXPECT_EQ(test, drv->probed, 1);
	KUNIT_EXPECT_EQ(test, dma->calls, 1);
	KUNIT_EXPECT_EQ(test, dma->nr_live, 1);
}

static struct kunit_case kunit_dma_test_cases[] = {
	KUNIT_CASE(right_use),
	KUNIT_CASE(free_other_size),
	KUNIT_CASE(free_other_dma_addr),
	KUNIT_CASE(free_far_dma_addr),
	KUNIT_CASE(free_other_cookie),
	KUNIT_CASE(free_cookie_of_other_buffer),
	KUNIT_CASE(free_other_attrs),
	KUNIT_CASE(free_other_device),
	KUNIT_CASE(double_free),
	KUNIT_CASE(free_never_allocated),
	KUNIT_CASE(leak),
	KUNIT_CASE(managed_is_no_leak),
	KUNIT_CASE(cookie_faults),
	KUNIT_CASE(buffers_are_distinct),
	KUNIT_CASE(coherent_mask_is_respected),
	KUNIT_CASE(fail_nth),
	KUNIT_CASE(calls_are_recorded),
	KUNIT_CASE(mapped_buffer_is_zeroed_memory),
	KUNIT_CASE(large_buffer),
	KUNIT_CASE(extreme_sizes),
	KUNIT_CASE(written_behind_the_end),
	KUNIT_CASE(free_without_internal_attr),
	KUNIT_CASE(atomic_context),
	KUNIT_CASE(map_right_use),
	KUNIT_CASE(unmap_other_size),
	KUNIT_CASE(unmap_other_direction),
	KUNIT_CASE(unmap_not_mapped),
	KUNIT_CASE(mapped_buffer_leak),
	KUNIT_CASE(map_leak),
	KUNIT_CASE(map_sg),
	KUNIT_CASE(map_sg_merges),
	KUNIT_CASE(map_sg_limits),
	KUNIT_CASE(map_sg_boundary),
	KUNIT_CASE(unmap_sg_other_nents),
	KUNIT_CASE(sync_sg_other_nents),
	KUNIT_CASE(use_of_unmapped_sg),
	KUNIT_CASE(unmap_by_other_function),
	KUNIT_CASE(unmap_in_the_middle),
	KUNIT_CASE(double_unmap),
	KUNIT_CASE(map_no_bytes),
	KUNIT_CASE(addresses_from_the_top),
	KUNIT_CASE(gaps_are_filled),
	KUNIT_CASE(bus_limit_is_respected),
	KUNIT_CASE(thousands_of_buffers),
	KUNIT_CASE(memory_is_given_back),
	KUNIT_CASE(stream_to_device),
	KUNIT_CASE(stream_from_device),
	KUNIT_CASE(stream_bidirectional),
	KUNIT_CASE(stream_skips_sync),
	KUNIT_CASE(stream_partial_sync),
	KUNIT_CASE(stream_sg),
	KUNIT_CASE(stream_highmem),
	KUNIT_CASE(dev_accesses_buffers),
	KUNIT_CASE(dev_accesses_register),
	KUNIT_CASE(dev_access_faults),
	KUNIT_CASE(sync_faults),
	KUNIT_CASE(sync_is_not_skipped),
	KUNIT_CASE(lookup),
	KUNIT_CASE(stream_in_atomic_context),
	KUNIT_CASE(alloc_pages_right_use),
	KUNIT_CASE(alloc_pages_wrong_use),
	KUNIT_CASE(alloc_noncontiguous),
	KUNIT_CASE(get_sgtable),
	KUNIT_CASE(mmap_coherent),
	KUNIT_CASE(mmap_no_mapping),
	KUNIT_CASE(masks_and_sizes),
	KUNIT_CASE(bus_limit_of_mappings),
	KUNIT_CASE(mapping_error_not_checked),
	KUNIT_CASE(attach_gives_masks),
	KUNIT_CASE(attach_refuses),
	KUNIT_CASE(device_outlives_the_test),
	KUNIT_CASE(two_tests_at_once),
	KUNIT_CASE(dma_after_the_test),
	KUNIT_CASE(managed_without_a_driver),
	KUNIT_CASE(create_needs_a_running_test),
	KUNIT_CASE(messages_are_logged),
	KUNIT_CASE(leaks_are_logged),
	KUNIT_CASE(five_functions_are_named),
	KUNIT_CASE(outer_functions_are_named),
	KUNIT_CASE(thread_is_named),
	KUNIT_CASE(library_is_named),
	KUNIT_CASE_PARAM(missing_sync_is_explained, missing_sync_gen_params),
	KUNIT_CASE(platform_driver_probe_and_detach),
	{}
};

static struct kunit_suite kunit_dma_test_suite = {
	.name = "kunit_dma",
	.init = init_inner_test,
	.test_cases = kunit_dma_test_cases,
};

kunit_test_suite(kunit_dma_test_suite);

MODULE_DESCRIPTION("KUnit test for the KUnit DMA device");
MODULE_LICENSE("GPL");
