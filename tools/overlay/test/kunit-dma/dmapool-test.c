// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit test for dma_pool, on the KUnit DMA device
 *
 * What a pool asks of the DMA layer, and what it makes of it. That it gives back just what it got
 * is for the device to find out.
 */

#include <kunit/device.h>
#include <kunit/dma.h>
#include <kunit/test.h>

#include <linux/align.h>
#include <linux/array_size.h>
#include <linux/dmapool.h>
#include <linux/string.h>

#define BLOCKS	256

struct dmapool_test {
	struct kunit_dma *dma;
	struct device *dev;
	void *block[BLOCKS];
	dma_addr_t dma_addr[BLOCKS];
};

static int dmapool_test_init(struct kunit *test)
{
	struct dmapool_test *t;

	t = kunit_kzalloc(test, sizeof(*t), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, t);
	t->dma = kunit_dma_create(test);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, t->dma);
	t->dev = kunit_dma_device_register(t->dma, "pooled");
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, t->dev);
	test->priv = t;
	return 0;
}

/* The allocation that a block lies in, as a whole, with the same offset for device and CPU. */
static const struct kunit_dma_call *page_of(struct kunit *test, unsigned int nr, size_t size)
{
	struct dmapool_test *t = test->priv;
	const struct kunit_dma_call *call;
	dma_addr_t offset;
	unsigned int i;

	for (i = 1; i <= t->dma->calls; i++) {
		call = kunit_dma_nth_call(t->dma, i);
		offset = t->dma_addr[nr] - call->dma_addr;
		if (call->cpu_addr && t->dma_addr[nr] >= call->dma_addr && offset < call->size) {
			KUNIT_EXPECT_LE(test, offset + size, call->size);
			KUNIT_EXPECT_PTR_EQ(test, t->block[nr], call->cpu_addr + offset);
			return call;
		}
	}
	KUNIT_FAIL(test, "block %u at DMA address %pad lies in none of %u allocations", nr,
		   &t->dma_addr[nr], t->dma->calls);
	return NULL;
}

struct dmapool_param {
	size_t size, align, boundary;
	size_t block;		/* what a block takes */
	unsigned int per_page;	/* how many there are in one allocation */
};

static const struct dmapool_param params[] = {
	{ 64, 64, 0, 64, PAGE_SIZE / 64 },
	{ 1, 0, 0, sizeof(void *) + sizeof(dma_addr_t), PAGE_SIZE / 16 },
	{ 96, 32, 0, 96, PAGE_SIZE / 96 },
	{ 96, 32, 256, 96, PAGE_SIZE / 256 * 2 },
	{ 3000, 8, 0, 3000, 1 },
	{ PAGE_SIZE, PAGE_SIZE, 0, PAGE_SIZE, 1 },
	{ PAGE_SIZE + 8, 8, 0, PAGE_SIZE + 8, 1 },
};

static void dmapool_param_name(const struct dmapool_param *param, char *name)
{
	snprintf(name, KUNIT_PARAM_DESC_SIZE, "size %zu, align %zu, boundary %zu", param->size,
		 param->align, param->boundary);
}

KUNIT_ARRAY_PARAM(dmapool, params, dmapool_param_name);

/* As many pages as the blocks need, and all of them given back. */
static void dmapool_blocks(struct kunit *test)
{
	const struct dmapool_param *param = test->param_value;
	struct dmapool_test *t = test->priv;
	const struct kunit_dma_call *call;
	struct dma_pool *pool;
	unsigned int i, j;

	pool = dma_pool_create("test", t->dev, param->size, param->align, param->boundary);
	KUNIT_ASSERT_NOT_NULL(test, pool);
	KUNIT_EXPECT_EQ(test, t->dma->calls, 0);

	for (i = 0; i < BLOCKS; i++) {
		t->block[i] = dma_pool_alloc(pool, GFP_KERNEL, &t->dma_addr[i]);
		KUNIT_ASSERT_NOT_NULL(test, t->block[i]);
	}
	KUNIT_EXPECT_EQ(test, t->dma->calls, DIV_ROUND_UP(BLOCKS, param->per_page));
	for (i = 0; i < BLOCKS; i++) {
		call = page_of(test, i, param->size);
		KUNIT_ASSERT_NOT_NULL(test, call);
		KUNIT_EXPECT_EQ(test, call->size, max(param->block, PAGE_SIZE));
		if (param->align)
			KUNIT_EXPECT_TRUE(test, IS_ALIGNED(t->dma_addr[i], param->align));
		if (param->boundary)
			KUNIT_EXPECT_EQ(test, t->dma_addr[i] / param->boundary,
					(t->dma_addr[i] + param->size - 1) / param->boundary);
		for (j = 0; j < i; j++)
			if (abs_diff(t->dma_addr[i], t->dma_addr[j]) < param->size)
				KUNIT_FAIL(test, "blocks %u and %u overlap", j, i);
	}

	for (i = 0; i < BLOCKS; i++)
		dma_pool_free(pool, t->block[i], t->dma_addr[i]);
	KUNIT_EXPECT_EQ(test, t->dma->frees, 0);
	dma_pool_destroy(pool);
	KUNIT_EXPECT_EQ(test, t->dma->nr_live, 0);
}

