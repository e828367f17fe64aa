// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit tests for DMA_ATTR_NO_KERNEL_MAPPING
 *
 * dma_alloc_attrs() returns cleared memory, which is clean in the caches, whatever the attributes
 * and whatever the backend. With this one, there is no CPU address to look at it: these tests go
 * through its pages and through the page tables of user space. Each case runs on each device that
 * is present, and so on each DMA backend of the machine.
 */

#include <kunit/device.h>
#include <kunit/test.h>

#include <linux/align.h>
#include <linux/array_size.h>
#include <linux/device.h>
#include <linux/dma-direct.h>
#include <linux/dma-map-ops.h>
#include <linux/dma-mapping.h>
#include <linux/gfp.h>
#include <linux/highmem.h>
#include <linux/kprobes.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/pfn.h>
#include <linux/scatterlist.h>
#include <linux/sizes.h>
#include <linux/string.h>
#include <linux/swiotlb.h>
#include <linux/tracepoint.h>
#include <linux/uaccess.h>

#include "lib.h"

#define NEIGHBOURS	8

/* A way to allocate. */
struct way {
	const char *name;
	gfp_t gfp;
	unsigned long attrs;
};

#define NO_MAPPING	DMA_ATTR_NO_KERNEL_MAPPING

static const struct way ways[] = {
	{ "no mapping", GFP_KERNEL, NO_MAPPING },
	{ "no mapping, single pages", GFP_KERNEL, NO_MAPPING | DMA_ATTR_ALLOC_SINGLE_PAGES },
	{ "no mapping, contiguous", GFP_KERNEL, NO_MAPPING | DMA_ATTR_FORCE_CONTIGUOUS },
	{ "no mapping, atomic", GFP_ATOMIC, NO_MAPPING },
	{ "mapping", GFP_KERNEL, 0 },
	{ "mapping, atomic", GFP_ATOMIC, 0 },
};

static const size_t sizes[] = { 1, PAGE_SIZE - 1, PAGE_SIZE, 3 * PAGE_SIZE - 100, SZ_64K, SZ_1M };

struct buffer {
	struct device *dev;
	const struct way *way;
	size_t size;
	void *cookie;
	dma_addr_t dma_addr;
};

static bool buffer_try_alloc(struct buffer *buf, struct device *dev, const struct way *way,
			     size_t size)
{
	*buf = (struct buffer){ .dev = dev, .way = way, .size = size };
	buf->cookie = dma_alloc_attrs(dev, size, &buf->dma_addr, way->gfp,
				      way->attrs | DMA_ATTR_NO_WARN);
	return buf->cookie;
}

static void buffer_alloc(struct kunit *test, struct buffer *buf, struct device *dev,
			 const struct way *way, size_t size)
{
	KUNIT_ASSERT_TRUE_MSG(test, buffer_try_alloc(buf, dev, way, size), "%s, %zu bytes",
			      way->name, size);
}

static void buffer_free(struct buffer *buf)
{
	dma_free_attrs(buf->dev, buf->size, buf->cookie, buf->dma_addr,
		       buf->way->attrs | DMA_ATTR_NO_WARN);
}

static int buffer_get_sgtable(struct buffer *buf, struct sg_table *sgt)
{
	return dma_get_sgtable_attrs(buf->dev, sgt, buf->cookie, buf->dma_addr, buf->size,
				     buf->way->attrs);
}

static int buffer_mmap(void *buffer, struct vm_area_struct *vma)
{
	struct buffer *buf = buffer;

	return dma_mmap_attrs(buf->dev, vma, buf->cookie, buf->dma_addr, buf->size,
			      buf->way->attrs);
}

/* How much there is in an atomic pool, or in that of a device, is no matter of this test. */
static bool may_be_too_large(struct kunit *test, const struct way *way, size_t size)
{
	const struct dma_test_device *device = test->param_value;

	return (way->gfp == GFP_ATOMIC && size > SZ_64K) ||
	       (device->max && PAGE_ALIGN(size) > device->max);
}

/* swiotlb=force */
static bool all_is_bounced(struct kunit *test, struct device *dev)
{
	const struct dma_test_device *device = test->param_value;

	return !device->own_memory && !device_iommu_mapped(dev) && is_swiotlb_force_bounce(dev);
}

