// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit test for ALSA's buffers, on the KUnit DMA device
 *
 * This includes the kernel's own file, with what only x86 has of it, and another name for each of
 * its functions. Its pages are counted.
 */

#include <kunit/device.h>
#include <kunit/dma.h>
#include <kunit/test-bug.h>
#include <kunit/test.h>

#include <linux/gfp.h>
#include <linux/mm.h>

static void *count_alloc(size_t size, gfp_t gfp);
static void count_free(void *pages, size_t size);

#undef alloc_pages_exact
#define alloc_pages_exact		count_alloc
#define free_pages_exact		count_free
#define CONFIG_SND_DMA_SGBUF		1
#define snd_dma_alloc_dir_pages		test_dma_alloc_dir_pages
#define snd_dma_alloc_pages_fallback	test_dma_alloc_pages_fallback
#define snd_dma_free_pages		test_dma_free_pages
#define snd_devm_alloc_dir_pages	test_devm_alloc_dir_pages
#define snd_dma_buffer_mmap		test_dma_buffer_mmap
#define snd_dma_buffer_sync		test_dma_buffer_sync
#define snd_sgbuf_get_addr		test_sgbuf_get_addr
#define snd_sgbuf_get_page		test_sgbuf_get_page
#define snd_sgbuf_get_chunk_size	test_sgbuf_get_chunk_size
#include "../../sound/core/memalloc.c"
#undef alloc_pages_exact
#undef free_pages_exact

#define BUFFER_SIZE	(4 * PAGE_SIZE)

struct memalloc_test {
	struct kunit_dma *dma;
	struct device *dev;
	struct snd_dma_buffer buf;
};

struct memalloc_param {
	const char *name;
	int type;
	bool fallback;			/* to something else than the first allocation */
};

static const struct memalloc_param params[] = {
	{ "coherent", SNDRV_DMA_TYPE_DEV },
	{ "write-combined", SNDRV_DMA_TYPE_DEV_WC },
	{ "noncontiguous", SNDRV_DMA_TYPE_NONCONTIG },
	{ "noncoherent", SNDRV_DMA_TYPE_NONCOHERENT },
	{ "scatterlist", SNDRV_DMA_TYPE_DEV_SG, true },
	{ "write-combined scatterlist", SNDRV_DMA_TYPE_DEV_WC_SG, true },
};

KUNIT_ARRAY_PARAM_DESC(memalloc, params, name);

/* Of the test that runs now. */
static void *counted[8];

static void *count_alloc(size_t size, gfp_t gfp)
{
	void *pages = (alloc_pages_exact_noprof)(size, gfp);
	unsigned int i;

	for (i = 0; pages && i < ARRAY_SIZE(counted); i++) {
		if (!counted[i]) {
			counted[i] = pages;
			break;
		}
	}
	return pages;
}

static void count_free(void *pages, size_t size)
{
	unsigned int i;

	for (i = 0; pages && i < ARRAY_SIZE(counted); i++) {
		if (counted[i] == pages) {
			counted[i] = NULL;
			free_pages_exact(pages, size);
			return;
		}
	}
	KUNIT_FAIL(kunit_get_current_test(), "pages are freed that were not allocated");
}

static void expect_nothing_left(struct kunit *test)
{
	struct memalloc_test *t = test->priv;
	unsigned int i;

	KUNIT_EXPECT_EQ(test, t->dma->nr_live, 0);
	for (i = 0; i < ARRAY_SIZE(counted); i++) {
		if (!counted[i])
			continue;
		KUNIT_FAIL(test, "pages are left");
		free_pages_exact(counted[i], BUFFER_SIZE);
		counted[i] = NULL;
	}
}

static int memalloc_test_init(struct kunit *test)
{
	struct memalloc_test *t;

	t = kunit_kzalloc(test, sizeof(*t), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, t);
	t->dma = kunit_dma_create(test);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, t->dma);
	t->dev = kunit_dma_device_register(t->dma, "sound");
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, t->dev);
	KUNIT_ASSERT_EQ(test, 0, dma_coerce_mask_and_coherent(t->dev, DMA_BIT_MASK(64)));
	test->priv = t;
	return 0;
}

static void alloc(struct kunit *test, enum dma_data_direction dir)
{
	const struct memalloc_param *param = test->param_value;
	struct memalloc_test *t = test->priv;

	kunit_dma_fail_nth(t->dma, param->fallback);
	KUNIT_ASSERT_EQ(test, 0, snd_dma_alloc_dir_pages(param->type, t->dev, dir, BUFFER_SIZE,
							 &t->buf));
	kunit_dma_fail_nth(t->dma, 0);
}

