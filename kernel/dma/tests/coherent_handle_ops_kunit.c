// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit tests for DMA-coherent handles on DMA ops that behave like those of some architecture
 *
 * What a handle does for zeroed and clean buffers, and what it won't do for mmap and sg_table,
 * depends on what the DMA ops give out for a cookie. These ops give out whatever a case wants, and
 * record what is asked of them.
 */

#include <kunit/device.h>
#include <kunit/test.h>

#include <linux/bits.h>
#include <linux/container_of.h>
#include <linux/delay.h>
#include <linux/device.h>
#include <linux/dma-coherent-handle.h>
#include <linux/dma-direct.h>
#include <linux/dma-map-ops.h>
#include <linux/dma-mapping.h>
#include <linux/gfp.h>
#include <linux/jiffies.h>
#include <linux/kmsg_dump.h>
#include <linux/kref.h>
#include <linux/limits.h>
#include <linux/mm.h>
#include <linux/pfn.h>
#include <linux/ratelimit_types.h>
#include <linux/scatterlist.h>
#include <linux/sizes.h>
#include <linux/string.h>

#include "coherent_handle_log.h"

#define SIZE		(3 * PAGE_SIZE - 100)
#define ALIGNED		(3 * PAGE_SIZE)
#define OLD_CONTENT	0xa5

enum fake_cookie {
	COOKIE_PAGE,	/* the struct page of the DMA address, as dma-direct's */
	COOKIE_STRAY,	/* a struct page, but the DMA address is another one, as GART's */
	COOKIE_ADDRESS,	/* a kernel address, as most others' */
	COOKIE_IOVA,	/* the same, and the DMA address is beyond all memory */
	COOKIE_NO_PAGE,	/* what would be that struct page, if there were memory */
};

struct fake_dma {
	const struct dma_map_ops ops;	/* dev->dma_ops points here */
	struct device *dev;
	enum fake_cookie cookie;
	/* What was asked of the ops. */
	unsigned int allocs, frees, maps, unmaps, mmaps, sgtables;
	gfp_t gfp;
	struct page *page;
	phys_addr_t mapped_phys;
	struct mapping {
		dma_addr_t dma_addr;
		size_t size;
		enum dma_data_direction dir;
		unsigned long attrs;
	} mapped, unmapped;
	u8 mapped_byte;			/* the last that was in memory when it was flushed */
	void *shared_cookie;
	dma_addr_t shared_dma_addr;
	size_t shared_size;
	unsigned long shared_attrs;
	/* A DMA mask that leaves this many bytes of the latest buffer out. */
	u64 mask;
	unsigned int out_of_reach;
	/* How a mapping is to end: elsewhere by so much, or not at all. */
	dma_addr_t bounce;
	bool fail_map;
	/* The page allocator clears, but its work can be told from a handle's. */
	bool pretend_clear;
};

static struct fake_dma *to_fake_dma(struct device *dev)
{
	return container_of(get_dma_ops(dev), struct fake_dma, ops);
}

/* Memory that the page allocator has cleared is left so, since the handle relies on it. */
static bool memory_is_old(void)
{
	return !want_init_on_alloc(0) && !want_init_on_free();
}

static void *fake_alloc(struct device *dev, size_t size, dma_addr_t *dma_addr, gfp_t gfp,
			unsigned long attrs)
{
	struct fake_dma *fake = to_fake_dma(dev);
	struct page *page;

	fake->allocs++;
	fake->gfp = gfp;
	page = alloc_pages(gfp & ~__GFP_ZERO, get_order(size));
	if (!page)
		return NULL;
	if (memory_is_old() || fake->pretend_clear)
		memset(page_address(page), OLD_CONTENT, PAGE_SIZE << get_order(size));

	fake->page = page;
	*dma_addr = phys_to_dma(dev, page_to_phys(page));
	fake->mask = *dma_addr + ALIGNED - 1 - fake->out_of_reach;
	if (fake->cookie == COOKIE_IOVA)
		*dma_addr = ~(dma_addr_t)0 & PAGE_MASK;
	if (fake->cookie == COOKIE_ADDRESS || fake->cookie == COOKIE_IOVA)
		return page_address(page);
	if (fake->cookie == COOKIE_NO_PAGE) {
		unsigned long pfn = page_to_pfn(page);

		while (pfn_valid(pfn))
			pfn++;
		*dma_addr = phys_to_dma(dev, PFN_PHYS(pfn));
		return pfn_to_page(pfn);
	}
	if (fake->cookie == COOKIE_STRAY)
		*dma_addr += SZ_1M;
	return page;
}

