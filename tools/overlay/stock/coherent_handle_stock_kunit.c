// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit tests for DMA-coherent handles on a kernel without the fixes of tools/overlay/graft/core
 *
 * What coherent_handle_stock.h does for zeroed and clean buffers, and what it won't do for mmap and
 * sg_table, depends on what the DMA ops give out for a cookie. These ops give out whatever a case
 * wants, and record what is asked of them.
 */

#include <kunit/device.h>
#include <kunit/test.h>

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
#include <linux/swiotlb.h>
#include <linux/version.h>

#define SIZE		(3 * PAGE_SIZE - 100)
#define ALIGNED		(3 * PAGE_SIZE)
#define OLD_CONTENT	0xa5

enum fake_cookie {
	COOKIE_PAGE,	/* the struct page of the DMA address, as dma-direct's */
	COOKIE_STRAY,	/* a struct page, but the DMA address is another one, as GART's */
	COOKIE_ADDRESS,	/* a kernel address, as most others' */
	COOKIE_IOVA,	/* the same, and the DMA address is beyond all memory */
	COOKIE_NO_PAGE,	/* what would be that struct page, if there were memory */
	COOKIE_ODD,	/* a kernel address in what would be the struct page of memory */
};

struct fake_dma {
	const struct dma_map_ops ops;	/* dev->dma_ops points here */
	struct device *dev;
	enum fake_cookie cookie;
	/* What was asked of the ops. */
	unsigned int allocs, frees, maps, unmaps, syncs_for_device, syncs_for_cpu, mmaps, sgtables;
	struct page *page;
	phys_addr_t mapped_phys;
	struct mapping {
		dma_addr_t dma_addr;
		size_t size;
		enum dma_data_direction dir;
		unsigned long attrs;
	} mapped, unmapped, synced;
	u8 flushed_byte;		/* the last that was in memory when it was flushed */
	size_t shared_size;
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
	unsigned long pfn;

	fake->allocs++;
	page = alloc_pages(gfp & ~__GFP_ZERO, get_order(size));
	if (!page)
		return NULL;
	if (memory_is_old() || fake->pretend_clear)
		memset(page_address(page), OLD_CONTENT, PAGE_SIZE << get_order(size));

	fake->page = page;
	pfn = page_to_pfn(page);
	*dma_addr = phys_to_dma(dev, page_to_phys(page));
	fake->mask = *dma_addr + ALIGNED - 1 - fake->out_of_reach;
	switch (fake->cookie) {
	case COOKIE_PAGE:
		return page;
	case COOKIE_STRAY:
		*dma_addr += SZ_1M;
		return page;
	case COOKIE_ADDRESS:
		return page_address(page);
	case COOKIE_IOVA:
		*dma_addr = ~(dma_addr_t)0 & PAGE_MASK;
		return page_address(page);
	case COOKIE_NO_PAGE:
		while (pfn_valid(pfn))
			pfn++;
		*dma_addr = phys_to_dma(dev, PFN_PHYS(pfn));
		return pfn_to_page(pfn);
	case COOKIE_ODD:
		*dma_addr += SZ_1M;
		return (void *)page + 1;
	}
	return NULL;
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
	fake->flushed_byte = ((u8 *)page_address(fake->page))[ALIGNED - 1];
	return fake->fail_map ? DMA_MAPPING_ERROR : fake->mapped.dma_addr;
}

static dma_addr_t __maybe_unused fake_map_page(struct device *dev, struct page *page,
					       unsigned long offset, size_t size,
					       enum dma_data_direction dir, unsigned long attrs)
{
	return fake_map_phys(dev, page_to_phys(page) + offset, size, dir, attrs);
}

static void fake_unmap_phys(struct device *dev, dma_addr_t dma_addr, size_t size,
			    enum dma_data_direction dir, unsigned long attrs)
{
	struct fake_dma *fake = to_fake_dma(dev);

	fake->unmaps++;
	fake->unmapped = (struct mapping){ dma_addr, size, dir, attrs };
}

static void fake_sync_for_device(struct device *dev, dma_addr_t dma_addr, size_t size,
				 enum dma_data_direction dir)
{
	struct fake_dma *fake = to_fake_dma(dev);

	fake->syncs_for_device++;
	fake->synced = (struct mapping){ dma_addr, size, dir };
	fake->flushed_byte = ((u8 *)page_address(fake->page))[ALIGNED - 1];
}