static void expect_zeroes(struct kunit *test, struct buffer *buf)
{
	const struct dma_test_device *device = test->param_value;
	size_t zeroes, aligned = PAGE_ALIGN(buf->size);
	const char *name = buf->way->name;
	struct sg_table sgt;
	unsigned long addr;

	if (!device->no_pages && !buffer_get_sgtable(buf, &sgt)) {
		zeroes = dma_test_count_in_pages(&sgt, 0);
		KUNIT_EXPECT_EQ_MSG(test, zeroes, aligned, "%s, %zu bytes: pages", name, buf->size);
		sg_free_table(&sgt);
	}
	if (!dma_can_mmap(buf->dev))
		return;
	addr = dma_test_map_user(test, buffer_mmap, buf, 0, PHYS_PFN(aligned));
	KUNIT_ASSERT_FALSE_MSG(test, IS_ERR_VALUE(addr), "%s, %zu bytes: %ld", name, buf->size,
			       (long)addr);
	zeroes = dma_test_count_in_user(test, addr, aligned, 0);
	KUNIT_EXPECT_EQ_MSG(test, zeroes, aligned, "%s, %zu bytes: user mapping", name, buf->size);
	KUNIT_EXPECT_EQ(test, 0, vm_munmap(addr, aligned));
}

/* Succeeds if buffers of all sizes, however allocated, are zero up to the end of the last page. */
static void buffer_reads_as_zero(struct kunit *test)
{
	struct device *dev = dma_test_get_device(test);
	struct buffer buf;
	unsigned int i, j;

	dma_test_need_user(test);
	for (i = 0; i < ARRAY_SIZE(ways); i++) {
		for (j = 0; j < ARRAY_SIZE(sizes); j++) {
			if (may_be_too_large(test, &ways[i], sizes[j]))
				continue;
			dma_test_dirty_memory(test, dev, sizes[j]);
			/* What it is itself made of next, where memory has a pool of its own. */
			buffer_alloc(test, &buf, dev, &ways[i], sizes[j]);
			if (ways[i].gfp == GFP_ATOMIC && !ways[i].attrs) {
				memset(buf.cookie, DMA_TEST_JUNK, PAGE_ALIGN(sizes[j]));
				buffer_free(&buf);
				buffer_alloc(test, &buf, dev, &ways[i], sizes[j]);
			}
			expect_zeroes(test, &buf);
			buffer_free(&buf);
		}
	}
}

/* Succeeds if that holds for dma_alloc_noncontiguous(). */
static void noncontiguous_reads_as_zero(struct kunit *test)
{
	struct device *dev = dma_test_get_device(test);
	const size_t size = SZ_64K;
	struct sg_table *sgt;

	dma_test_dirty_memory(test, dev, size);
	sgt = dma_alloc_noncontiguous(dev, size, DMA_BIDIRECTIONAL, GFP_KERNEL, 0);
	KUNIT_ASSERT_NOT_NULL(test, sgt);
	KUNIT_EXPECT_EQ(test, dma_test_count_in_pages(sgt, 0), size);
	dma_free_noncontiguous(dev, size, sgt, DMA_BIDIRECTIONAL);
}

/* Succeeds if nothing is written beyond the end of a buffer's last page. */
static void neighbours_are_left_alone(struct kunit *test)
{
	struct device *dev = dma_test_get_device(test);
	static const struct way mapping = { "mapping", GFP_KERNEL, 0 };
	struct buffer buf, near[NEIGHBOURS];
	unsigned int i, hole = NEIGHBOURS / 2;

	for (i = 0; i < NEIGHBOURS; i++) {
		buffer_alloc(test, &near[i], dev, &mapping, PAGE_SIZE);
		memset(near[i].cookie, DMA_TEST_JUNK, PAGE_SIZE);
	}
	/* A pool gives out the first room that there is: between the others. */
	buffer_free(&near[hole]);
	buffer_alloc(test, &buf, dev, &ways[0], PAGE_SIZE - 100);
	buffer_free(&buf);

	for (i = 0; i < NEIGHBOURS; i++) {
		if (i == hole)
			continue;
		KUNIT_EXPECT_NULL(test, memchr_inv(near[i].cookie, DMA_TEST_JUNK, PAGE_SIZE));
		buffer_free(&near[i]);
	}
}

