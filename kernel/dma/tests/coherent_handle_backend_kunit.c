// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit tests for DMA-coherent handles on real DMA backends
 *
 * Every case runs on each device that is there, see lib.h, and looks at the memory of the buffers,
 * through its pages and through the page tables of user space.
 */

#include <kunit/test.h>

#include <linux/array_size.h>
#include <linux/device.h>
#include <linux/dma-coherent-handle.h>
#include <linux/dma-mapping.h>
#include <linux/err.h>
#include <linux/gfp.h>
#include <linux/mm.h>
#include <linux/prandom.h>
#include <linux/sched.h>
#include <linux/scatterlist.h>
#include <linux/sizes.h>
#include <linux/string.h>
#include <linux/swiotlb.h>
#include <linux/uaccess.h>

#include "lib.h"

#define NEIGHBOURS	8
#define STEPS		100000
#define STEP_HANDLES	32

static int backend_mmap(void *handle, struct vm_area_struct *vma)
{
	return dma_coherent_handle_mmap(handle, vma);
}

static unsigned long map_into_user_space(struct kunit *test, struct dma_coherent_handle *handle,
					 unsigned long pgoff, unsigned long pages)
{
	return dma_test_map_user(test, backend_mmap, handle, pgoff, pages);
}

static void expect_zeroes_in_user_space(struct kunit *test, struct dma_coherent_handle *handle,
					size_t aligned)
{
	unsigned long addr = map_into_user_space(test, handle, 0, aligned / PAGE_SIZE);

	KUNIT_ASSERT_FALSE(test, IS_ERR_VALUE(addr));
	KUNIT_EXPECT_EQ(test, dma_test_count_in_user(test, addr, aligned, 0), aligned);
	KUNIT_EXPECT_EQ(test, 0, vm_munmap(addr, aligned));
}

/* May there be none? With swiotlb=force, whoever maps the buffer would get a copy. */
static bool may_have_no_sgtable(struct device *dev, const struct dma_test_device *backend)
{
	return backend->no_pages || (!backend->own_memory && !device_iommu_mapped(dev) &&
				     is_swiotlb_force_bounce(dev));
}

/* Succeeds if buffers of all sizes read as zero to the end of their last page. */
static void buffers_read_as_zero(struct kunit *test)
{
	const size_t sizes[] = { 1, PAGE_SIZE - 1, PAGE_SIZE, 3 * PAGE_SIZE - 100, SZ_64K, SZ_1M };
	const struct dma_test_device *backend = test->param_value;
	struct device *dev = dma_test_get_device(test);
	struct dma_coherent_handle handle = {};
	struct sg_table sgt;
	unsigned int i;
	size_t aligned;
	int ret;

	dma_test_need_user(test);
	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		aligned = PAGE_ALIGN(sizes[i]);
		if (backend->max && aligned > backend->max) {
			KUNIT_EXPECT_EQ(test, -ENOMEM,
					dma_coherent_handle_alloc(dev, &handle, sizes[i],
								  GFP_KERNEL));
			continue;
		}
		dma_test_dirty_memory(test, dev, sizes[i]);
		KUNIT_ASSERT_EQ(test, 0, dma_coherent_handle_alloc(dev, &handle, sizes[i],
								   GFP_KERNEL));

		ret = dma_coherent_handle_get_sgtable(&handle, &sgt);
		if (ret || !may_have_no_sgtable(dev, backend))
			KUNIT_EXPECT_EQ(test, ret, may_have_no_sgtable(dev, backend) ? -ENXIO : 0);
		if (!ret) {
			if (!backend->no_pages)
				KUNIT_EXPECT_EQ(test, dma_test_count_in_pages(&sgt, 0), aligned);
			sg_free_table(&sgt);
		}

		expect_zeroes_in_user_space(test, &handle, aligned);
		dma_coherent_handle_free(&handle);
	}
}

/* Succeeds if a buffer that must not sleep is there, and zeroed as well. */
static void atomic_buffer_reads_as_zero(struct kunit *test)
{
	struct device *dev = dma_test_get_device(test);
	struct dma_coherent_handle handle;
	size_t size = 4 * PAGE_SIZE;

	dma_test_need_user(test);
	dma_test_dirty_memory(test, dev, size);
	KUNIT_ASSERT_EQ(test, 0, dma_coherent_handle_alloc(dev, &handle, size - 1, GFP_ATOMIC));
	expect_zeroes_in_user_space(test, &handle, size);
	dma_coherent_handle_free(&handle);
}