static void fake_free(struct device *dev, size_t size, void *cookie, dma_addr_t dma_addr,
		      unsigned long attrs)
{
	struct fake_dma *fake = to_fake_dma(dev);

	fake->frees++;
	__free_pages(fake->page, get_order(size));
}

static dma_addr_t fake_map_phys(struct device *dev, phys_addr_t phys, size_t size,
				enum dma_data_direction dir, unsigned long attrs)
{
	struct fake_dma *fake = to_fake_dma(dev);

	fake->maps++;
	fake->mapped_phys = phys;
	fake->mapped = (struct mapping){ phys_to_dma(dev, phys) + fake->bounce, size, dir, attrs };
	fake->mapped_byte = ((u8 *)page_address(fake->page))[ALIGNED - 1];
	return fake->fail_map ? DMA_MAPPING_ERROR : fake->mapped.dma_addr;
}

static void fake_unmap_phys(struct device *dev, dma_addr_t dma_addr, size_t size,
			    enum dma_data_direction dir, unsigned long attrs)
{
	struct fake_dma *fake = to_fake_dma(dev);

	fake->unmaps++;
	fake->unmapped = (struct mapping){ dma_addr, size, dir, attrs };
}

static void fake_share(struct device *dev, void *cookie, dma_addr_t dma_addr, size_t size,
		       unsigned long attrs)
{
	struct fake_dma *fake = to_fake_dma(dev);

	fake->shared_cookie = cookie;
	fake->shared_dma_addr = dma_addr;
	fake->shared_size = size;
	fake->shared_attrs = attrs;
}

static int fake_mmap(struct device *dev, struct vm_area_struct *vma, void *cookie,
		     dma_addr_t dma_addr, size_t size, unsigned long attrs)
{
	to_fake_dma(dev)->mmaps++;
	fake_share(dev, cookie, dma_addr, size, attrs);
	return 0;
}

static int fake_get_sgtable(struct device *dev, struct sg_table *sgt, void *cookie,
			    dma_addr_t dma_addr, size_t size, unsigned long attrs)
{
	to_fake_dma(dev)->sgtables++;
	fake_share(dev, cookie, dma_addr, size, attrs);
	return 0;
}

static const struct dma_map_ops fake_ops = {
	.alloc		= fake_alloc,
	.free		= fake_free,
	.map_phys	= fake_map_phys,
	.unmap_phys	= fake_unmap_phys,
	.mmap		= fake_mmap,
	.get_sgtable	= fake_get_sgtable,
};

static const struct dma_map_ops fake_ops_without_sharing = {
	.alloc		= fake_alloc,
	.free		= fake_free,
};

static void set_fake_ops(struct fake_dma *fake, const struct dma_map_ops *ops)
{
	memcpy((void *)&fake->ops, ops, sizeof(*ops));
	set_dma_ops(fake->dev, &fake->ops);
}

/* Every case finds a device with such ops, and page cookies unless it wants others. */
static int handle_ops_test_init(struct kunit *test)
{
	struct fake_dma *fake;

	fake = kunit_kzalloc(test, sizeof(*fake), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, fake);
	fake->dev = kunit_device_register(test, "dev");
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, fake->dev);
	set_fake_ops(fake, &fake_ops);

	test->priv = fake;
	return 0;
}

static bool all_bytes_are(struct page *page, size_t from, size_t to, u8 byte)
{
	return !memchr_inv(page_address(page) + from, byte, to - from);
}

/* An allocation that must fail after the DMA ops were called: they get back what they gave. */
static void expect_refused(struct kunit *test, unsigned long attrs)
{
	struct fake_dma *fake = test->priv;
	unsigned int dev_refs = kref_read(&fake->dev->kobj.kref);
	struct dma_coherent_handle handle;

	memset(&handle, 0xff, sizeof(handle));
	KUNIT_EXPECT_EQ(test, -ENOMEM, dma_coherent_handle_alloc_attrs(fake->dev, &handle, SIZE,
								       GFP_KERNEL, attrs));
	KUNIT_EXPECT_FALSE(test, dma_coherent_handle_is_allocated(&handle));
	KUNIT_EXPECT_EQ(test, dma_coherent_handle_size(&handle), 0);
	KUNIT_EXPECT_EQ(test, fake->allocs, 1);
	KUNIT_EXPECT_EQ(test, fake->frees, 1);
	KUNIT_EXPECT_EQ(test, kref_read(&fake->dev->kobj.kref), dev_refs);
}