/* Succeeds if what needs no mapping has no vmalloc area, and no IOMMU's cookie can be read. */
static void nothing_is_mapped(struct kunit *test)
{
	const struct dma_test_device *device = test->param_value;
	struct device *dev = dma_test_get_device(test);
	struct buffer buf;
	unsigned int i;
	u8 byte;

	if (device->own_memory)
		kunit_skip(test, "a pool of its own is mapped for good");
	for (i = 0; i < ARRAY_SIZE(ways); i++) {
		/* As is the atomic pool. */
		if (!(ways[i].attrs & NO_MAPPING) || ways[i].gfp == GFP_ATOMIC)
			continue;
		buffer_alloc(test, &buf, dev, &ways[i], SZ_64K);
		KUNIT_EXPECT_FALSE_MSG(test, is_vmalloc_addr(buf.cookie), "%s", ways[i].name);
		if (device_iommu_mapped(dev) && !(ways[i].attrs & DMA_ATTR_FORCE_CONTIGUOUS))
			KUNIT_EXPECT_NE_MSG(test, 0, copy_from_kernel_nofault(&byte, buf.cookie, 1),
					    "%s", ways[i].name);
		buffer_free(&buf);
	}
}

#if defined(CONFIG_KPROBES) && (defined(CONFIG_ARM) ||			\
				(defined(CONFIG_ARCH_HAS_DMA_PREP_COHERENT) &&	\
				 defined(CONFIG_HAVE_FUNCTION_ARG_ACCESS_API)))
/* ARM has one function for both halves. */
#define FLUSHES	(IS_ENABLED(CONFIG_ARM) ? 2 : 1)

/* What the cache maintenance has been called for, and whether the memory was zero by then. */
static struct {
	struct kprobe probe;
	size_t size;
	size_t zeroes;
} flush;

static int count_flush(struct kprobe *probe, struct pt_regs *regs)
{
	unsigned long pfn;
	size_t size, i;

#ifdef CONFIG_ARM
	/* phys_addr_t takes a register or two, and where it has two, the size is in the third. */
	bool two = sizeof(phys_addr_t) == 8;

	pfn = PHYS_PFN(regs->ARM_r0);
	size = two ? regs->ARM_r2 : regs->ARM_r1;
	/* The first call writes back, the second invalidates. */
	if ((two ? regs->ARM_r3 : regs->ARM_r2) != (flush.size ? DMA_FROM_DEVICE : DMA_TO_DEVICE))
		return 0;
#else
	pfn = page_to_pfn((struct page *)regs_get_kernel_argument(regs, 0));
	size = regs_get_kernel_argument(regs, 1);
#endif
	flush.size += size;
	for (; size >= PAGE_SIZE; size -= PAGE_SIZE) {
		u8 *mapped = kmap_local_page(pfn_to_page(pfn++));

		for (i = 0; i < PAGE_SIZE; i++)
			flush.zeroes += !mapped[i];
		kunmap_local(mapped);
	}
	return 0;
}

static void remove_probe(void *unused)
{
	unregister_kprobe(&flush.probe);
}

/*
 * Succeeds if a buffer is written back and invalidated after it has been cleared, all of it, for a
 * device that isn't coherent, and not at all for one that is.
 */
static void caches_are_clean(struct kunit *test)
{
	const struct dma_test_device *device = test->param_value;
	struct device *dev = dma_test_get_device(test);
	struct buffer buf;
	unsigned int i;
	size_t aligned;

	if (device->own_memory)
		kunit_skip(test, "a pool of its own is never in the caches");
	for (i = 0; i < ARRAY_SIZE(ways); i++) {
		if (!(ways[i].attrs & NO_MAPPING) || ways[i].gfp == GFP_ATOMIC)
			continue;
		dma_test_dirty_memory(test, dev, SZ_64K);
		memset(&flush, 0, sizeof(flush));
		flush.probe.symbol_name = IS_ENABLED(CONFIG_ARCH_HAS_DMA_PREP_COHERENT) ?
					  "arch_dma_prep_coherent" : "arch_sync_dma_for_device";
		flush.probe.pre_handler = count_flush;
		KUNIT_ASSERT_EQ(test, 0, register_kprobe(&flush.probe));
		KUNIT_ASSERT_EQ(test, 0, kunit_add_action_or_reset(test, remove_probe, NULL));
		buffer_alloc(test, &buf, dev, &ways[i], SZ_64K - 100);
		kunit_release_action(test, remove_probe, NULL);
		aligned = dev_is_dma_coherent(dev) ? 0 : SZ_64K * FLUSHES;
		KUNIT_EXPECT_EQ_MSG(test, flush.size, aligned, "%s", ways[i].name);
		KUNIT_EXPECT_EQ_MSG(test, flush.zeroes, aligned, "%s", ways[i].name);
		buffer_free(&buf);
	}
}
#else
static void caches_are_clean(struct kunit *test)
{
	kunit_skip(test, "needs kprobes, and caches that aren't coherent");
}
#endif

