// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit tests for DMA-coherent handles: what reaches the DMA ops that share a buffer
 *
 * The KUnit DMA device has no such ops. These record what is asked of them, and do nothing.
 */

#include <kunit/device.h>
#include <kunit/test.h>

#include <linux/container_of.h>
#include <linux/device.h>
#include <linux/dma-coherent-handle.h>
#include <linux/dma-direct.h>
#include <linux/dma-map-ops.h>
#include <linux/dma-mapping.h>
#include <linux/gfp.h>
#include <linux/limits.h>
#include <linux/mm.h>
#include <linux/scatterlist.h>
#include <linux/sizes.h>
#include <linux/string.h>

#define SIZE		(3 * PAGE_SIZE - 100)
#define NO_MAPPING	DMA_ATTR_NO_KERNEL_MAPPING

struct fake_dma {
	const struct dma_map_ops ops;	/* dev->dma_ops points here */
	struct device *dev;
	/* What was asked of the ops. */
	unsigned int mmaps, sgtables;
	void *cookie;
	dma_addr_t dma_addr;
	size_t size;
	unsigned long attrs;
	struct vm_area_struct *vma;
	struct sg_table *sgt;
};

static struct fake_dma *to_fake_dma(struct device *dev)
{
	return container_of(get_dma_ops(dev), struct fake_dma, ops);
}

static void *fake_alloc(struct device *dev, size_t size, dma_addr_t *dma_addr, gfp_t gfp,
			unsigned long attrs)
{
	void *addr = alloc_pages_exact(size, gfp);

	if (addr)
		*dma_addr = phys_to_dma(dev, virt_to_phys(addr));
	return addr;
}

static void fake_free(struct device *dev, size_t size, void *cookie, dma_addr_t dma_addr,
		      unsigned long attrs)
{
	free_pages_exact(cookie, size);
}

static void fake_share(struct fake_dma *fake, void *cookie, dma_addr_t dma_addr, size_t size,
		       unsigned long attrs)
{
	fake->cookie = cookie;
	fake->dma_addr = dma_addr;
	fake->size = size;
	fake->attrs = attrs;
}

static int fake_mmap(struct device *dev, struct vm_area_struct *vma, void *cookie,
		     dma_addr_t dma_addr, size_t size, unsigned long attrs)
{
	struct fake_dma *fake = to_fake_dma(dev);

	fake->mmaps++;
	fake->vma = vma;
	fake_share(fake, cookie, dma_addr, size, attrs);
	return -EDOM;
}

static int fake_get_sgtable(struct device *dev, struct sg_table *sgt, void *cookie,
			    dma_addr_t dma_addr, size_t size, unsigned long attrs)
{
	struct fake_dma *fake = to_fake_dma(dev);

	fake->sgtables++;
	fake->sgt = sgt;
	fake_share(fake, cookie, dma_addr, size, attrs);
	return -EDOM;
}