static void fake_sync_for_cpu(struct device *dev, dma_addr_t dma_addr, size_t size,
			      enum dma_data_direction dir)
{
	struct fake_dma *fake = to_fake_dma(dev);

	/* Last, with what it was synced for the device. */
	fake->syncs_for_cpu += fake->syncs_for_device && dma_addr == fake->synced.dma_addr &&
			       size == fake->synced.size && dir == fake->synced.dir;
}

static int fake_mmap(struct device *dev, struct vm_area_struct *vma, void *cookie,
		     dma_addr_t dma_addr, size_t size, unsigned long attrs)
{
	to_fake_dma(dev)->mmaps++;
	return 0;
}

static int fake_get_sgtable(struct device *dev, struct sg_table *sgt, void *cookie,
			    dma_addr_t dma_addr, size_t size, unsigned long attrs)
{
	to_fake_dma(dev)->sgtables++;
	to_fake_dma(dev)->shared_size = size;
	return 0;
}

static const struct dma_map_ops fake_ops = {
	.alloc		= fake_alloc,
	.free		= fake_free,
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 19, 0)
	.map_phys	= fake_map_phys,
	.unmap_phys	= fake_unmap_phys,
#else
	.map_page	= fake_map_page,
	.unmap_page	= fake_unmap_phys,
#endif
	.sync_single_for_device	= fake_sync_for_device,
	.sync_single_for_cpu	= fake_sync_for_cpu,
	.mmap		= fake_mmap,
	.get_sgtable	= fake_get_sgtable,
};

/* Every case finds a device with such ops, and page cookies unless it wants others. */
static int handle_stock_test_init(struct kunit *test)
{
	struct fake_dma *fake;

	fake = kunit_kzalloc(test, sizeof(*fake), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, fake);
	fake->dev = kunit_device_register(test, "dev");
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, fake->dev);
	memcpy((void *)&fake->ops, &fake_ops, sizeof(fake_ops));
	set_dma_ops(fake->dev, &fake->ops);

	test->priv = fake;
	return 0;
}

static bool all_bytes_are(struct page *page, size_t from, size_t to, u8 byte)
{
	return !memchr_inv(page_address(page) + from, byte, to - from);
}

static int alloc(struct kunit *test, struct dma_coherent_handle *handle)
{
	struct fake_dma *fake = test->priv;

	return dma_coherent_handle_alloc(fake->dev, handle, SIZE, GFP_KERNEL);
}