/* Succeeds if user space has the buffer's own memory, and a part of it is the part asked for. */
static void mmap_shows_the_buffer(struct kunit *test)
{
	const struct dma_test_device *device = test->param_value;
	struct device *dev = dma_test_get_device(test);
	unsigned long all, part;
	struct sg_table sgt;
	struct buffer buf;
	unsigned int i;

	if (!dma_can_mmap(dev))
		kunit_skip(test, "this device can't");
	dma_test_need_user(test);
	for (i = 0; i < ARRAY_SIZE(ways); i++) {
		buffer_alloc(test, &buf, dev, &ways[i], 4 * PAGE_SIZE - 1);
		all = dma_test_map_user(test, buffer_mmap, &buf, 0, 4);
		KUNIT_ASSERT_FALSE_MSG(test, IS_ERR_VALUE(all), "%s", ways[i].name);
		dma_test_fill_user(test, all, PAGE_SIZE, 1);
		dma_test_fill_user(test, all + PAGE_SIZE, 2 * PAGE_SIZE, 2);
		dma_test_fill_user(test, all + 3 * PAGE_SIZE, PAGE_SIZE, 3);

		part = dma_test_map_user(test, buffer_mmap, &buf, 1, 2);
		KUNIT_ASSERT_FALSE_MSG(test, IS_ERR_VALUE(part), "%s", ways[i].name);
		KUNIT_EXPECT_EQ_MSG(test, dma_test_count_in_user(test, part, 2 * PAGE_SIZE, 2),
				    2 * PAGE_SIZE, "%s", ways[i].name);
		KUNIT_EXPECT_EQ(test, 0, vm_munmap(part, 2 * PAGE_SIZE));

		if (!device->no_pages && !buffer_get_sgtable(&buf, &sgt)) {
			KUNIT_EXPECT_EQ(test, dma_test_count_in_pages(&sgt, 1), PAGE_SIZE);
			KUNIT_EXPECT_EQ(test, dma_test_count_in_pages(&sgt, 2), 2 * PAGE_SIZE);
			KUNIT_EXPECT_EQ(test, dma_test_count_in_pages(&sgt, 3), PAGE_SIZE);
			sg_free_table(&sgt);
		}
		KUNIT_EXPECT_EQ(test, 0, vm_munmap(all, 4 * PAGE_SIZE));
		buffer_free(&buf);
	}
}

/* Succeeds if user space gets nothing that isn't the buffer's. */
static void mmap_beyond_the_buffer_fails(struct kunit *test)
{
	static const struct { unsigned long pgoff, pages; } wrong[] = {
		{ 0, 4 }, { 1, 3 }, { 3, 1 }, { 1000, 1 }
	};
	struct device *dev = dma_test_get_device(test);
	struct buffer buf;
	unsigned long addr;
	unsigned int i, j;

	dma_test_need_user(test);
	for (i = 0; i < ARRAY_SIZE(ways); i++) {
		buffer_alloc(test, &buf, dev, &ways[i], 3 * PAGE_SIZE);
		for (j = 0; j < ARRAY_SIZE(wrong); j++) {
			addr = dma_test_map_user(test, buffer_mmap, &buf, wrong[j].pgoff,
						 wrong[j].pages);
			KUNIT_EXPECT_EQ_MSG(test, (long)addr, -ENXIO, "%s: %lu pages at %lu",
					    ways[i].name, wrong[j].pages, wrong[j].pgoff);
		}
		buffer_free(&buf);
	}
}

