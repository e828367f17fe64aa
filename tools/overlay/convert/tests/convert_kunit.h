/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the KUnit tests of converted drivers share. They know the driver's functions and none of the
 * members that a conversion changes, so they run on the driver as it was, too. To be included
 * before the driver's own file.
 */
#ifndef _CONVERT_KUNIT_H
#define _CONVERT_KUNIT_H

#include <kunit/dma.h>
#include <kunit/test-bug.h>
#include <kunit/test.h>

#include <linux/err.h>
#include <linux/idr.h>
#include <linux/io.h>
#include <linux/slab.h>

/* A case that shows a bug which a patch of fixes/ mends: it fails on the driver as it was. */
#define KUNIT_CASE_FIXED(test)	KUNIT_CASE(test)

/* Which of the driver's allocations of memory or of an ID is to fail, counted from now. 0: none. */
static unsigned int convert_kunit_nth;

static inline bool convert_kunit_fails(void)
{
	return convert_kunit_nth && !--convert_kunit_nth;
}

/* What kmalloc() and all of its kind go through. Most return a pointer, few a number. */
#undef alloc_hooks
#define alloc_hooks(alloc)							\
({										\
	const typeof(alloc) __zero = 0;						\
										\
	convert_kunit_fails() ?							\
		(typeof(alloc))(__same_type(__zero - __zero, 0) ? -(long)ENOMEM : 0L) :	\
		(alloc);							\
})
#define ida_alloc_min(...)	(convert_kunit_fails() ? -ENOSPC : ida_alloc_min(__VA_ARGS__))

/* The device's registers are memory. They stay as they were written. */
#undef readl
#define readl(addr)		READ_ONCE(*(u32 __force *)(addr))
#undef writel
#define writel(value, addr)	WRITE_ONCE(*(u32 __force *)(addr), value)
#undef writel_relaxed
#define writel_relaxed(value, addr)	writel(value, addr)

/*
 * For functions that the driver's file calls, but not in what the test runs: if it comes to that
 * after all, the kernel jumps to 0.
 */
#define CONVERT_KUNIT_UNUSED(...)	asm(".weak " #__VA_ARGS__)

/*
 * Calls run() with each of the DMA allocations that it makes failing in turn, then with each of the
 * others, until there is none that is left to fail. All the DMA memory must be gone each time. The
 * KUnit DMA device sees to the rest.
 */
static inline void convert_kunit_fail_each(struct kunit *test, struct kunit_dma *dma,
					   void (*run)(struct kunit *test))
{
	unsigned int nth, calls, live;
	bool done;

	for (nth = 1, done = false; !done; nth++) {
		calls = dma->calls;
		live = dma->nr_live;
		kunit_dma_fail_nth(dma, nth);
		run(test);
		done = dma->calls - calls < nth;
		kunit_dma_fail_nth(dma, 0);
		KUNIT_EXPECT_EQ_MSG(test, dma->nr_live, live, "DMA allocation %u failed", nth);
	}
	/* Nothing has failed in the last round. */
	KUNIT_EXPECT_GT(test, nth, 2);

	for (nth = 1, done = false; !done; nth++) {
		live = dma->nr_live;
		convert_kunit_nth = nth;
		run(test);
		done = convert_kunit_nth;
		convert_kunit_nth = 0;
		KUNIT_EXPECT_EQ_MSG(test, dma->nr_live, live, "allocation %u failed", nth);
	}
}

/* The buffer that is there at a DMA address, as the device would find it. */
static inline const struct kunit_dma_call *convert_kunit_at(struct kunit_dma *dma,
							    dma_addr_t dma_addr)
{
	const struct kunit_dma_call *call;
	unsigned int nr;

	for (nr = dma->calls; nr; nr--) {
		call = kunit_dma_nth_call(dma, nr);
		if (call && call->dma_addr == dma_addr && call->dma_addr && !call->freed)
			return call;
	}
	return NULL;
}

#endif /* _CONVERT_KUNIT_H */