/* An allocation that must fail after the DMA ops were called: they get back what they gave. */
static void expect_refused(struct kunit *test, unsigned long attrs)
{
	struct fake_dma *fake = test->priv;
	unsigned int dev_refs = kref_read(&fake->dev->kobj.kref);
	unsigned int allocs = fake->allocs, frees = fake->frees;
	struct dma_coherent_handle handle;

	memset(&handle, 0xff, sizeof(handle));
	KUNIT_EXPECT_EQ(test, -ENOMEM, dma_coherent_handle_alloc_attrs(fake->dev, &handle, SIZE,
								       GFP_KERNEL, attrs));
	KUNIT_EXPECT_FALSE(test, dma_coherent_handle_is_allocated(&handle));
	KUNIT_EXPECT_EQ(test, dma_coherent_handle_size(&handle), 0);
	KUNIT_EXPECT_EQ(test, fake->allocs, allocs + 1);
	KUNIT_EXPECT_EQ(test, fake->frees, frees + 1);
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

/*
 * Succeeds if old memory is cleared to the end of its last page, and written back and invalidated
 * after that.
 */
static void page_is_cleared_and_flushed(struct kunit *test)
{
	struct fake_dma *fake = test->priv;
	struct dma_coherent_handle handle;

	KUNIT_ASSERT_EQ(test, 0, alloc(test, &handle));
	KUNIT_EXPECT_TRUE(test, all_bytes_are(fake->page, 0, ALIGNED, 0));
	/* Four pages were allocated, but to clear the fourth would be for nothing. */
	if (memory_is_old())
		KUNIT_EXPECT_TRUE(test, all_bytes_are(fake->page, ALIGNED, 4 * PAGE_SIZE,
						      OLD_CONTENT));
	KUNIT_ASSERT_EQ(test, fake->maps, 1);
	KUNIT_EXPECT_EQ(test, fake->mapped_phys, page_to_phys(fake->page));
	KUNIT_EXPECT_EQ(test, fake->mapped.size, ALIGNED);
	KUNIT_EXPECT_EQ(test, fake->mapped.dir, DMA_BIDIRECTIONAL);
	KUNIT_EXPECT_EQ(test, fake->mapped.attrs, 0);
	expect_unmapped_as_mapped(test);
	KUNIT_EXPECT_EQ(test, fake->flushed_byte, 0);
	dma_coherent_handle_free(&handle);
	KUNIT_EXPECT_EQ(test, fake->frees, 1);
}

/* Succeeds if what is said of a buffer is not said of the mapping that flushes it. */
static void flush_takes_no_attrs(struct kunit *test)
{
	struct fake_dma *fake = test->priv;
	struct dma_coherent_handle handle;

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
	KUNIT_ASSERT_EQ(test, 0, alloc(test, &handle));
	KUNIT_EXPECT_TRUE(test, all_bytes_are(fake->page, 0, 4 * PAGE_SIZE, OLD_CONTENT));
	dma_coherent_handle_free(&handle);
}

/*
 * Succeeds if nothing is cleared nor flushed through a cookie that is no struct page: an address,
 * also one where no memory can be, and what lies where the struct page of no memory would.
 */
static void others_are_left_alone(struct kunit *test)
{
	static const enum fake_cookie cookies[] = {
		COOKIE_ADDRESS, COOKIE_IOVA, COOKIE_NO_PAGE, COOKIE_ODD
	};
	struct fake_dma *fake = test->priv;
	struct dma_coherent_handle handle;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(cookies); i++) {
		fake->cookie = cookies[i];
		/* Such an address can't be made up where the memory map has holes of its own. */
		if (fake->cookie == COOKIE_NO_PAGE && IS_ENABLED(CONFIG_SPARSEMEM) &&
		    !IS_ENABLED(CONFIG_SPARSEMEM_VMEMMAP))
			continue;
		KUNIT_ASSERT_EQ_MSG(test, 0, alloc(test, &handle), "cookie %u", cookies[i]);
		if (memory_is_old())
			KUNIT_EXPECT_TRUE(test, all_bytes_are(fake->page, 0, 4 * PAGE_SIZE,
							      OLD_CONTENT));
		dma_coherent_handle_free(&handle);
	}
	KUNIT_EXPECT_EQ(test, fake->maps + fake->syncs_for_device, 0);
	KUNIT_EXPECT_EQ(test, fake->frees, fake->allocs);
}

/* Succeeds if a flush that went elsewhere, as into a bounce buffer, is not taken for one. */
static void bounced_flush_is_refused(struct kunit *test)
{
	struct fake_dma *fake = test->priv;

	fake->bounce = SZ_1M;
	expect_refused(test, 0);
	KUNIT_EXPECT_EQ(test, fake->maps, 1);
	KUNIT_EXPECT_EQ(test, fake->unmaps, 1);
}

/* Succeeds if a buffer that can't be flushed isn't given out, with a warning or without one. */
static void failed_flush_is_refused(struct kunit *test)
{
	struct fake_dma *fake = test->priv;

	fake->fail_map = true;
	expect_refused(test, DMA_ATTR_NO_WARN);
	KUNIT_EXPECT_EQ(test, fake->maps, 1);
	KUNIT_EXPECT_EQ(test, fake->unmaps, 0);
}

static bool kernel_says(struct kmsg_dump_iter *iter, const char *text)
{
	char line[256];
	bool said = false;
	size_t len;

	while (kmsg_dump_get_line(iter, false, line, sizeof(line), &len))
		said |= !!strnstr(line, text, len);
	return said;
}

/* Succeeds if the kernel says that a buffer was refused, unless it is asked not to. */
static void refusal_is_told(struct kunit *test)
{
	const char *text = "dev: DMA buffer refused";
	struct fake_dma *fake = test->priv;
	struct kmsg_dump_iter iter;
	bool said;

	fake->fail_map = true;
	kmsg_dump_rewind(&iter);
	kernel_says(&iter, text);
	expect_refused(test, DMA_ATTR_WRITE_COMBINE);
	said = kernel_says(&iter, text);
	if (!said) {
		/* It may have said so too often already. */
		msleep(jiffies_to_msecs(DEFAULT_RATELIMIT_INTERVAL) + 1);
		expect_refused(test, DMA_ATTR_WRITE_COMBINE);
		said = kernel_says(&iter, text);
	}
	KUNIT_EXPECT_TRUE(test, said);
	expect_refused(test, DMA_ATTR_NO_WARN);
	KUNIT_EXPECT_FALSE(test, kernel_says(&iter, text));
}