static void expect_unmapped_as_mapped(struct kunit *test)
{
	struct fake_dma *fake = test->priv;

	KUNIT_EXPECT_EQ(test, fake->maps, fake->unmaps);
	KUNIT_EXPECT_EQ(test, fake->mapped.dma_addr, fake->unmapped.dma_addr);
	KUNIT_EXPECT_EQ(test, fake->mapped.size, fake->unmapped.size);
	KUNIT_EXPECT_EQ(test, fake->mapped.dir, fake->unmapped.dir);
	KUNIT_EXPECT_EQ(test, fake->mapped.attrs, fake->unmapped.attrs);
}

/* Succeeds if old memory is cleared to the end of its last page, and flushed after that. */
static void page_is_cleared_and_flushed(struct kunit *test)
{
	struct fake_dma *fake = test->priv;
	struct dma_coherent_handle handle;

	KUNIT_ASSERT_EQ(test, 0, dma_coherent_handle_alloc(fake->dev, &handle, SIZE, GFP_KERNEL));
	KUNIT_EXPECT_TRUE(test, all_bytes_are(fake->page, 0, ALIGNED, 0));
	/* Four pages were allocated, but to clear the fourth would be for nothing. */
	if (memory_is_old())
		KUNIT_EXPECT_TRUE(test, all_bytes_are(fake->page, ALIGNED, 4 * PAGE_SIZE,
						      OLD_CONTENT));

	/* Memory that nobody had to clear has been flushed by dma-direct, on some architectures. */
	if (memory_is_old() || !IS_ENABLED(CONFIG_ARCH_HAS_DMA_PREP_COHERENT)) {
		KUNIT_ASSERT_EQ(test, fake->maps, 1);
		KUNIT_EXPECT_EQ(test, fake->mapped_phys, page_to_phys(fake->page));
		KUNIT_EXPECT_EQ(test, fake->mapped.size, ALIGNED);
		KUNIT_EXPECT_EQ(test, fake->mapped.dir, DMA_TO_DEVICE);
		KUNIT_EXPECT_EQ(test, fake->mapped.attrs, 0);
		expect_unmapped_as_mapped(test);
		KUNIT_EXPECT_EQ(test, fake->mapped_byte, 0);
	} else {
		KUNIT_EXPECT_EQ(test, fake->maps, 0);
	}

	dma_coherent_handle_free(&handle);
	KUNIT_EXPECT_EQ(test, fake->frees, 1);
}

/* Skips a case that needs a flush if there is none. */
static void need_flush(struct kunit *test)
{
	if (!memory_is_old() && IS_ENABLED(CONFIG_ARCH_HAS_DMA_PREP_COHERENT))
		kunit_skip(test, "with init_on_alloc, this architecture needs no flush");
}

/* Succeeds if what is said of a buffer is not said of the mapping that flushes it. */
static void flush_takes_no_attrs(struct kunit *test)
{
	struct fake_dma *fake = test->priv;
	struct dma_coherent_handle handle;

	need_flush(test);
	KUNIT_ASSERT_EQ(test, 0, dma_coherent_handle_alloc_attrs(fake->dev, &handle, SIZE,
								 GFP_KERNEL,
								 DMA_ATTR_WRITE_COMBINE |
								 DMA_ATTR_NO_WARN));
	KUNIT_EXPECT_EQ(test, fake->mapped.attrs, DMA_ATTR_NO_WARN);
	expect_unmapped_as_mapped(test);
	dma_coherent_handle_free(&handle);
}

/* Succeeds if memory that the page allocator has cleared is not cleared once more. */
static void clear_page_is_not_cleared_again(struct kunit *test)
{
	struct fake_dma *fake = test->priv;
	struct dma_coherent_handle handle;

	if (memory_is_old())
		kunit_skip(test, "needs init_on_alloc=1 or init_on_free=1");

	fake->pretend_clear = true;
	KUNIT_ASSERT_EQ(test, 0, dma_coherent_handle_alloc(fake->dev, &handle, SIZE, GFP_KERNEL));
	KUNIT_EXPECT_TRUE(test, all_bytes_are(fake->page, 0, 4 * PAGE_SIZE, OLD_CONTENT));
	dma_coherent_handle_free(&handle);
}

