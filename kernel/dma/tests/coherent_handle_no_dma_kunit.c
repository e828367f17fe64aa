// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit tests for DMA-coherent handles on a kernel without DMA
 *
 * The header is all that such a kernel has of them, so its other half can be tested on any kernel.
 */

#include <kunit/test.h>

#include <linux/device.h>
#include <linux/dma-mapping.h>
#include <linux/err.h>
#include <linux/gfp.h>
#include <linux/mm_types.h>
#include <linux/scatterlist.h>
#include <linux/sizes.h>
#include <linux/string.h>

/* Last, so that no other header is misled. */
#undef CONFIG_HAS_DMA
#include <linux/dma-coherent-handle.h>

/* Succeeds if an allocation is refused and leaves the handle empty. */
static void alloc_is_not_supported(struct kunit *test)
{
	struct dma_coherent_handle handle;

	memset(&handle, 0xa5, sizeof(handle));
	KUNIT_EXPECT_EQ(test, -EOPNOTSUPP,
			dma_coherent_handle_alloc(NULL, &handle, SZ_4K, GFP_KERNEL));
	KUNIT_EXPECT_FALSE(test, dma_coherent_handle_is_allocated(&handle));
	KUNIT_EXPECT_EQ(test, dma_coherent_handle_dma_addr(&handle), 0);
	KUNIT_EXPECT_EQ(test, dma_coherent_handle_size(&handle), 0);

	memset(&handle, 0xa5, sizeof(handle));
	KUNIT_EXPECT_EQ(test, -EOPNOTSUPP,
			dma_coherent_handle_alloc_attrs(NULL, &handle, SZ_4K, GFP_KERNEL,
							DMA_ATTR_WRITE_COMBINE));
	KUNIT_EXPECT_FALSE(test, dma_coherent_handle_is_allocated(&handle));

	KUNIT_EXPECT_EQ(test, -EOPNOTSUPP,
			dma_coherent_handle_grow(NULL, &handle, SZ_4K, GFP_KERNEL));
	KUNIT_EXPECT_FALSE(test, dma_coherent_handle_is_allocated(&handle));
	dma_coherent_handle_free(&handle);
}

/* Succeeds if a managed allocation is refused, and what it returned can be freed. */
static void managed_alloc_is_not_supported(struct kunit *test)
{
	const struct dma_coherent_handle *handle;

	handle = dmam_coherent_handle_alloc(NULL, SZ_4K, GFP_KERNEL);
	KUNIT_EXPECT_PTR_EQ(test, handle, ERR_PTR(-EOPNOTSUPP));
	handle = dmam_coherent_handle_alloc_attrs(NULL, SZ_4K, GFP_KERNEL, DMA_ATTR_NO_WARN);
	KUNIT_EXPECT_PTR_EQ(test, handle, ERR_PTR(-EOPNOTSUPP));
	dmam_coherent_handle_free(NULL, handle);
}

/* Succeeds if scope exit and take work on empty handles, as drivers' error paths use them. */
static void empty_handles_can_be_used(struct kunit *test)
{
	struct dma_coherent_handle from __free(dma_coherent_handle) = {};
	struct dma_coherent_handle to;

	to = dma_coherent_handle_take(&from);
	KUNIT_EXPECT_FALSE(test, dma_coherent_handle_is_allocated(&to));
	dma_coherent_handle_free(&to);
}

/* Succeeds if there is nothing to be shared. */
static void sharing_is_not_supported(struct kunit *test)
{
	struct dma_coherent_handle handle = {};
	struct vm_area_struct vma = {};
	struct sg_table sgt = {};

	KUNIT_EXPECT_EQ(test, -ENXIO, dma_coherent_handle_mmap(&handle, &vma));
	KUNIT_EXPECT_EQ(test, -ENXIO, dma_coherent_handle_get_sgtable(&handle, &sgt));
}

static struct kunit_case handle_no_dma_test_cases[] = {
	KUNIT_CASE(alloc_is_not_supported),
	KUNIT_CASE(managed_alloc_is_not_supported),
	KUNIT_CASE(empty_handles_can_be_used),
	KUNIT_CASE(sharing_is_not_supported),
	{}
};

static struct kunit_suite handle_no_dma_test_suite = {
	.name = "dma_coherent_handle_no_dma",
	.test_cases = handle_no_dma_test_cases,
};

kunit_test_suite(handle_no_dma_test_suite);