/* The device accesses each page where the driver would tell it to. */
static void access(struct kunit *test, void *page, unsigned int i, bool write)
{
	struct memalloc_test *t = test->priv;
	dma_addr_t addr = snd_sgbuf_get_addr(&t->buf, i * PAGE_SIZE);

	if (write)
		KUNIT_ASSERT_EQ(test, 0, kunit_dma_dev_write(t->dev, addr, page, PAGE_SIZE));
	else
		KUNIT_ASSERT_EQ(test, 0, kunit_dma_dev_read(t->dev, addr, page, PAGE_SIZE));
}

static void memalloc_playback(struct kunit *test)
{
	struct memalloc_test *t = test->priv;
	void *page = kunit_kzalloc(test, PAGE_SIZE, GFP_KERNEL);
	unsigned int i, round;

	KUNIT_ASSERT_NOT_NULL(test, page);
	alloc(test, DMA_TO_DEVICE);
	for (round = 1; round < 3; round++) {
		memset(t->buf.area, round, BUFFER_SIZE);
		snd_dma_buffer_sync(&t->buf, SNDRV_DMA_SYNC_DEVICE);
		for (i = 0; i < BUFFER_SIZE / PAGE_SIZE; i++) {
			access(test, page, i, false);
			if (memchr_inv(page, round, PAGE_SIZE))
				KUNIT_FAIL(test, "the device reads other data than in page %u", i);
		}
	}
	snd_dma_free_pages(&t->buf);
	expect_nothing_left(test);
}

static void memalloc_capture(struct kunit *test)
{
	struct memalloc_test *t = test->priv;
	void *page = kunit_kzalloc(test, PAGE_SIZE, GFP_KERNEL);
	unsigned int i, round;

	KUNIT_ASSERT_NOT_NULL(test, page);
	alloc(test, DMA_FROM_DEVICE);
	for (round = 1; round < 3; round++) {
		snd_dma_buffer_sync(&t->buf, SNDRV_DMA_SYNC_DEVICE);
		memset(page, round, PAGE_SIZE);
		for (i = 0; i < BUFFER_SIZE / PAGE_SIZE; i++)
			access(test, page, i, true);
		snd_dma_buffer_sync(&t->buf, SNDRV_DMA_SYNC_CPU);
		if (memchr_inv(t->buf.area, round, BUFFER_SIZE))
			KUNIT_FAIL(test, "the CPU reads other data than the device has written");
	}
	snd_dma_free_pages(&t->buf);
	expect_nothing_left(test);
}

/* Its one allocation or mapping fails and, where there is another way, that does, too. */
static void memalloc_fails(struct kunit *test)
{
	const struct memalloc_param *param = test->param_value;
	struct memalloc_test *t = test->priv;
	unsigned int calls;

	if (param->fallback)
		t->dma->max_mapping_size = PAGE_SIZE - 1;
	kunit_dma_fail_nth(t->dma, 1);
	KUNIT_EXPECT_EQ(test, -ENOMEM, snd_dma_alloc_dir_pages(param->type, t->dev,
							       DMA_BIDIRECTIONAL, BUFFER_SIZE,
							       &t->buf));
	expect_nothing_left(test);

	t->dma->max_mapping_size = SIZE_MAX;
	calls = t->dma->calls;
	KUNIT_ASSERT_EQ(test, 0, snd_dma_alloc_dir_pages(param->type, t->dev, DMA_BIDIRECTIONAL,
							 BUFFER_SIZE, &t->buf));
	KUNIT_EXPECT_EQ(test, t->dma->calls - calls, 1);
	snd_dma_free_pages(&t->buf);
	expect_nothing_left(test);
}

static struct kunit_case memalloc_cases[] = {
	KUNIT_CASE_PARAM(memalloc_playback, memalloc_gen_params),
	KUNIT_CASE_PARAM(memalloc_capture, memalloc_gen_params),
	KUNIT_CASE_PARAM(memalloc_fails, memalloc_gen_params),
	{}
};

static struct kunit_suite memalloc_suite = {
	.name = "snd_memalloc",
	.init = memalloc_test_init,
	.test_cases = memalloc_cases,
};

kunit_test_suite(memalloc_suite);

MODULE_DESCRIPTION("KUnit test for ALSA's buffers");
MODULE_LICENSE("GPL");