/* Succeeds if a buffer that is to be left alone is flushed all the same. */
static void uninit_page_is_flushed(struct kunit *test)
{
	struct fake_dma *fake = test->priv;
	struct dma_coherent_handle handle;

	KUNIT_ASSERT_EQ(test, 0, dma_coherent_handle_alloc_uninit(fake->dev, &handle, SIZE,
								  GFP_KERNEL, 0));
	KUNIT_EXPECT_EQ(test, dma_coherent_handle_size(&handle), SIZE);
	if (memory_is_old())
		KUNIT_EXPECT_TRUE(test, all_bytes_are(fake->page, 0, 4 * PAGE_SIZE, OLD_CONTENT));
	KUNIT_EXPECT_EQ(test, fake->maps, !IS_ENABLED(CONFIG_ARCH_HAS_DMA_PREP_COHERENT));
	KUNIT_EXPECT_EQ(test, fake->unmaps, fake->maps);

	dma_coherent_handle_free(&handle);
	KUNIT_EXPECT_EQ(test, fake->frees, 1);
}

/* Succeeds if the DMA ops are told to clear what they give out, unless it need not be cleared. */
static void gfp_zero_reaches_ops(struct kunit *test)
{
	struct fake_dma *fake = test->priv;
	struct dma_coherent_handle handle;

	fake->cookie = COOKIE_ADDRESS;
	KUNIT_ASSERT_EQ(test, 0, dma_coherent_handle_alloc(fake->dev, &handle, SIZE, GFP_KERNEL));
	KUNIT_EXPECT_TRUE(test, fake->gfp & __GFP_ZERO);
	dma_coherent_handle_free(&handle);

	KUNIT_ASSERT_EQ(test, 0, dma_coherent_handle_alloc_uninit(fake->dev, &handle, SIZE,
								  GFP_KERNEL, 0));
	KUNIT_EXPECT_FALSE(test, fake->gfp & __GFP_ZERO);
	dma_coherent_handle_free(&handle);

	/* What is theirs to clear is left to them. */
	KUNIT_EXPECT_EQ(test, fake->maps, 0);
	KUNIT_EXPECT_EQ(test, fake->frees, 2);
}

/* Succeeds if no memory is looked for at a DMA address where there can't be any. */
static void address_beyond_memory(struct kunit *test)
{
	struct fake_dma *fake = test->priv;
	struct dma_coherent_handle handle;

	fake->cookie = COOKIE_IOVA;
	KUNIT_ASSERT_EQ(test, 0, dma_coherent_handle_alloc(fake->dev, &handle, SIZE, GFP_KERNEL));
	KUNIT_EXPECT_EQ(test, fake->maps, 0);
	dma_coherent_handle_free(&handle);
	KUNIT_EXPECT_EQ(test, fake->frees, 1);
}

/* Succeeds if what merely looks like a struct page, for which there is no memory, is left alone. */
static void page_without_memory(struct kunit *test)
{
	struct fake_dma *fake = test->priv;
	struct dma_coherent_handle handle;

	/* Otherwise nothing looks like one. */
	if (!IS_ENABLED(CONFIG_FLATMEM))
		kunit_skip(test, "needs CONFIG_FLATMEM");

	fake->cookie = COOKIE_NO_PAGE;
	KUNIT_ASSERT_EQ(test, 0, dma_coherent_handle_alloc(fake->dev, &handle, SIZE, GFP_KERNEL));
	KUNIT_EXPECT_EQ(test, fake->maps, 0);
	dma_coherent_handle_free(&handle);
	KUNIT_EXPECT_EQ(test, fake->frees, 1);
}

/* Succeeds if a flush that went elsewhere, as into a bounce buffer, is not taken for one. */
static void bounced_flush_is_refused(struct kunit *test)
{
	struct fake_dma *fake = test->priv;

	need_flush(test);
	fake->bounce = SZ_1M;
	expect_refused(test, 0);
	KUNIT_EXPECT_EQ(test, fake->maps, 1);
	KUNIT_EXPECT_EQ(test, fake->unmaps, 1);
}