/* Succeeds if nothing is written beyond the end of a buffer's last page. */
static void neighbours_are_left_alone(struct kunit *test)
{
	struct device *dev = dma_test_get_device(test);
	struct dma_coherent_handle handle;
	dma_addr_t dma_addr[NEIGHBOURS];
	u8 *buffer[NEIGHBOURS];
	unsigned int i;

	for (i = 0; i < NEIGHBOURS; i++) {
		buffer[i] = dma_alloc_coherent(dev, PAGE_SIZE, &dma_addr[i], GFP_KERNEL);
		KUNIT_ASSERT_NOT_NULL(test, buffer[i]);
		memset(buffer[i], DMA_TEST_JUNK, PAGE_SIZE);
	}
	/* A pool gives out the first room that there is: between the others. */
	dma_free_coherent(dev, PAGE_SIZE, buffer[NEIGHBOURS / 2], dma_addr[NEIGHBOURS / 2]);
	KUNIT_ASSERT_EQ(test, 0, dma_coherent_handle_alloc(dev, &handle, PAGE_SIZE - 100,
							   GFP_KERNEL));
	dma_coherent_handle_free(&handle);

	for (i = 0; i < NEIGHBOURS; i++) {
		if (i == NEIGHBOURS / 2)
			continue;
		KUNIT_EXPECT_NULL(test, memchr_inv(buffer[i], DMA_TEST_JUNK, PAGE_SIZE));
		dma_free_coherent(dev, PAGE_SIZE, buffer[i], dma_addr[i]);
	}
}

/* Succeeds if user space has the buffer's own memory, and a part of it is the part asked for. */
static void mmap_shows_the_buffer(struct kunit *test)
{
	const struct dma_test_device *backend = test->param_value;
	struct device *dev = dma_test_get_device(test);
	struct dma_coherent_handle handle;
	unsigned long all, part;
	struct sg_table sgt;

	dma_test_need_user(test);
	KUNIT_ASSERT_EQ(test, 0, dma_coherent_handle_alloc(dev, &handle, 4 * PAGE_SIZE - 1,
							   GFP_KERNEL));
	all = map_into_user_space(test, &handle, 0, 4);
	KUNIT_ASSERT_FALSE(test, IS_ERR_VALUE(all));
	dma_test_fill_user(test, all, PAGE_SIZE, 1);
	dma_test_fill_user(test, all + PAGE_SIZE, 2 * PAGE_SIZE, 2);
	dma_test_fill_user(test, all + 3 * PAGE_SIZE, PAGE_SIZE, 3);

	part = map_into_user_space(test, &handle, 1, 2);
	KUNIT_ASSERT_FALSE(test, IS_ERR_VALUE(part));
	KUNIT_EXPECT_EQ(test, dma_test_count_in_user(test, part, 2 * PAGE_SIZE, 2), 2 * PAGE_SIZE);
	KUNIT_EXPECT_EQ(test, 0, vm_munmap(part, 2 * PAGE_SIZE));

	part = map_into_user_space(test, &handle, 3, 1);
	KUNIT_ASSERT_FALSE(test, IS_ERR_VALUE(part));
	KUNIT_EXPECT_EQ(test, dma_test_count_in_user(test, part, PAGE_SIZE, 3), PAGE_SIZE);
	dma_test_fill_user(test, part, PAGE_SIZE, 4);
	KUNIT_EXPECT_EQ(test, 0, vm_munmap(part, PAGE_SIZE));
	KUNIT_EXPECT_EQ(test, dma_test_count_in_user(test, all, 4 * PAGE_SIZE, 4), PAGE_SIZE);

	if (!backend->no_pages && !dma_coherent_handle_get_sgtable(&handle, &sgt)) {
		KUNIT_EXPECT_EQ(test, dma_test_count_in_pages(&sgt, 1), PAGE_SIZE);
		KUNIT_EXPECT_EQ(test, dma_test_count_in_pages(&sgt, 2), 2 * PAGE_SIZE);
		KUNIT_EXPECT_EQ(test, dma_test_count_in_pages(&sgt, 4), PAGE_SIZE);
		sg_free_table(&sgt);
	}

	KUNIT_EXPECT_EQ(test, 0, vm_munmap(all, 4 * PAGE_SIZE));
	dma_coherent_handle_free(&handle);
}

/* Succeeds if user space gets nothing that isn't the buffer's. */
static void mmap_beyond_the_buffer_fails(struct kunit *test)
{
	struct device *dev = dma_test_get_device(test);
	struct dma_coherent_handle handle;

	dma_test_need_user(test);
	KUNIT_ASSERT_EQ(test, 0, dma_coherent_handle_alloc(dev, &handle, 3 * PAGE_SIZE,
							   GFP_KERNEL));
	KUNIT_EXPECT_EQ(test, (long)map_into_user_space(test, &handle, 0, 4), -ENXIO);
	KUNIT_EXPECT_EQ(test, (long)map_into_user_space(test, &handle, 1, 3), -ENXIO);
	KUNIT_EXPECT_EQ(test, (long)map_into_user_space(test, &handle, 3, 1), -ENXIO);
	KUNIT_EXPECT_EQ(test, (long)map_into_user_space(test, &handle, 1000, 1), -ENXIO);
	dma_coherent_handle_free(&handle);
	KUNIT_EXPECT_EQ(test, (long)map_into_user_space(test, &handle, 0, 1), -EINVAL);
}