static void expect_synced(struct kunit *test)
{
	struct fake_dma *fake = test->priv;
	struct dma_coherent_handle handle;

	fake->syncs_for_device = 0;
	fake->syncs_for_cpu = 0;
	KUNIT_ASSERT_EQ(test, 0, alloc(test, &handle));
	KUNIT_EXPECT_TRUE(test, all_bytes_are(fake->page, 0, ALIGNED, 0));
	KUNIT_EXPECT_EQ(test, fake->maps, 0);
	KUNIT_EXPECT_EQ(test, fake->syncs_for_device, 1);
	KUNIT_EXPECT_EQ(test, fake->syncs_for_cpu, 1);
	KUNIT_EXPECT_EQ(test, fake->synced.dma_addr, dma_coherent_handle_dma_addr(&handle));
	KUNIT_EXPECT_EQ(test, fake->synced.size, ALIGNED);
	KUNIT_EXPECT_EQ(test, fake->synced.dir, DMA_BIDIRECTIONAL);
	KUNIT_EXPECT_EQ(test, fake->flushed_byte, 0);
	dma_coherent_handle_free(&handle);
}

/*
 * Succeeds if a device whose mask for mappings is too small, or missing, has its buffer all the
 * same, without the mapping of which the DMA layer would warn; unless its ops can't sync.
 */
static void flush_beyond_the_mask(struct kunit *test)
{
	struct fake_dma *fake = test->priv;
	u64 mask = SZ_64K - 1;

	if (IS_ENABLED(CONFIG_DMA_API_DEBUG))
		kunit_skip(test, "dma-debug warns of what is synced without a mapping");
	/* No memory is that low but what the machine keeps for itself. */
	fake->dev->dma_mask = &mask;
	expect_synced(test);
	fake->dev->dma_mask = NULL;
	expect_synced(test);

	((struct dma_map_ops *)&fake->ops)->sync_single_for_cpu = NULL;
	expect_refused(test, 0);
	((struct dma_map_ops *)&fake->ops)->sync_single_for_device = NULL;
	expect_refused(test, 0);
	fake->dev->dma_mask = &fake->dev->coherent_dma_mask;
}

/* Succeeds if a mapping is made that just can be, and none that just can't. */
static void flush_up_to_the_mask(struct kunit *test)
{
	struct fake_dma *fake = test->priv;
	struct dma_coherent_handle handle;

	fake->dev->dma_mask = &fake->mask;
	KUNIT_EXPECT_EQ(test, 0, alloc(test, &handle));
	KUNIT_EXPECT_EQ(test, fake->maps, 1);
	KUNIT_EXPECT_EQ(test, fake->syncs_for_device, 0);
	dma_coherent_handle_free(&handle);

	if (IS_ENABLED(CONFIG_DMA_API_DEBUG))
		goto out;
	fake->maps = 0;
	fake->out_of_reach = 1;
	expect_synced(test);
out:
	fake->dev->dma_mask = &fake->dev->coherent_dma_mask;
}

/* Succeeds if no buffer is given out of which it isn't known where the device will find it. */
static void stray_page_is_refused(struct kunit *test)
{
	struct fake_dma *fake = test->priv;

	if (!IS_ENABLED(CONFIG_SPARSEMEM_VMEMMAP) && !IS_ENABLED(CONFIG_FLATMEM))
		kunit_skip(test, "needs a memory map of which a pointer can be told to be in it");

	fake->cookie = COOKIE_STRAY;
	expect_refused(test, 0);
	/* Nor if these ops never have anything to sync, which is found out when a mask is set. */
	KUNIT_EXPECT_EQ(test, 0, dma_set_mask(fake->dev, DMA_BIT_MASK(64)));
	expect_refused(test, 0);
}

/* Neither may reach the ops. */
static void expect_not_shared(struct kunit *test, const struct dma_coherent_handle *handle)
{
	struct fake_dma *fake = test->priv;
	struct vm_area_struct vma = { .vm_start = SZ_1M, .vm_end = SZ_1M + PAGE_SIZE };
	struct sg_table sgt;

	KUNIT_EXPECT_EQ(test, -ENXIO, dma_coherent_handle_mmap(handle, &vma));
	KUNIT_EXPECT_EQ(test, fake->mmaps, 0);
	KUNIT_EXPECT_EQ(test, -ENXIO, dma_coherent_handle_get_sgtable(handle, &sgt));
	KUNIT_EXPECT_EQ(test, fake->sgtables, 0);
}