/* Succeeds if a buffer that can't be flushed isn't given out, with a warning or without one. */
static void failed_flush_is_refused(struct kunit *test)
{
	struct fake_dma *fake = test->priv;

	need_flush(test);
	fake->fail_map = true;
	expect_refused(test, DMA_ATTR_NO_WARN);
	KUNIT_EXPECT_EQ(test, fake->maps, 1);
	KUNIT_EXPECT_EQ(test, fake->unmaps, 0);
}

/* Succeeds if the kernel says that a buffer was refused, unless it is asked not to. */
static void refusal_is_told(struct kunit *test)
{
	const char *text = "dev: DMA buffer refused";
	struct fake_dma *fake = test->priv;
	struct dma_coherent_handle handle;
	struct kmsg_dump_iter iter;
	bool said;

	if (!IS_ENABLED(CONFIG_PRINTK))
		kunit_skip(test, "needs CONFIG_PRINTK");
	need_flush(test);
	fake->fail_map = true;
	kmsg_dump_rewind(&iter);

	kernel_says(&iter, text);
	KUNIT_EXPECT_EQ(test, -ENOMEM, dma_coherent_handle_alloc_attrs(fake->dev, &handle, SIZE,
								       GFP_KERNEL,
								       DMA_ATTR_WRITE_COMBINE));
	said = kernel_says(&iter, text);
	if (!said) {
		/* It may have said so too often already. */
		msleep(jiffies_to_msecs(DEFAULT_RATELIMIT_INTERVAL) + 1);
		KUNIT_EXPECT_EQ(test, -ENOMEM,
				dma_coherent_handle_alloc_attrs(fake->dev, &handle, SIZE,
								GFP_KERNEL,
								DMA_ATTR_WRITE_COMBINE));
		said = kernel_says(&iter, text);
	}
	KUNIT_EXPECT_TRUE(test, said);

	KUNIT_EXPECT_EQ(test, -ENOMEM, dma_coherent_handle_alloc_attrs(fake->dev, &handle, SIZE,
								       GFP_KERNEL,
								       DMA_ATTR_NO_WARN));
	KUNIT_EXPECT_FALSE(test, kernel_says(&iter, text));
}

/* Succeeds if no mapping is tried that can't be, since the DMA layer would warn of it. */
static void flush_beyond_the_mask_is_refused(struct kunit *test)
{
	struct fake_dma *fake = test->priv;
	u64 mask = SZ_64K - 1;

	need_flush(test);
	/* No memory is that low but what the machine keeps for itself. */
	fake->dev->dma_mask = &mask;
	expect_refused(test, 0);
	KUNIT_EXPECT_EQ(test, fake->maps, 0);

	fake->allocs = 0;
	fake->frees = 0;
	fake->dev->dma_mask = NULL;
	expect_refused(test, 0);
	KUNIT_EXPECT_EQ(test, fake->maps, 0);

	fake->dev->dma_mask = &fake->dev->coherent_dma_mask;
}

/* Succeeds if a mapping is tried that just can be, and none that just can't. */
static void flush_up_to_the_mask(struct kunit *test)
{
	struct fake_dma *fake = test->priv;
	struct dma_coherent_handle handle;

	need_flush(test);
	fake->dev->dma_mask = &fake->mask;
	KUNIT_EXPECT_EQ(test, 0, dma_coherent_handle_alloc(fake->dev, &handle, SIZE, GFP_KERNEL));
	KUNIT_EXPECT_EQ(test, fake->maps, 1);
	dma_coherent_handle_free(&handle);

	fake->allocs = 0;
	fake->frees = 0;
	fake->out_of_reach = 1;
	expect_refused(test, 0);
	KUNIT_EXPECT_EQ(test, fake->maps, 1);

	fake->dev->dma_mask = &fake->dev->coherent_dma_mask;
}

