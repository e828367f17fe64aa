/* SPDX-License-Identifier: GPL-2.0 */
/*
 * KUnit DMA device: mock DMA ops that check the DMA contract and play the hardware.
 */
#ifndef _KUNIT_DMA_H
#define _KUNIT_DMA_H

#include <linux/dma-direction.h>
#include <linux/types.h>

struct device;
struct kunit;
struct platform_device;

/**
 * DOC: overview
 *
 * A &struct kunit_dma stands in for the DMA layer below the devices that are attached to it. Every
 * dma_alloc_attrs(), dma_map_page() and their relatives on such a device end up here, on any
 * architecture with an MMU, UML included. The test plays the hardware::
 *
 *	dma = kunit_dma_create(test);
 *	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, dma);
 *	dev = kunit_dma_device_register(dma, "foo");
 *	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, dev);
 *
 *	KUNIT_ASSERT_EQ(test, foo_setup_dma(dev), 0);
 *	KUNIT_EXPECT_EQ(test, dma->calls, 3);
 *	foo_teardown_dma(dev);
 *
 * The test fails, with a message that says what was called and where in the driver, when
 *
 * * a buffer is freed, or a mapping unmapped, by another function, or with another device, size,
 *   address, cookie, direction, number of entries or attributes than it came with; but for
 *   %DMA_ATTR_NO_WARN and, for a mapping, all attributes other than %DMA_ATTR_MMIO,
 * * it is freed or unmapped twice,
 * * what is freed or unmapped was never allocated or mapped,
 * * something is still allocated or mapped when the test has ended and its devices are gone,
 * * the CPU has written behind the end of a coherent buffer,
 * * an entry of a scatterlist is longer than dma_get_max_seg_size(), or than
 *   dma_get_seg_boundary() allows,
 * * dma_sync_*() is called for what is neither mapped nor allocated, or for mapped memory with
 *   another number of entries, or with another direction than that of the mapping, unless that is
 *   %DMA_BIDIRECTIONAL,
 * * the hardware accesses what is not mapped, or not in that direction,
 * * the hardware reads where the CPU has written since the last sync, and the hardware never.
 *
 * DMA addresses are never 0, never overlap, are not used again at once, and respect the device's
 * masks and bus limit. They begin at the top, and an unmapped page follows each range. A range is
 * aligned to the smallest power of two of pages that holds it, as behind an IOMMU. A buffer that
 * is allocated with %DMA_ATTR_NO_KERNEL_MAPPING has a cookie at which any access by the CPU faults.
 * All others are backed by zeroed memory; coherent ones from vmalloc(), where blocking is allowed.
 *
 * A test plays the hardware by kunit_dma_dev_read() and kunit_dma_dev_write(), which take DMA
 * addresses. The hardware sees streaming mappings, and pages of dma_alloc_pages() and its
 * relatives, as it does behind swiotlb: it has pages of its own. They are filled from the CPU's
 * when a mapping is made and by dma_sync_*_for_device(), and copied back by dma_sync_*_for_cpu()
 * and at unmap, each according to the direction and %DMA_ATTR_SKIP_CPU_SYNC. So data are wrong when
 * a sync is missing. If the test fails, its log names the mapping of which the CPU did not get what
 * the hardware has written. dma_map_sg() merges what an IOMMU would merge: entries that meet at a
 * page boundary.
 *
 * kunit_dma_fail_nth() makes a chosen call fail, in order to test error paths.
 */

/**
 * struct kunit_dma_call - one allocation or mapping that reached the DMA ops
 * @dev: the device
 * @cpu_addr: what was returned to the caller of an allocation: a kernel address, the cookie, or
 *	      the address of the pages; %NULL if it failed, and for a mapping
 * @dma_addr: DMA address that was returned, 0 if the call failed
 * @size: size in bytes that was asked for
 * @attrs: the DMA_ATTR_* flags as they reached the ops
 * @gfp: the allocation flags as they reached the ops, 0 for a mapping
 * @dir: direction of a mapping or of pages, %DMA_NONE for a coherent buffer
 * @nr: its number, from 1 on
 * @freed: 0 until it is freed or unmapped, then how many frees and unmaps there had been by then,
 *	   itself included: it tells the order
 */
struct kunit_dma_call {
	struct device *dev;
	void *cpu_addr;
	dma_addr_t dma_addr;
	size_t size;
	unsigned long attrs;
	gfp_t gfp;
	enum dma_data_direction dir;
	unsigned int nr;
	unsigned int freed;
};

/**
 * struct kunit_dma - mock DMA ops, and a record of what went through them
 * @calls: allocations and mappings so far, failed ones included
 * @frees: frees and unmaps so far, wrong ones included
 * @nr_live: allocations and mappings that are there now
 * @errors: breaches of the DMA contract so far
 * @error: message of the latest one; when the test has ended, its log has the first four, and how
 *	   many more there were
 * @max_mapping_size: what dma_max_mapping_size() returns, in bytes, and larger mappings fail; for
 *		      tests to write
 *
 * All other members are for tests to read. A scatterlist counts as one mapping a DMA segment.
 */
struct kunit_dma {
	unsigned int calls;
	unsigned int frees;
	unsigned int nr_live;
	unsigned int errors;
	char error[1024];
	size_t max_mapping_size;
};

struct kunit_dma *kunit_dma_create(struct kunit *test);
int kunit_dma_attach(struct kunit_dma *dma, struct device *dev);
struct device *kunit_dma_device_register(struct kunit_dma *dma, const char *name);
struct platform_device *kunit_dma_platform_device_add(struct kunit_dma *dma, const char *name);

void kunit_dma_fail_nth(struct kunit_dma *dma, unsigned int nth);
const struct kunit_dma_call *kunit_dma_nth_call(struct kunit_dma *dma, unsigned int nr);

const struct kunit_dma_call *kunit_dma_lookup(struct device *dev, dma_addr_t addr, size_t len);
int kunit_dma_dev_read(struct device *dev, dma_addr_t addr, void *to, size_t len);
int kunit_dma_dev_write(struct device *dev, dma_addr_t addr, const void *from, size_t len);

#endif /* _KUNIT_DMA_H */
