/* SPDX-License-Identifier: GPL-2.0 */
/*
 * KUnit DMA device: mock DMA ops that check the DMA contract.
 */
#ifndef _KUNIT_DMA_H
#define _KUNIT_DMA_H

#include <linux/dma-map-ops.h>
#include <linux/gfp_types.h>
#include <linux/list.h>
#include <linux/spinlock_types.h>
#include <linux/types.h>

struct device;
struct kunit;

/**
 * DOC: overview
 *
 * A &struct kunit_dma stands in for the DMA layer below the devices that are attached to it. Every
 * dma_alloc_attrs(), dma_map_page() and their relatives on such a device end up here, on any
 * architecture, UML included, and no hardware is needed. Nothing is ever transferred: this is for
 * testing what a driver asks of the DMA API, not what its hardware does::
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
 * It checks the contract of the DMA API by itself, so a test has nothing to do for that. The test
 * fails, with a message that names the call, when
 *
 * * a buffer is freed, or a mapping unmapped, with another device, size, address, cookie, direction
 *   or attributes (but for %DMA_ATTR_NO_WARN) than it came with,
 * * it is freed or unmapped twice,
 * * what is freed or unmapped was never allocated or mapped,
 * * something is still allocated or mapped when the test has ended and its devices are gone.
 *
 * DMA addresses are never 0, never overlap, and respect the device's masks and bus limit; coherent
 * buffers are aligned to the smallest power of two of pages that holds them, as in real life. A
 * buffer that is allocated with %DMA_ATTR_NO_KERNEL_MAPPING has no memory at all, and its cookie
 * is an address at which any access faults. All others are backed by zeroed memory.
 *
 * kunit_dma_fail_nth() makes a chosen call fail, in order to test error paths.
 */

/**
 * struct kunit_dma_call - one allocation or mapping that reached the DMA ops
 * @dev: the device
 * @cpu_addr: what was returned to the caller of an allocation: a kernel address, or the cookie;
 *	      %NULL if it failed, and for a mapping
 * @dma_addr: DMA address that was returned, 0 if the call failed
 * @size: size in bytes that was asked for
 * @attrs: the DMA_ATTR_* flags as they reached the ops
 * @gfp: the allocation flags as they reached the ops, 0 for a mapping
 * @dir: direction of a mapping, %DMA_NONE for an allocation
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
	unsigned int freed;
	/* private: */
	u64 start, len;			/* the pages it occupies in DMA address space */
	unsigned int nr;
	struct list_head node;		/* in kunit_dma.all */
	struct list_head live;		/* in kunit_dma.live, while it occupies them */
};

/**
 * struct kunit_dma - mock DMA ops, and a record of what went through them
 * @calls: allocations and mappings so far, failed ones included
 * @frees: frees and unmaps so far, wrong ones included
 * @nr_live: allocations and mappings that are there now
 * @errors: breaches of the DMA contract so far
 * @error: message of the latest one
 *
 * The members above are for tests to read. A scatterlist counts as one mapping an entry.
 */
struct kunit_dma {
	unsigned int calls;
	unsigned int frees;
	unsigned int nr_live;
	unsigned int errors;
	char error[160];
	/* private: */
	struct kunit *test;
	const struct dma_map_ops ops;	/* dev->dma_ops points here, which leads to all the rest */
	spinlock_t lock;		/* protects everything here */
	struct list_head all;		/* every call, in order */
	struct list_head live;		/* sorted by DMA address */
	unsigned int fail_call;		/* number of the call to fail, 0 for none */
};

struct kunit_dma *kunit_dma_create(struct kunit *test);
void kunit_dma_attach(struct kunit_dma *dma, struct device *dev);
struct device *kunit_dma_device_register(struct kunit_dma *dma, const char *name);

void kunit_dma_fail_nth(struct kunit_dma *dma, unsigned int nth);
const struct kunit_dma_call *kunit_dma_nth_call(struct kunit_dma *dma, unsigned int nr);

#endif /* _KUNIT_DMA_H */