/* Succeeds if no buffer is given out of which it isn't known where the device will find it. */
static void stray_page_is_refused(struct kunit *test)
{
	struct fake_dma *fake = test->priv;
	struct dma_coherent_handle handle;

	if (!IS_ENABLED(CONFIG_SPARSEMEM_VMEMMAP))
		kunit_skip(test, "needs CONFIG_SPARSEMEM_VMEMMAP");

	fake->cookie = COOKIE_STRAY;
	expect_refused(test, 0);
	KUNIT_EXPECT_EQ(test, -ENOMEM, dma_coherent_handle_alloc_uninit(fake->dev, &handle, SIZE,
									GFP_KERNEL, 0));
	KUNIT_EXPECT_EQ(test, fake->frees, 2);

	/* Nor if these ops never have anything to sync, which is found out when a mask is set. */
	KUNIT_EXPECT_EQ(test, 0, dma_set_mask(fake->dev, DMA_BIT_MASK(64)));
	KUNIT_EXPECT_EQ(test, -ENOMEM, dma_coherent_handle_alloc_uninit(fake->dev, &handle, SIZE,
									GFP_KERNEL, 0));
	KUNIT_EXPECT_EQ(test, fake->frees, 3);
}

struct vma_param {
	const char *name;
	unsigned long pgoff, pages;
	int ret;
};

/* For a buffer of three pages. */
static const struct vma_param vmas[] = {
	{ "all of it", 0, 3, 0 },
	{ "first page", 0, 1, 0 },
	{ "last page", 2, 1, 0 },
	{ "last two", 1, 2, 0 },
	{ "one page too long", 0, 4, -ENXIO },
	{ "one page too far", 1, 3, -ENXIO },
	{ "just behind it", 3, 1, -ENXIO },
	{ "far behind it", ULONG_MAX >> PAGE_SHIFT, 1, -ENXIO },
	{ "offset that overflows", ULONG_MAX, 2, -ENXIO },
};