/* Succeeds if a scatterlist has the whole pages of a buffer, or there is none. */
static void sgtable_has_whole_pages(struct kunit *test)
{
	const struct dma_test_device *device = test->param_value;
	struct device *dev = dma_test_get_device(test);
	unsigned int i, j, k;
	struct scatterlist *sg;
	struct sg_table sgt;
	struct buffer buf;
	size_t length;
	int ret;

	for (i = 0; i < ARRAY_SIZE(ways); i++) {
		for (j = 0; j < ARRAY_SIZE(sizes); j++) {
			if (may_be_too_large(test, &ways[i], sizes[j]))
				continue;
			buffer_alloc(test, &buf, dev, &ways[i], sizes[j]);
			ret = buffer_get_sgtable(&buf, &sgt);
			if (all_is_bounced(test, dev) || (ret && device->no_pages))
				KUNIT_EXPECT_EQ_MSG(test, ret, -ENXIO, "%s", ways[i].name);
			else
				KUNIT_EXPECT_EQ_MSG(test, ret, 0, "%s", ways[i].name);
			if (!ret) {
				length = 0;
				for_each_sgtable_sg(&sgt, sg, k) {
					KUNIT_EXPECT_EQ(test, sg->offset, 0);
					length += sg->length;
				}
				KUNIT_EXPECT_EQ_MSG(test, length, PAGE_ALIGN(sizes[j]), "%s",
						    ways[i].name);
				sg_free_table(&sgt);
			}
			buffer_free(&buf);
		}
	}
}

/* Succeeds if one of 4 GiB or more is described in full. There need not be as much. */
static void sgtable_of_a_large_buffer(struct kunit *test)
{
#ifdef CONFIG_64BIT
	static const size_t large[] = {
		SZ_4G - PAGE_SIZE, SZ_4G - 1, SZ_4G, SZ_4G + 1, 5ULL * SZ_1G, 9ULL * SZ_1G - 1
	};
	const struct dma_test_device *device = test->param_value;
	struct device *dev = dma_test_get_device(test);
	struct scatterlist *sg;
	struct sg_table sgt;
	struct buffer buf;
	unsigned long pfn;
	unsigned int i, j;
	size_t length;

	if (device->own_memory || device_iommu_mapped(dev) || get_dma_ops(dev) ||
	    all_is_bounced(test, dev))
		kunit_skip(test, "not on dma-direct");
	if (IS_ENABLED(CONFIG_SPARSEMEM) && !IS_ENABLED(CONFIG_SPARSEMEM_VMEMMAP))
		kunit_skip(test, "needs a struct page beyond all memory");
	buffer_alloc(test, &buf, dev, &ways[0], PAGE_SIZE);
	for (i = 0; i < ARRAY_SIZE(large); i++) {
		KUNIT_ASSERT_EQ(test, 0, dma_get_sgtable_attrs(dev, &sgt, buf.cookie, buf.dma_addr,
							       large[i], buf.way->attrs));
		pfn = PHYS_PFN(dma_to_phys(dev, buf.dma_addr));
		length = 0;
		for_each_sgtable_sg(&sgt, sg, j) {
			KUNIT_EXPECT_EQ(test, page_to_pfn(sg_page(sg)), pfn + PHYS_PFN(length));
			KUNIT_EXPECT_TRUE(test, IS_ALIGNED(sg->length, PAGE_SIZE));
			length += sg->length;
		}
		KUNIT_EXPECT_EQ(test, length, PAGE_ALIGN(large[i]));
		sg_free_table(&sgt);
	}
	/* To whole pages, this is 0. */
	KUNIT_EXPECT_EQ(test, -EINVAL, dma_get_sgtable_attrs(dev, &sgt, buf.cookie, buf.dma_addr,
							     SIZE_MAX, buf.way->attrs));
	buffer_free(&buf);
#else
	kunit_skip(test, "no buffer is that large on 32-bit");
#endif
}