/* One step of many: whatever is done, what is allocated reads as zero, and all is freed again. */
static void random_step(struct kunit *test, struct device *dev, struct rnd_state *rnd,
			struct dma_coherent_handle *handles)
{
	struct dma_coherent_handle *handle = &handles[prandom_u32_state(rnd) % STEP_HANDLES];
	struct dma_coherent_handle *other = &handles[prandom_u32_state(rnd) % STEP_HANDLES];
	size_t size = prandom_u32_state(rnd) % (4 * PAGE_SIZE) + 1;
	unsigned long addr, pages, pgoff;
	unsigned long last = ~0UL;

	switch (prandom_u32_state(rnd) % 8) {
	case 0 ... 2:
		if (dma_coherent_handle_is_allocated(handle))
			break;
		/* A small pool may be full. */
		if (dma_coherent_handle_alloc_attrs(dev, handle, size, GFP_KERNEL,
						    DMA_ATTR_NO_WARN))
			KUNIT_ASSERT_FALSE(test, dma_coherent_handle_is_allocated(handle));
		break;
	case 3 ... 4:
		dma_coherent_handle_free(handle);
		break;
	case 5 ... 6:
		if (handle == other || dma_coherent_handle_is_allocated(other))
			break;
		*other = dma_coherent_handle_take(handle);
		break;
	case 7:
		if (!dma_coherent_handle_is_allocated(handle))
			break;
		pages = PAGE_ALIGN(dma_coherent_handle_size(handle)) / PAGE_SIZE;
		pgoff = prandom_u32_state(rnd) % pages;
		pages -= pgoff;
		addr = map_into_user_space(test, handle, pgoff, pages);
		KUNIT_ASSERT_FALSE(test, IS_ERR_VALUE(addr));
		KUNIT_ASSERT_EQ(test, 0, copy_from_user(&last, (void __user *)
							(addr + pages * PAGE_SIZE - sizeof(last)),
							sizeof(last)));
		KUNIT_ASSERT_EQ(test, last, 0);
		KUNIT_ASSERT_EQ(test, 0, copy_to_user((void __user *)addr, &pgoff, sizeof(pgoff)));
		KUNIT_ASSERT_EQ(test, 0, vm_munmap(addr, pages * PAGE_SIZE));
		break;
	}
}

/* Succeeds if nothing goes wrong, and nobody complains, in very many steps. */
static void random_steps(struct kunit *test)
{
	struct device *dev = dma_test_get_device(test);
	struct dma_coherent_handle *handles;
	unsigned int dev_refs, i;
	struct rnd_state rnd;

	handles = kunit_kcalloc(test, STEP_HANDLES, sizeof(*handles), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, handles);
	dma_test_need_user(test);
	dev_refs = kref_read(&dev->kobj.kref);
	prandom_seed_state(&rnd, 0x5eed);

	for (i = 0; i < STEPS; i++) {
		random_step(test, dev, &rnd, handles);
		cond_resched();
	}

	for (i = 0; i < STEP_HANDLES; i++)
		dma_coherent_handle_free(&handles[i]);
	KUNIT_EXPECT_EQ(test, kref_read(&dev->kobj.kref), dev_refs);
}

static struct kunit_case handle_backend_test_cases[] = {
	KUNIT_CASE_PARAM(buffers_read_as_zero, dma_test_gen_devices),
	KUNIT_CASE_PARAM(atomic_buffer_reads_as_zero, dma_test_gen_devices),
	KUNIT_CASE_PARAM(neighbours_are_left_alone, dma_test_gen_devices),
	KUNIT_CASE_PARAM(mmap_shows_the_buffer, dma_test_gen_devices),
	KUNIT_CASE_PARAM(mmap_beyond_the_buffer_fails, dma_test_gen_devices),
	KUNIT_CASE_PARAM_ATTR(random_steps, dma_test_gen_devices, { .speed = KUNIT_SPEED_SLOW }),
	{}
};

static struct kunit_suite handle_backend_test_suite = {
	.name = "dma_coherent_handle_backend",
	.test_cases = handle_backend_test_cases,
};

kunit_test_suite(handle_backend_test_suite);