static void vma_desc(const struct vma_param *param, char *desc)
{
	strscpy(desc, param->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(vmas, vmas, vma_desc);

/* Succeeds if a part of the buffer can be mapped, and nothing else, whatever the ops would do. */
static void mmap_bounds(struct kunit *test)
{
	const struct vma_param *param = test->param_value;
	struct fake_dma *fake = test->priv;
	struct dma_coherent_handle handle;
	struct vm_area_struct vma = {
		.vm_start = SZ_1M,
		.vm_end = SZ_1M + param->pages * PAGE_SIZE,
		.vm_pgoff = param->pgoff,
	};

	fake->cookie = COOKIE_ADDRESS;
	KUNIT_ASSERT_EQ(test, 0, dma_coherent_handle_alloc_attrs(fake->dev, &handle, SIZE,
								 GFP_KERNEL,
								 DMA_ATTR_WRITE_COMBINE));
	KUNIT_EXPECT_EQ(test, param->ret, dma_coherent_handle_mmap(&handle, &vma));
	KUNIT_EXPECT_EQ(test, fake->mmaps, !param->ret);
	if (!param->ret) {
		KUNIT_EXPECT_PTR_EQ(test, fake->shared_cookie, page_address(fake->page));
		KUNIT_EXPECT_EQ(test, fake->shared_dma_addr, dma_coherent_handle_dma_addr(&handle));
		KUNIT_EXPECT_EQ(test, fake->shared_size, SIZE);
		KUNIT_EXPECT_EQ(test, fake->shared_attrs,
				DMA_ATTR_NO_KERNEL_MAPPING | DMA_ATTR_WRITE_COMBINE);
	}
	dma_coherent_handle_free(&handle);
}

/* Succeeds if the ops are asked for the buffer as they know it. */
static void get_sgtable_arguments_reach_ops(struct kunit *test)
{
	struct fake_dma *fake = test->priv;
	struct dma_coherent_handle handle;
	struct sg_table sgt;

	fake->cookie = COOKIE_ADDRESS;
	KUNIT_ASSERT_EQ(test, 0, dma_coherent_handle_alloc(fake->dev, &handle, SIZE, GFP_KERNEL));
	KUNIT_EXPECT_EQ(test, 0, dma_coherent_handle_get_sgtable(&handle, &sgt));
	KUNIT_EXPECT_EQ(test, fake->sgtables, 1);
	KUNIT_EXPECT_PTR_EQ(test, fake->shared_cookie, page_address(fake->page));
	KUNIT_EXPECT_EQ(test, fake->shared_dma_addr, dma_coherent_handle_dma_addr(&handle));
	KUNIT_EXPECT_EQ(test, fake->shared_size, SIZE);
	KUNIT_EXPECT_EQ(test, fake->shared_attrs, DMA_ATTR_NO_KERNEL_MAPPING);
	dma_coherent_handle_free(&handle);
}

/* Neither may reach the ops. */
static void expect_not_shared(struct kunit *test, const struct dma_coherent_handle *handle, int ret)
{
	struct fake_dma *fake = test->priv;
	struct vm_area_struct vma = { .vm_start = SZ_1M, .vm_end = SZ_1M + PAGE_SIZE };
	struct sg_table sgt;

	KUNIT_EXPECT_EQ(test, ret, dma_coherent_handle_mmap(handle, &vma));
	KUNIT_EXPECT_EQ(test, fake->mmaps, 0);
	KUNIT_EXPECT_EQ(test, ret, dma_coherent_handle_get_sgtable(handle, &sgt));
	KUNIT_EXPECT_EQ(test, fake->sgtables, 0);
}

/* Succeeds if nobody is shown a buffer that was not cleared. */
static void uninit_is_not_shared(struct kunit *test)
{
	struct fake_dma *fake = test->priv;
	struct dma_coherent_handle handle;

	fake->cookie = COOKIE_ADDRESS;
	KUNIT_ASSERT_EQ(test, 0, dma_coherent_handle_alloc_uninit(fake->dev, &handle, SIZE,
								  GFP_KERNEL, 0));
	expect_not_shared(test, &handle, -EPERM);
	dma_coherent_handle_free(&handle);
	expect_not_shared(test, &handle, -EINVAL);
}

/* Succeeds if ops that take a struct page for an address are not given the chance. */
static void page_of_ops_is_not_shared(struct kunit *test)
{
	struct fake_dma *fake = test->priv;
	struct dma_coherent_handle handle;

	KUNIT_ASSERT_EQ(test, 0, dma_coherent_handle_alloc(fake->dev, &handle, SIZE, GFP_KERNEL));
	expect_not_shared(test, &handle, -ENXIO);
	dma_coherent_handle_free(&handle);
}

/* Succeeds if ops that can do neither are not asked to. */
static void ops_that_can_not_share(struct kunit *test)
{
	struct fake_dma *fake = test->priv;
	struct dma_coherent_handle handle;

	fake->cookie = COOKIE_ADDRESS;
	set_fake_ops(fake, &fake_ops_without_sharing);
	KUNIT_ASSERT_EQ(test, 0, dma_coherent_handle_alloc(fake->dev, &handle, SIZE, GFP_KERNEL));
	expect_not_shared(test, &handle, -ENXIO);
	dma_coherent_handle_free(&handle);
}

/* For 32-bit ARM, to be behind an IOMMU is to have a mapping. Nobody here looks into it. */
static void need_arm_iommu(struct kunit *test, bool coherent)
{
#if defined(CONFIG_ARM_DMA_USE_IOMMU) && !defined(MODULE)
	struct fake_dma *fake = test->priv;

	to_dma_iommu_mapping(fake->dev) = (struct dma_iommu_mapping *)fake;
	/* As a bus does. It leaves the ops alone that are there already. */
	arch_setup_dma_ops(fake->dev, coherent);
	fake->cookie = COOKIE_ADDRESS;
#else
	kunit_skip(test, "needs CONFIG_ARM_DMA_USE_IOMMU, and to be built in");
#endif
}

/* Succeeds if an atomic buffer, which ARM's DMA ops don't clear, is had only if it need not be. */
static void arm_iommu_without_sleeping(struct kunit *test)
{
	struct fake_dma *fake = test->priv;
	struct dma_coherent_handle handle;

	need_arm_iommu(test, false);
	KUNIT_EXPECT_EQ(test, 0, dma_coherent_handle_alloc(fake->dev, &handle, SIZE, GFP_KERNEL));
	dma_coherent_handle_free(&handle);
	KUNIT_EXPECT_EQ(test, -ENOMEM, dma_coherent_handle_alloc(fake->dev, &handle, SIZE,
								 GFP_ATOMIC));
	KUNIT_EXPECT_EQ(test, 0, dma_coherent_handle_alloc_uninit(fake->dev, &handle, SIZE,
								  GFP_ATOMIC, 0));
	dma_coherent_handle_free(&handle);
	KUNIT_EXPECT_EQ(test, fake->frees, 3);
}

/* Succeeds if a coherent device has it in any case, since for that they do clear it. */
static void arm_iommu_coherent_without_sleeping(struct kunit *test)
{
	struct fake_dma *fake = test->priv;
	struct dma_coherent_handle handle;

	need_arm_iommu(test, true);
	KUNIT_EXPECT_EQ(test, 0, dma_coherent_handle_alloc(fake->dev, &handle, SIZE, GFP_ATOMIC));
	dma_coherent_handle_free(&handle);
}

/* Succeeds if ARM's DMA ops may share what they take for an array of pages, if it is one. */
static void arm_iommu_shares_pages(struct kunit *test)
{
	struct fake_dma *fake = test->priv;
	struct vm_area_struct vma = { .vm_start = SZ_1M, .vm_end = SZ_1M + PAGE_SIZE };
	struct dma_coherent_handle handle;
	struct sg_table sgt;

	need_arm_iommu(test, false);
	KUNIT_ASSERT_EQ(test, 0, dma_coherent_handle_alloc(fake->dev, &handle, SIZE, GFP_KERNEL));
	KUNIT_EXPECT_EQ(test, 0, dma_coherent_handle_mmap(&handle, &vma));
	KUNIT_EXPECT_EQ(test, 0, dma_coherent_handle_get_sgtable(&handle, &sgt));
	KUNIT_EXPECT_EQ(test, fake->mmaps, 1);
	KUNIT_EXPECT_EQ(test, fake->sgtables, 1);
	dma_coherent_handle_free(&handle);
}

/* Succeeds if they may not share a coherent device's buffer, whose cookie is an address. */
static void arm_iommu_coherent_is_not_shared(struct kunit *test)
{
	struct fake_dma *fake = test->priv;
	struct dma_coherent_handle handle;

	need_arm_iommu(test, true);
	KUNIT_ASSERT_EQ(test, 0, dma_coherent_handle_alloc(fake->dev, &handle, SIZE, GFP_KERNEL));
	expect_not_shared(test, &handle, -ENXIO);
	dma_coherent_handle_free(&handle);
}

/* Succeeds if they may not share a pool's buffer, either. */
static void arm_iommu_pool_is_not_shared(struct kunit *test)
{
	struct fake_dma *fake = test->priv;
	struct dma_coherent_handle handle;

	need_arm_iommu(test, false);
	KUNIT_ASSERT_EQ(test, 0, dma_coherent_handle_alloc(fake->dev, &handle, SIZE, GFP_KERNEL));
#ifdef CONFIG_DMA_DECLARE_COHERENT
	/* These ops don't look into it. */
	fake->dev->dma_mem = (struct dma_coherent_mem *)fake;
	expect_not_shared(test, &handle, -ENXIO);
	fake->dev->dma_mem = NULL;
#endif
	dma_coherent_handle_free(&handle);
}

static struct kunit_case handle_ops_test_cases[] = {
	KUNIT_CASE(page_is_cleared_and_flushed),
	KUNIT_CASE(flush_takes_no_attrs),
	KUNIT_CASE(clear_page_is_not_cleared_again),
	KUNIT_CASE(uninit_page_is_flushed),
	KUNIT_CASE(gfp_zero_reaches_ops),
	KUNIT_CASE(address_beyond_memory),
	KUNIT_CASE(page_without_memory),
	KUNIT_CASE(bounced_flush_is_refused),
	KUNIT_CASE(failed_flush_is_refused),
	KUNIT_CASE(refusal_is_told),
	KUNIT_CASE(flush_beyond_the_mask_is_refused),
	KUNIT_CASE(flush_up_to_the_mask),
	KUNIT_CASE(stray_page_is_refused),
	KUNIT_CASE_PARAM(mmap_bounds, vmas_gen_params),
	KUNIT_CASE(get_sgtable_arguments_reach_ops),
	KUNIT_CASE(uninit_is_not_shared),
	KUNIT_CASE(page_of_ops_is_not_shared),
	KUNIT_CASE(ops_that_can_not_share),
	KUNIT_CASE(arm_iommu_without_sleeping),
	KUNIT_CASE(arm_iommu_coherent_without_sleeping),
	KUNIT_CASE(arm_iommu_shares_pages),
	KUNIT_CASE(arm_iommu_coherent_is_not_shared),
	KUNIT_CASE(arm_iommu_pool_is_not_shared),
	{}
};

static struct kunit_suite handle_ops_test_suite = {
	.name = "dma_coherent_handle_ops",
	.init = handle_ops_test_init,
	.test_cases = handle_ops_test_cases,
};

kunit_test_suite(handle_ops_test_suite);