/* Succeeds if another device that maps the scatterlist gets the buffer itself, or nothing. */
static void sgtable_is_no_copy(struct kunit *test)
{
	struct device *other = kunit_device_register(test, "other");
	struct device *dev = dma_test_get_device(test);
	struct scatterlist *sg;
	struct sg_table sgt;
	struct buffer buf;
	unsigned int i;

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, other);
	KUNIT_ASSERT_EQ(test, 0, dma_set_mask_and_coherent(other, DMA_BIT_MASK(64)));
	buffer_alloc(test, &buf, dev, &ways[0], SZ_64K);
	if (buffer_get_sgtable(&buf, &sgt))
		goto free;
	if (!dma_map_sgtable(other, &sgt, DMA_BIDIRECTIONAL, DMA_ATTR_SKIP_CPU_SYNC)) {
		for_each_sgtable_dma_sg(&sgt, sg, i)
			KUNIT_EXPECT_EQ(test, dma_to_phys(other, sg_dma_address(sg)), sg_phys(sg));
		dma_unmap_sgtable(other, &sgt, DMA_BIDIRECTIONAL, DMA_ATTR_SKIP_CPU_SYNC);
	}
	sg_free_table(&sgt);
free:
	buffer_free(&buf);
}

#ifdef CONFIG_TRACEPOINTS
struct traced {
	struct device *dev;
	const char *name;
	struct tracepoint *tp;
	unsigned int events;
};

static void count_event(void *data, struct device *dev)
{
	struct traced *traced = data;

	traced->events += dev == traced->dev;
}

static void find_tracepoint(struct tracepoint *tp, void *data)
{
	struct traced *traced = data;

	if (!strcmp(tp->name, traced->name))
		traced->tp = tp;
}

static void trace(struct kunit *test, struct traced *traced, struct device *dev, const char *name)
{
	*traced = (struct traced){ .dev = dev, .name = name };
	for_each_kernel_tracepoint(find_tracepoint, traced);
	KUNIT_ASSERT_NOT_NULL(test, traced->tp);
	KUNIT_ASSERT_EQ(test, 0, tracepoint_probe_register(traced->tp, count_event, traced));
}

/* Succeeds if what is allocated and freed is traced as such, once each. */
static void alloc_and_free_are_traced(struct kunit *test)
{
	struct device *dev = dma_test_get_device(test);
	struct traced allocs, frees;
	struct buffer buf;
	bool allocated;

	trace(test, &allocs, dev, "dma_alloc");
	trace(test, &frees, dev, "dma_free");
	allocated = buffer_try_alloc(&buf, dev, &ways[0], SZ_64K);
	if (allocated)
		buffer_free(&buf);
	tracepoint_probe_unregister(allocs.tp, count_event, &allocs);
	tracepoint_probe_unregister(frees.tp, count_event, &frees);
	tracepoint_synchronize_unregister();

	KUNIT_ASSERT_TRUE(test, allocated);
	KUNIT_EXPECT_EQ(test, allocs.events, 1);
	KUNIT_EXPECT_EQ(test, frees.events, 1);
}
#else
static void alloc_and_free_are_traced(struct kunit *test)
{
	kunit_skip(test, "needs tracepoints");
}
#endif

static struct kunit_case no_mapping_test_cases[] = {
	KUNIT_CASE_PARAM(buffer_reads_as_zero, dma_test_gen_devices),
	KUNIT_CASE_PARAM(noncontiguous_reads_as_zero, dma_test_gen_devices),
	KUNIT_CASE_PARAM(neighbours_are_left_alone, dma_test_gen_devices),
	KUNIT_CASE_PARAM(nothing_is_mapped, dma_test_gen_devices),
	KUNIT_CASE_PARAM(caches_are_clean, dma_test_gen_devices),
	KUNIT_CASE_PARAM(mmap_shows_the_buffer, dma_test_gen_devices),
	KUNIT_CASE_PARAM(mmap_beyond_the_buffer_fails, dma_test_gen_devices),
	KUNIT_CASE_PARAM(sgtable_has_whole_pages, dma_test_gen_devices),
	KUNIT_CASE_PARAM(sgtable_of_a_large_buffer, dma_test_gen_devices),
	KUNIT_CASE_PARAM(sgtable_is_no_copy, dma_test_gen_devices),
	KUNIT_CASE_PARAM(alloc_and_free_are_traced, dma_test_gen_devices),
	{}
};

static struct kunit_suite no_mapping_test_suite = {
	.name = "dma_no_mapping",
	.test_cases = no_mapping_test_cases,
};

kunit_test_suite(no_mapping_test_suite);

MODULE_DESCRIPTION("KUnit tests for the DMA mapping core");
MODULE_LICENSE("GPL");
