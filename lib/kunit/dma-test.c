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

#include <linux/device.h>
#include <linux/dma-mapping.h>
#include <linux/gfp.h>
#include <linux/limits.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/platform_device.h>
#include <linux/scatterlist.h>
#include <linux/sizes.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#define NO_MAPPING	DMA_ATTR_NO_KERNEL_MAPPING

struct kunit_dma_test {
	struct kunit inner;
	struct kunit_dma *dma;
	struct device *dev, *other;
	dma_addr_t dma_addr;
	void *cpu_addr;
};

static void end_inner_test(struct kunit *inner)
{
	struct kunit *outer = current->kunit_test;

	kunit_cleanup(inner);
	current->kunit_test = outer;
}

KUNIT_DEFINE_ACTION_WRAPPER(end_inner_test_wrapper, end_inner_test, struct kunit *);

/* Two devices of an inner test, and a buffer of 4096 bytes on the first. */
static int kunit_dma_test_init(struct kunit *test)
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

/* The one error has been reported, and is not reported again at the end of the inner test. */
static void expect_error(struct kunit *test, const char *message)
{
	struct kunit_dma_test *t = test->priv;

	KUNIT_EXPECT_EQ(test, t->dma->errors, 1);
	KUNIT_EXPECT_STREQ(test, t->dma->error, message);
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
	KUNIT_EXPECT_EQ(test, t->dma->errors, 0);
	expect_clean(test);
}

/* Succeeds if a free with another size than at allocation fails the test. */
static void free_other_size(struct kunit *test)
{
	struct kunit_dma_test *t = test->priv;

	dma_free_attrs(t->dev, SZ_8K, t->cpu_addr, t->dma_addr, NO_MAPPING);
	expect_error(test,
		     "dma_free_attrs(): size 8192, but dma_alloc_attrs() (call 1) was given 4096");
}

/* Succeeds if a free with another DMA address than was returned fails the test. */
static void free_other_dma_addr(struct kunit *test)
{
	struct kunit_dma_test *t = test->priv;

	dma_free_attrs(t->dev, SZ_4K, t->cpu_addr, t->dma_addr + 1, NO_MAPPING);
	KUNIT_EXPECT_EQ(test, t->dma->errors, 1);
	KUNIT_EXPECT_NOT_NULL(test, strstr(t->dma->error, "dma_free_attrs(): DMA address 0x"));
	KUNIT_EXPECT_NOT_NULL(test, strstr(t->dma->error, "(call 1) returned 0x"));
	KUNIT_EXPECT_EQ(test, t->inner.status, KUNIT_FAILURE);
}

/* Succeeds if a free with another cookie than was returned fails the test. */
static void free_other_cookie(struct kunit *test)
{
	struct kunit_dma_test *t = test->priv;

	dma_free_attrs(t->dev, SZ_4K, t->cpu_addr + 1, t->dma_addr, NO_MAPPING);
	expect_error(test,
		     "dma_free_attrs(): another cookie than dma_alloc_attrs() (call 1) returned");
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

	dma_free_attrs(t->other, SZ_4K, t->cpu_addr, t->dma_addr, NO_MAPPING);
	expect_error(test,
		     "dma_free_attrs(): device inner.b, but dma_alloc_attrs() (call 1) was for inner.a");
}

/* Succeeds if a second free fails the test, even when its DMA address is in use again. */
static void double_free(struct kunit *test)
{
	struct kunit_dma_test *t = test->priv;
	dma_addr_t dma_addr;
	void *cpu_addr;

	dma_free_attrs(t->dev, SZ_4K, t->cpu_addr, t->dma_addr, NO_MAPPING);
	cpu_addr = dma_alloc_attrs(t->dev, SZ_4K, &dma_addr, GFP_KERNEL, NO_MAPPING);
	KUNIT_ASSERT_NOT_NULL(test, cpu_addr);
	KUNIT_EXPECT_EQ(test, dma_addr, t->dma_addr);
	KUNIT_EXPECT_EQ(test, t->dma->errors, 0);

	dma_free_attrs(t->dev, SZ_4K, t->cpu_addr, t->dma_addr, NO_MAPPING);
	KUNIT_EXPECT_NOT_NULL(test, strstr(t->dma->error, "dma_free_attrs() of 4096 bytes at"));
	KUNIT_EXPECT_NOT_NULL(test, strstr(t->dma->error, "(call 1): second time"));
	KUNIT_EXPECT_EQ(test, t->dma->errors, 1);
	KUNIT_EXPECT_EQ(test, t->dma->nr_live, 1);
	KUNIT_EXPECT_EQ(test, t->inner.status, KUNIT_FAILURE);

	/* The buffer that is there now was left alone. */
	dma_free_attrs(t->dev, SZ_4K, cpu_addr, dma_addr, NO_MAPPING);
	KUNIT_EXPECT_EQ(test, t->dma->errors, 1);
}