/* A block that is given back is given out again, before there is a new page. */
static void dmapool_reuse(struct kunit *test)
{
	struct dmapool_test *t = test->priv;
	struct dma_pool *pool;
	unsigned int i;

	pool = dma_pool_create("test", t->dev, PAGE_SIZE, 0, 0);
	KUNIT_ASSERT_NOT_NULL(test, pool);
	for (i = 0; i < 4; i++) {
		t->block[0] = dma_pool_zalloc(pool, GFP_KERNEL, &t->dma_addr[0]);
		KUNIT_ASSERT_NOT_NULL(test, t->block[0]);
		KUNIT_EXPECT_PTR_EQ(test, memchr_inv(t->block[0], 0, PAGE_SIZE), NULL);
		memset(t->block[0], 0x5a, PAGE_SIZE);
		dma_pool_free(pool, t->block[0], t->dma_addr[0]);
	}
	KUNIT_EXPECT_EQ(test, t->dma->calls, 1);
	dma_pool_destroy(pool);
	KUNIT_EXPECT_EQ(test, t->dma->nr_live, 0);
}

/* A page that is not to be had: no block, and no harm to those that are there. */
static void dmapool_no_page(struct kunit *test)
{
	struct dmapool_test *t = test->priv;
	struct dma_pool *pool;
	dma_addr_t dma_addr;

	pool = dma_pool_create("test", t->dev, PAGE_SIZE, 0, 0);
	KUNIT_ASSERT_NOT_NULL(test, pool);
	t->block[0] = dma_pool_alloc(pool, GFP_KERNEL, &t->dma_addr[0]);
	KUNIT_ASSERT_NOT_NULL(test, t->block[0]);
	kunit_dma_fail_nth(t->dma, 1);
	KUNIT_EXPECT_NULL(test, dma_pool_alloc(pool, GFP_KERNEL, &dma_addr));
	t->block[1] = dma_pool_alloc(pool, GFP_KERNEL, &t->dma_addr[1]);
	KUNIT_EXPECT_NOT_NULL(test, t->block[1]);

	dma_pool_free(pool, t->block[0], t->dma_addr[0]);
	if (t->block[1])
		dma_pool_free(pool, t->block[1], t->dma_addr[1]);
	dma_pool_destroy(pool);
	KUNIT_EXPECT_EQ(test, t->dma->nr_live, 0);
}

/* Its pages go with the device, while there still is one. */
static void dmapool_managed(struct kunit *test)
{
	struct dmapool_test *t = test->priv;
	struct dma_pool *pool;

	pool = dmam_pool_create("test", t->dev, 64, 64, 0);
	KUNIT_ASSERT_NOT_NULL(test, pool);
	t->block[0] = dma_pool_alloc(pool, GFP_KERNEL, &t->dma_addr[0]);
	KUNIT_ASSERT_NOT_NULL(test, t->block[0]);
	dma_pool_free(pool, t->block[0], t->dma_addr[0]);

	KUNIT_EXPECT_EQ(test, t->dma->nr_live, 1);
	kunit_device_unregister(test, t->dev);
	KUNIT_EXPECT_EQ(test, t->dma->nr_live, 0);
}

static struct kunit_case dmapool_cases[] = {
	KUNIT_CASE_PARAM(dmapool_blocks, dmapool_gen_params),
	KUNIT_CASE(dmapool_reuse),
	KUNIT_CASE(dmapool_no_page),
	KUNIT_CASE(dmapool_managed),
	{}
};

static struct kunit_suite dmapool_suite = {
	.name = "dmapool",
	.init = dmapool_test_init,
	.test_cases = dmapool_cases,
};

kunit_test_suite(dmapool_suite);

MODULE_DESCRIPTION("KUnit test for dma_pool");
MODULE_LICENSE("GPL");