/* Succeeds if ops that take a struct page for an address are not given the chance. */
static void page_of_ops_is_not_shared(struct kunit *test)
{
	struct dma_coherent_handle handle;

	KUNIT_ASSERT_EQ(test, 0, alloc(test, &handle));
	expect_not_shared(test, &handle);
	dma_coherent_handle_free(&handle);
}

/* Succeeds if the ops are asked for whole pages. */
static void sgtable_has_whole_pages(struct kunit *test)
{
	struct fake_dma *fake = test->priv;
	struct dma_coherent_handle handle;
	struct sg_table sgt;

	fake->cookie = COOKIE_ADDRESS;
	KUNIT_ASSERT_EQ(test, 0, alloc(test, &handle));
	KUNIT_EXPECT_EQ(test, 0, dma_coherent_handle_get_sgtable(&handle, &sgt));
	KUNIT_EXPECT_EQ(test, fake->sgtables, 1);
	KUNIT_EXPECT_EQ(test, fake->shared_size, ALIGNED);
	dma_coherent_handle_free(&handle);
}

#ifdef CONFIG_64BIT
static void *huge_alloc(struct device *dev, size_t size, dma_addr_t *dma_addr, gfp_t gfp,
			unsigned long attrs)
{
	return fake_alloc(dev, PAGE_SIZE, dma_addr, gfp, attrs);
}

static void huge_free(struct device *dev, size_t size, void *cookie, dma_addr_t dma_addr,
		      unsigned long attrs)
{
	fake_free(dev, PAGE_SIZE, cookie, dma_addr, attrs);
}

/* Succeeds if a buffer that is too long for an entry is not described as a shorter one. */
static void sgtable_of_a_large_buffer(struct kunit *test)
{
	struct fake_dma *fake = test->priv;
	struct dma_map_ops *ops = (struct dma_map_ops *)&fake->ops;
	struct dma_coherent_handle handle;
	struct sg_table sgt;

	ops->alloc = huge_alloc;
	ops->free = huge_free;
	fake->cookie = COOKIE_ADDRESS;
	KUNIT_ASSERT_EQ(test, 0, dma_coherent_handle_alloc(fake->dev, &handle, SZ_4G - PAGE_SIZE,
							   GFP_KERNEL));
	KUNIT_EXPECT_EQ(test, 0, dma_coherent_handle_get_sgtable(&handle, &sgt));
	dma_coherent_handle_free(&handle);
	fake->sgtables = 0;

	KUNIT_ASSERT_EQ(test, 0, dma_coherent_handle_alloc(fake->dev, &handle,
							   SZ_4G - PAGE_SIZE + 1, GFP_KERNEL));
	KUNIT_EXPECT_EQ(test, -ENXIO, dma_coherent_handle_get_sgtable(&handle, &sgt));
	dma_coherent_handle_free(&handle);
	KUNIT_EXPECT_EQ(test, fake->sgtables, 0);
}
#else
static void sgtable_of_a_large_buffer(struct kunit *test)
{
	kunit_skip(test, "no buffer is that large on 32-bit");
}
#endif

/* Succeeds if what whoever maps it would get a copy of is not shared. */
static void bounced_is_not_shared(struct kunit *test)
{
#ifdef CONFIG_SWIOTLB
	struct device *dev = kunit_device_register(test, "bounced");
	struct io_tlb_mem *real, mem = {};
	struct dma_coherent_handle handle;
	struct sg_table sgt;

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, dev);
	if (get_dma_ops(dev))
		kunit_skip(test, "devices of this architecture don't use dma-direct");
	KUNIT_ASSERT_EQ(test, 0, dma_coherent_handle_alloc(dev, &handle, SIZE, GFP_KERNEL));
	real = dev->dma_io_tlb_mem;
	mem.force_bounce = true;
	dev->dma_io_tlb_mem = &mem;
	KUNIT_EXPECT_EQ(test, -ENXIO, dma_coherent_handle_get_sgtable(&handle, &sgt));
	mem.force_bounce = false;
	KUNIT_EXPECT_EQ(test, 0, dma_coherent_handle_get_sgtable(&handle, &sgt));
	sg_free_table(&sgt);
	dev->dma_io_tlb_mem = real;
	dma_coherent_handle_free(&handle);
#else
	kunit_skip(test, "needs CONFIG_SWIOTLB");
#endif
}