/* Succeeds if a free of something that was never allocated fails the test. */
static void free_never_allocated(struct kunit *test)
{
	struct kunit_dma_test *t = test->priv;

	dma_free_attrs(t->dev, SZ_4K, t->cpu_addr, t->dma_addr, NO_MAPPING);
	dma_free_attrs(t->dev, SZ_8K, t->cpu_addr + SZ_1M, t->dma_addr + SZ_1M, NO_MAPPING);
	KUNIT_EXPECT_EQ(test, t->dma->errors, 1);
	KUNIT_EXPECT_NOT_NULL(test, strstr(t->dma->error, "dma_free_attrs() of 8192 bytes at"));
	KUNIT_EXPECT_NOT_NULL(test, strstr(t->dma->error, "no dma_alloc_attrs() returned that"));
	KUNIT_EXPECT_EQ(test, t->inner.status, KUNIT_FAILURE);

	/* Nor is it a second free, if only one of address and cookie is known. */
	dma_free_attrs(t->dev, SZ_4K, t->cpu_addr + SZ_1M, t->dma_addr, NO_MAPPING);
	KUNIT_EXPECT_EQ(test, t->dma->errors, 2);
	KUNIT_EXPECT_NOT_NULL(test, strstr(t->dma->error, "no dma_alloc_attrs() returned that"));
}