static const struct dma_map_ops fake_ops = {
	.alloc		= fake_alloc,
	.free		= fake_free,
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

/* Every case finds a device with such ops. */
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

struct vma_param {
	const char *name;
	unsigned long pgoff, pages;
	int ret;
};

/* For a buffer of three pages. What the ops return is passed on. */
static const struct vma_param vmas[] = {
	{ "all of it", 0, 3, -EDOM },
	{ "first page", 0, 1, -EDOM },
	{ "last page", 2, 1, -EDOM },
	{ "last two", 1, 2, -EDOM },
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

	KUNIT_ASSERT_EQ(test, 0, dma_coherent_handle_alloc_attrs(fake->dev, &handle, SIZE,
								 GFP_KERNEL,
								 DMA_ATTR_WRITE_COMBINE));
	KUNIT_EXPECT_EQ(test, param->ret, dma_coherent_handle_mmap(&handle, &vma));
	KUNIT_EXPECT_EQ(test, fake->mmaps, param->ret == -EDOM);
	if (fake->mmaps) {
		KUNIT_EXPECT_PTR_EQ(test, fake->vma, &vma);
		KUNIT_EXPECT_EQ(test, virt_to_phys(fake->cookie),
				dma_to_phys(fake->dev, dma_coherent_handle_dma_addr(&handle)));
		KUNIT_EXPECT_EQ(test, fake->dma_addr, dma_coherent_handle_dma_addr(&handle));
		KUNIT_EXPECT_EQ(test, fake->size, SIZE);
		KUNIT_EXPECT_EQ(test, fake->attrs, NO_MAPPING | DMA_ATTR_WRITE_COMBINE);
	}
	dma_coherent_handle_free(&handle);
}

/* Succeeds if the ops are asked for the buffer as they know it, or for all of its pages. */
static void get_sgtable_arguments_reach_ops(struct kunit *test)
{
	struct fake_dma *fake = test->priv;
	struct dma_coherent_handle handle;
	struct sg_table sgt;

	KUNIT_ASSERT_EQ(test, 0, dma_coherent_handle_alloc_attrs(fake->dev, &handle, SIZE,
								 GFP_KERNEL,
								 DMA_ATTR_WRITE_COMBINE));
	KUNIT_EXPECT_EQ(test, -EDOM, dma_coherent_handle_get_sgtable(&handle, &sgt));
	KUNIT_EXPECT_EQ(test, fake->sgtables, 1);
	KUNIT_EXPECT_PTR_EQ(test, fake->sgt, &sgt);
	KUNIT_EXPECT_EQ(test, virt_to_phys(fake->cookie),
			dma_to_phys(fake->dev, dma_coherent_handle_dma_addr(&handle)));
	KUNIT_EXPECT_EQ(test, fake->dma_addr, dma_coherent_handle_dma_addr(&handle));
	if (fake->size != PAGE_ALIGN(SIZE))
		KUNIT_EXPECT_EQ(test, fake->size, SIZE);
	KUNIT_EXPECT_EQ(test, fake->attrs, NO_MAPPING | DMA_ATTR_WRITE_COMBINE);
	dma_coherent_handle_free(&handle);
}

/* Succeeds if nothing is asked of ops that can't share, nor for a handle that is empty. */
static void nothing_to_share(struct kunit *test)
{
	struct vm_area_struct vma = { .vm_start = SZ_1M, .vm_end = SZ_1M + PAGE_SIZE };
	struct fake_dma *fake = test->priv;
	struct dma_coherent_handle handle;
	struct sg_table sgt;

	KUNIT_ASSERT_EQ(test, 0, dma_coherent_handle_alloc(fake->dev, &handle, SIZE, GFP_KERNEL));
	set_fake_ops(fake, &fake_ops_without_sharing);
	KUNIT_EXPECT_EQ(test, -ENXIO, dma_coherent_handle_mmap(&handle, &vma));
	KUNIT_EXPECT_EQ(test, -ENXIO, dma_coherent_handle_get_sgtable(&handle, &sgt));
	set_fake_ops(fake, &fake_ops);
	dma_coherent_handle_free(&handle);

	KUNIT_EXPECT_EQ(test, -EINVAL, dma_coherent_handle_mmap(&handle, &vma));
	KUNIT_EXPECT_EQ(test, -EINVAL, dma_coherent_handle_get_sgtable(&handle, &sgt));
	KUNIT_EXPECT_EQ(test, fake->mmaps + fake->sgtables, 0);
}

static struct kunit_case handle_ops_test_cases[] = {
	KUNIT_CASE_PARAM(mmap_bounds, vmas_gen_params),
	KUNIT_CASE(get_sgtable_arguments_reach_ops),
	KUNIT_CASE(nothing_to_share),
	{}
};

static struct kunit_suite handle_ops_test_suite = {
	.name = "dma_coherent_handle_ops",
	.init = handle_ops_test_init,
	.test_cases = handle_ops_test_cases,
};

kunit_test_suite(handle_ops_test_suite);