/* Succeeds if a pool's buffer is cleared to its last page, and is no reason to look for pages. */
static void pool(struct kunit *test)
{
#ifdef CONFIG_DMA_DECLARE_COHERENT
	struct fake_dma *fake = test->priv;
	struct dma_coherent_handle handle;
	struct sg_table sgt;

	/* The DMA layer looks into it, but the handle's part does not. */
	fake->cookie = COOKIE_ADDRESS;
	KUNIT_ASSERT_EQ(test, 0, alloc(test, &handle));
	fake->dev->dma_mem = (struct dma_coherent_mem *)fake;
	KUNIT_EXPECT_EQ(test, -ENXIO, dma_coherent_handle_get_sgtable(&handle, &sgt));
	fake->dev->dma_mem = NULL;
	KUNIT_EXPECT_EQ(test, fake->sgtables, 0);
	dma_coherent_handle_free(&handle);
#else
	kunit_skip(test, "needs CONFIG_DMA_DECLARE_COHERENT");
#endif
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

/* Succeeds if there is no atomic buffer, which ARM's DMA ops don't clear. */
static void arm_iommu_without_sleeping(struct kunit *test)
{
	struct fake_dma *fake = test->priv;
	struct dma_coherent_handle handle;

	need_arm_iommu(test, false);
	KUNIT_EXPECT_EQ(test, 0, alloc(test, &handle));
	dma_coherent_handle_free(&handle);
	KUNIT_EXPECT_EQ(test, -ENOMEM, dma_coherent_handle_alloc(fake->dev, &handle, SIZE,
								 GFP_ATOMIC));
	KUNIT_EXPECT_EQ(test, fake->frees, 2);
}

/* Succeeds if a coherent device has one page at most: of more, the others would be mapped wrong. */
static void arm_iommu_coherent(struct kunit *test)
{
	struct fake_dma *fake = test->priv;
	struct dma_coherent_handle handle;

	need_arm_iommu(test, true);
	expect_refused(test, 0);
	KUNIT_ASSERT_EQ(test, 0, dma_coherent_handle_alloc(fake->dev, &handle, PAGE_SIZE,
							   GFP_ATOMIC));
	/* The cookie, an address, would be taken for an array of pages. */
	expect_not_shared(test, &handle);
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
	KUNIT_ASSERT_EQ(test, 0, alloc(test, &handle));
	KUNIT_EXPECT_EQ(test, 0, dma_coherent_handle_mmap(&handle, &vma));
	KUNIT_EXPECT_EQ(test, 0, dma_coherent_handle_get_sgtable(&handle, &sgt));
	KUNIT_EXPECT_EQ(test, fake->mmaps, 1);
	KUNIT_EXPECT_EQ(test, fake->sgtables, 1);
#ifdef CONFIG_DMA_DECLARE_COHERENT
	/* Not a pool's buffer, whose cookie is an address. These ops don't look into it. */
	fake->mmaps = 0;
	fake->sgtables = 0;
	fake->dev->dma_mem = (struct dma_coherent_mem *)fake;
	expect_not_shared(test, &handle);
	fake->dev->dma_mem = NULL;
#endif
	dma_coherent_handle_free(&handle);
}

static struct kunit_case handle_stock_test_cases[] = {
	KUNIT_CASE(page_is_cleared_and_flushed),
	KUNIT_CASE(flush_takes_no_attrs),
	KUNIT_CASE(clear_page_is_not_cleared_again),
	KUNIT_CASE(others_are_left_alone),
	KUNIT_CASE(bounced_flush_is_refused),
	KUNIT_CASE(failed_flush_is_refused),
	KUNIT_CASE(refusal_is_told),
	KUNIT_CASE(flush_beyond_the_mask),
	KUNIT_CASE(flush_up_to_the_mask),
	KUNIT_CASE(stray_page_is_refused),
	KUNIT_CASE(page_of_ops_is_not_shared),
	KUNIT_CASE(sgtable_has_whole_pages),
	KUNIT_CASE(sgtable_of_a_large_buffer),
	KUNIT_CASE(bounced_is_not_shared),
	KUNIT_CASE(pool),
	KUNIT_CASE(arm_iommu_without_sleeping),
	KUNIT_CASE(arm_iommu_coherent),
	KUNIT_CASE(arm_iommu_shares_pages),
	{}
};

static struct kunit_suite handle_stock_test_suite = {
	.name = "dma_coherent_handle_stock",
	.init = handle_stock_test_init,
	.test_cases = handle_stock_test_cases,
};

kunit_test_suite(handle_stock_test_suite);