/* Succeeds if a buffer that is still there at the end fails the test. */
static void leak(struct kunit *test)
{
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
	/* The gap that this leaves is too small for the next buffer, but not for the one after. */
	a = kunit_dma_nth_call(t->dma, 2);
	dma_free_attrs(t->dev, a->size, a->cpu_addr, a->dma_addr, NO_MAPPING);
	KUNIT_ASSERT_NOT_NULL(test, dma_alloc_attrs(t->dev, 2 * PAGE_SIZE, &dma_addr, GFP_KERNEL,
						    NO_MAPPING));
	KUNIT_EXPECT_NE(test, dma_addr, a->dma_addr);
	KUNIT_ASSERT_NOT_NULL(test, dma_alloc_attrs(t->dev, PAGE_SIZE, &dma_addr, GFP_KERNEL,
						    NO_MAPPING));
	KUNIT_EXPECT_EQ(test, dma_addr, a->dma_addr);

	for (i = 1; i <= t->dma->calls; i++) {
		a = kunit_dma_nth_call(t->dma, i);
		if (a->freed)
			continue;
		a_end = a->dma_addr + PAGE_ALIGN(a->size);
		KUNIT_EXPECT_NE(test, a->dma_addr, 0);
		KUNIT_EXPECT_EQ(test, 0, a->dma_addr & ((PAGE_SIZE << get_order(a->size)) - 1));
		for (j = i + 1; j <= t->dma->calls; j++) {
			b = kunit_dma_nth_call(t->dma, j);
			if (b->freed)
				continue;
			KUNIT_EXPECT_PTR_NE(test, a->cpu_addr, b->cpu_addr);
			b_end = b->dma_addr + PAGE_ALIGN(b->size);
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

/* Succeeds if all the addresses that a narrow mask leaves are handed out, and none beyond. */
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
	/* Page 0 is never handed out, and another page went to init's buffer. */
	KUNIT_EXPECT_EQ(test, n, 14);

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
	struct kunit_dma_test *t = test->priv;
	const size_t size = 3 * PAGE_SIZE;
	dma_addr_t dma_addr;
	struct page *page;
	void *cpu_addr;
	int i;

	dma_free_attrs(t->dev, SZ_4K, t->cpu_addr, t->dma_addr, NO_MAPPING);
	for (i = 0; i < 2; i++) {
		cpu_addr = dma_alloc_coherent(t->dev, size, &dma_addr, GFP_KERNEL);
		KUNIT_ASSERT_NOT_NULL(test, cpu_addr);
		KUNIT_EXPECT_NULL(test, memchr_inv(cpu_addr, 0, size));
		memset(cpu_addr, 0xa5, size);

		/* Hold on to the last page, to see what happens to it. */
		page = virt_to_page(cpu_addr + size - 1);
		get_page(page);
		KUNIT_EXPECT_EQ(test, page_count(page), 2);
		dma_free_coherent(t->dev, size, cpu_addr, dma_addr);
		KUNIT_EXPECT_EQ(test, page_count(page), 1);
		put_page(page);
	}
	expect_clean(test);
}

/* Succeeds if buffers can be allocated and freed, and errors reported, where sleeping is wrong. */
static void atomic_context(struct kunit *test)
{
	struct kunit_dma_test *t = test->priv;
	spinlock_t lock;	/* any that makes the context atomic */
	dma_addr_t dma_addr;
	void *cpu_addr;

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

/* DMA_API_DEBUG knows mappings too, and would warn of what is done to them on purpose. */
static void skip_with_dma_debug(struct kunit *test)
{
	if (IS_ENABLED(CONFIG_DMA_API_DEBUG))
		kunit_skip(test, "DMA_API_DEBUG warns of it as well");
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
	expect_error(test, "dma_unmap_*(): direction 1, but dma_map_*() (call 2) was given 2");
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
	KUNIT_EXPECT_NOT_NULL(test, strstr(t->dma->error, "dma_unmap_*() of 4096 bytes"));
	KUNIT_EXPECT_NOT_NULL(test, strstr(t->dma->error, "(call 2): second time"));

	/* A coherent buffer is no mapping. */
	dma_unmap_single(t->dev, t->dma_addr, SZ_4K, DMA_FROM_DEVICE);
	KUNIT_EXPECT_EQ(test, t->dma->errors, 2);
	KUNIT_EXPECT_NOT_NULL(test, strstr(t->dma->error, "no dma_map_*() returned that"));
	dma_free_attrs(t->dev, SZ_4K, t->cpu_addr, t->dma_addr, NO_MAPPING);
	KUNIT_EXPECT_EQ(test, t->dma->errors, 2);

	/* Nor is one that has been freed, nor anything beside another mapping. */
	dma_unmap_single(t->dev, t->dma_addr, SZ_4K, DMA_FROM_DEVICE);
	KUNIT_EXPECT_EQ(test, t->dma->errors, 3);
	dma_addr = dma_map_single(t->dev, buf, SZ_4K, DMA_FROM_DEVICE);
	dma_unmap_single(t->dev, dma_addr + SZ_1M, SZ_4K, DMA_FROM_DEVICE);
	KUNIT_EXPECT_EQ(test, t->dma->errors, 4);
	KUNIT_EXPECT_NOT_NULL(test, strstr(t->dma->error, "no dma_map_*() returned that"));
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
	cpu_addr = dma_alloc_coherent(t->dev, SZ_4K, &dma_addr, GFP_KERNEL);
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

	KUNIT_ASSERT_EQ(test, 3, dma_map_sg(t->dev, sgl, 3, DMA_TO_DEVICE));
	KUNIT_EXPECT_EQ(test, t->dma->nr_live, 3);
	for_each_sg(sgl, sg, ARRAY_SIZE(sgl), i)
		KUNIT_EXPECT_EQ(test, sg_dma_len(sg), 100 + i);
	dma_unmap_sg(t->dev, sgl, 3, DMA_TO_DEVICE);
	KUNIT_EXPECT_EQ(test, t->dma->nr_live, 0);

	kunit_dma_fail_nth(t->dma, 3);
	KUNIT_EXPECT_EQ(test, 0, dma_map_sg(t->dev, sgl, 3, DMA_TO_DEVICE));
	KUNIT_EXPECT_EQ(test, t->dma->nr_live, 0);
	expect_clean(test);
}

/* Succeeds if a device without DMA masks is given some, and one that has them keeps them. */
static void attach_gives_masks(struct kunit *test)
{
	struct kunit_dma_test *t = test->priv;

	dma_free_attrs(t->dev, SZ_4K, t->cpu_addr, t->dma_addr, NO_MAPPING);

	t->dev->dma_mask = NULL;
	t->dev->coherent_dma_mask = 0;
	kunit_dma_attach(t->dma, t->dev);
	KUNIT_ASSERT_NOT_NULL(test, t->dev->dma_mask);
	KUNIT_EXPECT_EQ(test, *t->dev->dma_mask, DMA_BIT_MASK(32));
	KUNIT_EXPECT_EQ(test, t->dev->coherent_dma_mask, DMA_BIT_MASK(32));

	t->dev->coherent_dma_mask = DMA_BIT_MASK(24);
	kunit_dma_attach(t->dma, t->dev);
	KUNIT_EXPECT_EQ(test, t->dev->coherent_dma_mask, DMA_BIT_MASK(24));
	expect_clean(test);
}

struct kunit_dma_test_driver {
	struct platform_driver drv;
	int probed;
};

static int kunit_dma_test_probe(struct platform_device *pdev)
{
	struct kunit_dma_test_driver *drv = container_of(to_platform_driver(pdev->dev.driver),
							 struct kunit_dma_test_driver, drv);
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

	pdev = kunit_platform_device_alloc(test, "kunit-dma-test", PLATFORM_DEVID_NONE);
	KUNIT_ASSERT_NOT_NULL(test, pdev);
	kunit_dma_attach(dma, &pdev->dev);
	KUNIT_ASSERT_EQ(test, 0, kunit_platform_device_add(test, pdev));

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
	KUNIT_CASE(free_other_cookie),
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
	KUNIT_CASE(atomic_context),
	KUNIT_CASE(map_right_use),
	KUNIT_CASE(unmap_other_size),
	KUNIT_CASE(unmap_other_direction),
	KUNIT_CASE(unmap_not_mapped),
	KUNIT_CASE(mapped_buffer_leak),
	KUNIT_CASE(map_leak),
	KUNIT_CASE(map_sg),
	KUNIT_CASE(attach_gives_masks),
	KUNIT_CASE(platform_driver_probe_and_detach),
	{}
};

static struct kunit_suite kunit_dma_test_suite = {
	.name = "kunit_dma",
	.init = kunit_dma_test_init,
	.test_cases = kunit_dma_test_cases,
};

kunit_test_suite(kunit_dma_test_suite);

MODULE_DESCRIPTION("KUnit test for the KUnit DMA device");
MODULE_LICENSE("GPL");
