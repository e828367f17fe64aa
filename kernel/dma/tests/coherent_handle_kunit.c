// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit tests for DMA-coherent handles
 *
 * Each sentence of the API's kernel-doc has a case here. Most cases run on the KUnit DMA device,
 * which shows the arguments as they reached the DMA ops. It also fails a case, at its end, if a
 * buffer was leaked, freed twice, or given back with other arguments than it came with, so that no
 * case needs to check those. What it can't fail is a case that never reached it: each one therefore
 * expects a number of calls.
 *
 * The last cases run on dma-direct.
 */

#include <kunit/device.h>
#include <kunit/dma.h>
#include <kunit/platform_device.h>
#include <kunit/resource.h>
#include <kunit/test.h>

#include <linux/array_size.h>
#include <linux/build_bug.h>
#include <linux/compiler.h>
#include <linux/device.h>
#include <linux/dma-coherent-handle.h>
#include <linux/dma-map-ops.h>
#include <linux/dma-mapping.h>
#include <linux/err.h>
#include <linux/gfp.h>
#include <linux/kref.h>
#include <linux/limits.h>
#include <linux/math.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/panic.h>
#include <linux/platform_device.h>
#include <linux/prandom.h>
#include <linux/sizes.h>
#include <linux/spinlock.h>
#include <linux/string.h>

#define NO_MAPPING	DMA_ATTR_NO_KERNEL_MAPPING

struct handle_test {
	struct kunit_dma *dma;
	struct device *dev;
};

/* Every case finds a device on mock DMA ops. */
static int handle_test_init(struct kunit *test)
{
	struct handle_test *t;

	t = kunit_kzalloc(test, sizeof(*t), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, t);
	t->dma = kunit_dma_create(test);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, t->dma);
	t->dev = kunit_dma_device_register(t->dma, "dev");
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, t->dev);

	test->priv = t;
	return 0;
}

static unsigned int refs(struct device *dev)
{
	return kref_read(&dev->kobj.kref);
}

/* What memory holds that nobody has initialised. */
static void scribble(struct dma_coherent_handle *handle)
{
	memset(handle, 0xa5, sizeof(*handle));
}

/* An empty handle says so, and to free it reaches nothing. */
static void expect_empty(struct kunit *test, struct dma_coherent_handle *handle)
{
	struct handle_test *t = test->priv;
	unsigned int frees = t->dma->frees;

	KUNIT_EXPECT_FALSE(test, dma_coherent_handle_is_allocated(handle));
	KUNIT_EXPECT_EQ(test, dma_coherent_handle_dma_addr(handle), 0);
	KUNIT_EXPECT_EQ(test, dma_coherent_handle_size(handle), 0);
	dma_coherent_handle_free(handle);
	KUNIT_EXPECT_EQ(test, t->dma->frees, frees);
}

static void expect_gfp(struct kunit *test, unsigned int nr, gfp_t gfp)
{
	struct handle_test *t = test->priv;
	gfp_t seen = kunit_dma_nth_call(t->dma, nr)->gfp;

	/* To sparse, a gfp_t is no number. */
	KUNIT_EXPECT_EQ(test, (__force u32)seen, (__force u32)gfp);
}

/*
 * An allocation that must be refused: with -EINVAL, without a warning, before the DMA layer is
 * called, and with the handle left empty, whatever it held. The managed variant likewise.
 */
static void expect_refused(struct kunit *test, struct device *dev, size_t size, gfp_t gfp,
			   unsigned long attrs)
{
	struct handle_test *t = test->priv;
	unsigned int calls = t->dma->calls, dev_refs = dev ? refs(dev) : 0;
	const struct dma_coherent_handle *managed;
	int warned = test_taint(TAINT_WARN);
	struct dma_coherent_handle handle;

	scribble(&handle);
	KUNIT_EXPECT_EQ(test, -EINVAL,
			dma_coherent_handle_alloc_attrs(dev, &handle, size, gfp, attrs));
	expect_empty(test, &handle);

	managed = dmam_coherent_handle_alloc_attrs(dev, size, gfp, attrs);
	KUNIT_EXPECT_PTR_EQ(test, managed, ERR_PTR(-EINVAL));

	KUNIT_EXPECT_EQ(test, t->dma->calls, calls);
	KUNIT_EXPECT_EQ(test, test_taint(TAINT_WARN), warned);
	if (dev)
		KUNIT_EXPECT_EQ(test, refs(dev), dev_refs);
}

/* Succeeds if zeroed memory is an empty handle. */
static void zeroed_is_empty(struct kunit *test)
{
	struct dma_coherent_handle *handle;

	handle = kunit_kzalloc(test, sizeof(*handle), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, handle);
	expect_empty(test, handle);
}

/* Succeeds if a handle takes no more room than its documentation says. */
static void struct_is_small(struct kunit *test)
{
	size_t owner = IS_ENABLED(CONFIG_DMA_COHERENT_HANDLE_DEBUG) ? sizeof(void *) : 0;
	/* With padding, if a DMA address is longer than the rest. */
	size_t members = round_up(4 * sizeof(long) + sizeof(dma_addr_t) + owner,
				  __alignof__(struct dma_coherent_handle));

	KUNIT_EXPECT_LE(test, sizeof(struct dma_coherent_handle),
			members + sizeof(dma_addr_t) - sizeof(long));
	if (IS_ENABLED(CONFIG_64BIT))
		KUNIT_EXPECT_LE(test, sizeof(struct dma_coherent_handle), 40 + owner);
}

/* Succeeds if the DMA ops are asked for what the caller asked for, without a kernel mapping. */
static void alloc_arguments_reach_ops(struct kunit *test)
{
	struct handle_test *t = test->priv;
	const struct kunit_dma_call *call;
	struct dma_coherent_handle handle;

	scribble(&handle);
	KUNIT_ASSERT_EQ(test, 0, dma_coherent_handle_alloc(t->dev, &handle, 12345,
							   GFP_KERNEL | __GFP_RETRY_MAYFAIL));
	KUNIT_ASSERT_EQ(test, t->dma->calls, 1);
	call = kunit_dma_nth_call(t->dma, 1);
	KUNIT_EXPECT_PTR_EQ(test, call->dev, t->dev);
	KUNIT_EXPECT_EQ(test, call->size, 12345);
	expect_gfp(test, 1, GFP_KERNEL | __GFP_RETRY_MAYFAIL | __GFP_ZERO);
	KUNIT_EXPECT_EQ(test, call->attrs, NO_MAPPING);

	KUNIT_EXPECT_TRUE(test, dma_coherent_handle_is_allocated(&handle));
	KUNIT_EXPECT_EQ(test, dma_coherent_handle_dma_addr(&handle), call->dma_addr);
	KUNIT_EXPECT_EQ(test, dma_coherent_handle_size(&handle), 12345);

	dma_coherent_handle_free(&handle);
	KUNIT_EXPECT_EQ(test, t->dma->frees, 1);
	KUNIT_EXPECT_EQ(test, t->dma->nr_live, 0);
	expect_empty(test, &handle);
}

struct attrs_param {
	const char *name;
	unsigned long attrs;
};

#define ATTR(_name)	{ .name = #_name, .attrs = DMA_ATTR_##_name }

static const struct attrs_param allowed_attrs[] = {
	{ .name = "none" },
	ATTR(WEAK_ORDERING),
	ATTR(WRITE_COMBINE),
	ATTR(NO_KERNEL_MAPPING),
	ATTR(FORCE_CONTIGUOUS),
	ATTR(ALLOC_SINGLE_PAGES),
	ATTR(NO_WARN),
	ATTR(PRIVILEGED),
	{ .name = "WRITE_COMBINE and FORCE_CONTIGUOUS",
	  .attrs = DMA_ATTR_WRITE_COMBINE | DMA_ATTR_FORCE_CONTIGUOUS },
};

static void attrs_desc(const struct attrs_param *param, char *desc)
{
	strscpy(desc, param->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(allowed_attrs, allowed_attrs, attrs_desc);

/* Succeeds if an allowed attribute reaches the DMA ops along with NO_KERNEL_MAPPING, twice. */
static void attrs_are_passed_on(struct kunit *test)
{
	const struct attrs_param *param = test->param_value;
	struct handle_test *t = test->priv;
	const struct dma_coherent_handle *managed;
	struct dma_coherent_handle handle;

	KUNIT_ASSERT_EQ(test, 0, dma_coherent_handle_alloc_attrs(t->dev, &handle, SZ_4K, GFP_KERNEL,
								 param->attrs));
	KUNIT_ASSERT_EQ(test, t->dma->calls, 1);
	KUNIT_EXPECT_EQ(test, kunit_dma_nth_call(t->dma, 1)->attrs, param->attrs | NO_MAPPING);
	dma_coherent_handle_free(&handle);

	managed = dmam_coherent_handle_alloc_attrs(t->dev, SZ_4K, GFP_KERNEL, param->attrs);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, managed);
	KUNIT_ASSERT_EQ(test, t->dma->calls, 2);
	KUNIT_EXPECT_EQ(test, kunit_dma_nth_call(t->dma, 2)->attrs, param->attrs | NO_MAPPING);
	dmam_coherent_handle_free(t->dev, managed);
	KUNIT_EXPECT_EQ(test, t->dma->frees, 2);
}

/* Succeeds if each attribute that isn't allowed is refused, alone and beside one that is. */
static void other_attrs_are_refused(struct kunit *test)
{
	struct handle_test *t = test->priv;
	unsigned long allowed = 0;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(allowed_attrs); i++)
		allowed |= allowed_attrs[i].attrs;
	KUNIT_ASSERT_FALSE(test, allowed & DMA_ATTR_SKIP_CPU_SYNC);

	for (i = 0; i < BITS_PER_LONG; i++) {
		if (allowed & BIT(i))
			continue;
		expect_refused(test, t->dev, SZ_4K, GFP_KERNEL, BIT(i));
		expect_refused(test, t->dev, SZ_4K, GFP_KERNEL, BIT(i) | DMA_ATTR_WRITE_COMBINE);
	}
}

/* Succeeds if __GFP_COMP is refused, and zone flags are no reason for it nor for a warning. */
static void gfp_flags(struct kunit *test)
{
	struct handle_test *t = test->priv;
	const struct dma_coherent_handle *managed;
	struct dma_coherent_handle handle;
	int warned = test_taint(TAINT_WARN);

	expect_refused(test, t->dev, SZ_4K, GFP_KERNEL | __GFP_COMP, 0);

	KUNIT_ASSERT_EQ(test, 0, dma_coherent_handle_alloc(t->dev, &handle, SZ_4K,
							   GFP_KERNEL | __GFP_DMA32));
	dma_coherent_handle_free(&handle);
	managed = dmam_coherent_handle_alloc(t->dev, SZ_4K, GFP_KERNEL | __GFP_HIGHMEM);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, managed);
	dmam_coherent_handle_free(t->dev, managed);
	managed = dmam_coherent_handle_alloc(t->dev, SZ_4K, GFP_KERNEL | __GFP_DMA32);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, managed);
	dmam_coherent_handle_free(t->dev, managed);

	managed = dmam_coherent_handle_alloc(t->dev, SZ_4K, GFP_KERNEL_ACCOUNT);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, managed);
	dmam_coherent_handle_free(t->dev, managed);

	KUNIT_ASSERT_EQ(test, t->dma->calls, 4);
	expect_gfp(test, 1, GFP_KERNEL | __GFP_ZERO);
	expect_gfp(test, 4, GFP_KERNEL_ACCOUNT | __GFP_ZERO);
	KUNIT_EXPECT_EQ(test, test_taint(TAINT_WARN), warned);
}

/*
 * Fails the run, by what the slab allocator says in the log, if a zone flag ever gets there. It
 * looks only when it needs pages of its own.
 */
static void zones_are_not_for_the_slab(struct kunit *test)
{
	struct handle_test *t = test->priv;
	const unsigned int n = 400;
	unsigned int i;

	for (i = 0; i < n; i++)
		KUNIT_ASSERT_NOT_ERR_OR_NULL(test, dmam_coherent_handle_alloc(t->dev, SZ_4K,
									      GFP_KERNEL |
									      __GFP_DMA32));
	KUNIT_EXPECT_EQ(test, t->dma->nr_live, n);
	kunit_device_unregister(test, t->dev);
	KUNIT_EXPECT_EQ(test, t->dma->frees, n);
}

/* Succeeds if there is no buffer without a device, nor for one that can't do coherent DMA. */
static void device_is_checked(struct kunit *test)
{
	struct handle_test *t = test->priv;

	expect_refused(test, NULL, SZ_4K, GFP_KERNEL, 0);
	t->dev->coherent_dma_mask = 0;
	expect_refused(test, t->dev, SZ_4K, GFP_KERNEL, 0);
	KUNIT_EXPECT_EQ(test, t->dma->calls, 0);
}

struct size_param {
	const char *name;
	size_t size;
	int error;
};

static const struct size_param sizes[] = {
	{ "0", 0, -EINVAL },
	{ "1", 1, 0 },
	{ "PAGE_SIZE - 1", PAGE_SIZE - 1, 0 },
	{ "PAGE_SIZE", PAGE_SIZE, 0 },
	{ "PAGE_SIZE + 1", PAGE_SIZE + 1, 0 },
	{ "64 MiB", SZ_64M, 0 },
	/* The largest that can be rounded up to pages: no mistake of the caller's, but hopeless. */
	{ "SIZE_MAX - PAGE_SIZE + 1", SIZE_MAX - PAGE_SIZE + 1, -ENOMEM },
	{ "SIZE_MAX - PAGE_SIZE + 2", SIZE_MAX - PAGE_SIZE + 2, -EINVAL },
	{ "SIZE_MAX", SIZE_MAX, -EINVAL },
};

static void size_desc(const struct size_param *param, char *desc)
{
	strscpy(desc, param->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(sizes, sizes, size_desc);

/* Succeeds if a size is passed on to the byte, or refused before the DMA layer is called. */
static void size_boundaries(struct kunit *test)
{
	const struct size_param *param = test->param_value;
	struct handle_test *t = test->priv;
	struct dma_coherent_handle handle;

	if (param->error == -EINVAL) {
		expect_refused(test, t->dev, param->size, GFP_KERNEL, 0);
		KUNIT_EXPECT_EQ(test, t->dma->calls, 0);
		return;
	}

	scribble(&handle);
	KUNIT_ASSERT_EQ(test, param->error,
			dma_coherent_handle_alloc(t->dev, &handle, param->size, GFP_KERNEL));
	KUNIT_ASSERT_EQ(test, t->dma->calls, 1);
	KUNIT_EXPECT_EQ(test, kunit_dma_nth_call(t->dma, 1)->size, param->size);
	if (param->error) {
		expect_empty(test, &handle);
		return;
	}

	KUNIT_EXPECT_EQ(test, dma_coherent_handle_size(&handle), param->size);
	dma_coherent_handle_free(&handle);
	KUNIT_EXPECT_EQ(test, t->dma->frees, 1);
}

/* Succeeds if -ENOMEM of the DMA layer leaves the handle empty and the device alone. */
static void alloc_failure(struct kunit *test)
{
	struct handle_test *t = test->priv;
	const struct dma_coherent_handle *managed;
	unsigned int dev_refs = refs(t->dev);
	struct dma_coherent_handle handle;

	scribble(&handle);
	kunit_dma_fail_nth(t->dma, 1);
	KUNIT_EXPECT_EQ(test, -ENOMEM,
			dma_coherent_handle_alloc(t->dev, &handle, SZ_4K, GFP_KERNEL));
	KUNIT_EXPECT_EQ(test, t->dma->calls, 1);
	KUNIT_EXPECT_EQ(test, refs(t->dev), dev_refs);
	expect_empty(test, &handle);

	kunit_dma_fail_nth(t->dma, 1);
	managed = dmam_coherent_handle_alloc(t->dev, SZ_4K, GFP_KERNEL);
	KUNIT_EXPECT_PTR_EQ(test, managed, ERR_PTR(-ENOMEM));
	KUNIT_EXPECT_EQ(test, t->dma->calls, 2);
	KUNIT_EXPECT_EQ(test, refs(t->dev), dev_refs);
}

/* Succeeds if a second free, and one of no handle at all, do nothing. */
static void free_of_empty_does_nothing(struct kunit *test)
{
	struct dma_coherent_handle handle;
	struct handle_test *t = test->priv;
	unsigned int dev_refs = refs(t->dev);

	KUNIT_ASSERT_EQ(test, 0, dma_coherent_handle_alloc(t->dev, &handle, SZ_4K, GFP_KERNEL));
	dma_coherent_handle_free(&handle);
	dma_coherent_handle_free(&handle);
	dma_coherent_handle_free(NULL);
	KUNIT_EXPECT_EQ(test, t->dma->calls, 1);
	KUNIT_EXPECT_EQ(test, t->dma->frees, 1);
	KUNIT_EXPECT_EQ(test, refs(t->dev), dev_refs);
	expect_empty(test, &handle);
}

/* Succeeds if a handle that was freed can be filled again. */
static void handle_can_be_reused(struct kunit *test)
{
	struct handle_test *t = test->priv;
	struct dma_coherent_handle handle;
	unsigned int i;

	for (i = 1; i <= 3; i++) {
		KUNIT_ASSERT_EQ(test, 0,
				dma_coherent_handle_alloc(t->dev, &handle, i * 1000, GFP_KERNEL));
		KUNIT_EXPECT_EQ(test, dma_coherent_handle_size(&handle), i * 1000);
		dma_coherent_handle_free(&handle);
		KUNIT_EXPECT_EQ(test, t->dma->frees, i);
	}
}

/*
 * Succeeds if a buffer holds one reference to its device from alloc to free, wherever it moves, and
 * a managed one none.
 */
static void device_is_referenced(struct kunit *test)
{
	struct handle_test *t = test->priv;
	unsigned int dev_refs = refs(t->dev);
	const struct dma_coherent_handle *managed;
	struct dma_coherent_handle handle, moved;

	KUNIT_ASSERT_EQ(test, 0, dma_coherent_handle_alloc(t->dev, &handle, SZ_4K, GFP_KERNEL));
	KUNIT_EXPECT_EQ(test, refs(t->dev), dev_refs + 1);
	moved = dma_coherent_handle_take(&handle);
	KUNIT_EXPECT_EQ(test, refs(t->dev), dev_refs + 1);
	dma_coherent_handle_free(&moved);
	KUNIT_EXPECT_EQ(test, refs(t->dev), dev_refs);

	managed = dmam_coherent_handle_alloc(t->dev, SZ_4K, GFP_KERNEL);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, managed);
	/* It can't be there longer than the device anyway. */
	KUNIT_EXPECT_EQ(test, refs(t->dev), dev_refs);
	dmam_coherent_handle_free(t->dev, managed);
	KUNIT_EXPECT_EQ(test, refs(t->dev), dev_refs);
	KUNIT_EXPECT_EQ(test, t->dma->frees, 2);
}

/*
 * Succeeds if the struct device outlives its own removal for as long as the buffer is there. It has
 * no driver: no buffer may outlive that.
 */
static void device_is_kept_alive(struct kunit *test)
{
	struct handle_test *t = test->priv;
	struct dma_coherent_handle handle;
	struct platform_device *pdev;

	pdev = platform_device_alloc("dma-coherent-handle-gone", PLATFORM_DEVID_NONE);
	KUNIT_ASSERT_NOT_NULL(test, pdev);
	kunit_dma_attach(t->dma, &pdev->dev);
	KUNIT_ASSERT_EQ(test, 0, platform_device_add(pdev));

	KUNIT_EXPECT_EQ(test, 0, dma_coherent_handle_alloc(&pdev->dev, &handle, SZ_4K, GFP_KERNEL));
	get_device(&pdev->dev);
	platform_device_unregister(pdev);
	/* One is the handle's, one is ours, one is the KUnit DMA device's. */
	KUNIT_EXPECT_EQ(test, refs(&pdev->dev), 3);
	KUNIT_EXPECT_EQ(test, t->dma->nr_live, 1);
	put_device(&pdev->dev);

	dma_coherent_handle_free(&handle);
	KUNIT_EXPECT_EQ(test, refs(&pdev->dev), 1);
	KUNIT_EXPECT_EQ(test, t->dma->frees, 1);
}

/* Succeeds if each buffer goes back to its own device. */
static void two_devices(struct kunit *test)
{
	struct handle_test *t = test->priv;
	struct dma_coherent_handle a, b;
	struct device *other;

	other = kunit_dma_device_register(t->dma, "other");
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, other);

	KUNIT_ASSERT_EQ(test, 0, dma_coherent_handle_alloc(t->dev, &a, SZ_4K, GFP_KERNEL));
	KUNIT_ASSERT_EQ(test, 0, dma_coherent_handle_alloc(other, &b, SZ_8K, GFP_KERNEL));
	KUNIT_EXPECT_PTR_EQ(test, kunit_dma_nth_call(t->dma, 2)->dev, other);
	dma_coherent_handle_free(&a);
	dma_coherent_handle_free(&b);
	KUNIT_EXPECT_EQ(test, t->dma->frees, 2);
}

/* Succeeds if a device needs no bus. */
static void device_without_a_bus(struct kunit *test)
{
	struct handle_test *t = test->priv;
	struct dma_coherent_handle handle;
	struct device *root;

	root = root_device_register("dma-coherent-handle-root");
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, root);
	kunit_dma_attach(t->dma, root);
	KUNIT_EXPECT_EQ(test, 0, dma_coherent_handle_alloc(root, &handle, SZ_4K, GFP_KERNEL));
	dma_coherent_handle_free(&handle);
	root_device_unregister(root);
	KUNIT_EXPECT_EQ(test, t->dma->calls, 1);
	KUNIT_EXPECT_EQ(test, t->dma->frees, 1);
}

/* Succeeds if an empty handle gets a buffer, as by alloc without attributes. */
static void grow_fills_an_empty_handle(struct kunit *test)
{
	struct handle_test *t = test->priv;
	unsigned int dev_refs = refs(t->dev);
	struct dma_coherent_handle handle = {};
	const struct kunit_dma_call *call;

	KUNIT_ASSERT_EQ(test, 0, dma_coherent_handle_grow(t->dev, &handle, 12345,
							  GFP_KERNEL | __GFP_RETRY_MAYFAIL));
	KUNIT_ASSERT_EQ(test, t->dma->calls, 1);
	call = kunit_dma_nth_call(t->dma, 1);
	KUNIT_EXPECT_PTR_EQ(test, call->dev, t->dev);
	KUNIT_EXPECT_EQ(test, call->size, 12345);
	KUNIT_EXPECT_EQ(test, call->attrs, NO_MAPPING);
	expect_gfp(test, 1, GFP_KERNEL | __GFP_RETRY_MAYFAIL | __GFP_ZERO);
	KUNIT_EXPECT_EQ(test, dma_coherent_handle_dma_addr(&handle), call->dma_addr);
	KUNIT_EXPECT_EQ(test, dma_coherent_handle_size(&handle), 12345);
	KUNIT_EXPECT_EQ(test, refs(t->dev), dev_refs + 1);
	dma_coherent_handle_free(&handle);
	KUNIT_EXPECT_EQ(test, t->dma->frees, 1);
	KUNIT_EXPECT_EQ(test, refs(t->dev), dev_refs);
}

/* Succeeds if a buffer that is large enough stays as it is. */
static void grow_has_nothing_to_do(struct kunit *test)
{
	const size_t enough[] = { 5000, 4999, 1, 0 };
	struct handle_test *t = test->priv;
	struct dma_coherent_handle handle;
	dma_addr_t dma_addr;
	unsigned int i;

	KUNIT_ASSERT_EQ(test, 0, dma_coherent_handle_alloc(t->dev, &handle, 5000, GFP_KERNEL));
	dma_addr = dma_coherent_handle_dma_addr(&handle);
	for (i = 0; i < ARRAY_SIZE(enough); i++) {
		KUNIT_EXPECT_EQ(test, 0, dma_coherent_handle_grow(t->dev, &handle, enough[i],
								  GFP_KERNEL));
		KUNIT_EXPECT_EQ(test, dma_coherent_handle_dma_addr(&handle), dma_addr);
		KUNIT_EXPECT_EQ(test, dma_coherent_handle_size(&handle), 5000);
	}
	KUNIT_EXPECT_EQ(test, t->dma->calls, 1);
	KUNIT_EXPECT_EQ(test, t->dma->frees, 0);
	dma_coherent_handle_free(&handle);
}

/* Succeeds if there is a new buffer before the old one is freed, of the same attributes. */
static void grow_replaces_the_buffer(struct kunit *test)
{
	struct handle_test *t = test->priv;
	unsigned int i, dev_refs = refs(t->dev);
	struct dma_coherent_handle handle;

	KUNIT_ASSERT_EQ(test, 0, dma_coherent_handle_alloc_attrs(t->dev, &handle, SZ_4K, GFP_KERNEL,
								 DMA_ATTR_WRITE_COMBINE));
	for (i = 2; i <= 4; i++) {
		KUNIT_ASSERT_EQ(test, 0, dma_coherent_handle_grow(t->dev, &handle, SZ_4K + i,
								  GFP_KERNEL));
		KUNIT_ASSERT_EQ(test, t->dma->calls, i);
		KUNIT_EXPECT_EQ(test, t->dma->frees, i - 1);
		KUNIT_EXPECT_EQ(test, kunit_dma_nth_call(t->dma, i - 1)->freed, i - 1);
		/* Not the same place: both were there at a time. */
		KUNIT_EXPECT_NE(test, dma_coherent_handle_dma_addr(&handle),
				kunit_dma_nth_call(t->dma, i - 1)->dma_addr);
		KUNIT_EXPECT_EQ(test, dma_coherent_handle_dma_addr(&handle),
				kunit_dma_nth_call(t->dma, i)->dma_addr);
		KUNIT_EXPECT_EQ(test, dma_coherent_handle_size(&handle), SZ_4K + i);
		KUNIT_EXPECT_EQ(test, kunit_dma_nth_call(t->dma, i)->attrs,
				NO_MAPPING | DMA_ATTR_WRITE_COMBINE);
		KUNIT_EXPECT_EQ(test, refs(t->dev), dev_refs + 1);
	}
	dma_coherent_handle_free(&handle);
	KUNIT_EXPECT_EQ(test, t->dma->nr_live, 0);
	KUNIT_EXPECT_EQ(test, refs(t->dev), dev_refs);
}

/* Succeeds if the old buffer, or none, is still there when there is no new one. */
static void grow_failure_changes_nothing(struct kunit *test)
{
	struct handle_test *t = test->priv;
	struct dma_coherent_handle handle = {};
	unsigned int dev_refs = refs(t->dev);
	dma_addr_t dma_addr;

	KUNIT_EXPECT_EQ(test, -EINVAL, dma_coherent_handle_grow(t->dev, &handle, 0, GFP_KERNEL));
	KUNIT_EXPECT_EQ(test, -EINVAL, dma_coherent_handle_grow(NULL, &handle, SZ_4K, GFP_KERNEL));
	KUNIT_EXPECT_EQ(test, t->dma->calls, 0);
	kunit_dma_fail_nth(t->dma, 1);
	KUNIT_EXPECT_EQ(test, -ENOMEM,
			dma_coherent_handle_grow(t->dev, &handle, SZ_4K, GFP_KERNEL));
	expect_empty(test, &handle);
	KUNIT_EXPECT_EQ(test, refs(t->dev), dev_refs);

	KUNIT_ASSERT_EQ(test, 0, dma_coherent_handle_alloc(t->dev, &handle, SZ_4K, GFP_KERNEL));
	dma_addr = dma_coherent_handle_dma_addr(&handle);
	KUNIT_EXPECT_EQ(test, -EINVAL,
			dma_coherent_handle_grow(t->dev, &handle, SIZE_MAX, GFP_KERNEL));
	KUNIT_EXPECT_EQ(test, -EINVAL, dma_coherent_handle_grow(t->dev, &handle, SZ_8K,
								GFP_KERNEL | __GFP_COMP));
	kunit_dma_fail_nth(t->dma, 1);
	KUNIT_EXPECT_EQ(test, -ENOMEM,
			dma_coherent_handle_grow(t->dev, &handle, SZ_8K, GFP_KERNEL));
	KUNIT_EXPECT_EQ(test, t->dma->calls, 3);
	KUNIT_EXPECT_EQ(test, t->dma->frees, 0);
	KUNIT_EXPECT_EQ(test, refs(t->dev), dev_refs + 1);
	KUNIT_EXPECT_EQ(test, dma_coherent_handle_dma_addr(&handle), dma_addr);
	KUNIT_EXPECT_EQ(test, dma_coherent_handle_size(&handle), SZ_4K);
	dma_coherent_handle_free(&handle);
}

/* Succeeds if take moves the buffer, and the source is left empty. */
static void take_moves_the_buffer(struct kunit *test)
{
	struct handle_test *t = test->priv;
	struct dma_coherent_handle from, to;
	dma_addr_t dma_addr;

	KUNIT_ASSERT_EQ(test, 0, dma_coherent_handle_alloc(t->dev, &from, 5000, GFP_KERNEL));
	dma_addr = dma_coherent_handle_dma_addr(&from);

	to = dma_coherent_handle_take(&from);
	expect_empty(test, &from);
	KUNIT_EXPECT_TRUE(test, dma_coherent_handle_is_allocated(&to));
	KUNIT_EXPECT_EQ(test, dma_coherent_handle_dma_addr(&to), dma_addr);
	KUNIT_EXPECT_EQ(test, dma_coherent_handle_size(&to), 5000);

	dma_coherent_handle_free(&to);
	KUNIT_EXPECT_EQ(test, t->dma->calls, 1);
	KUNIT_EXPECT_EQ(test, t->dma->frees, 1);
}

/* Succeeds if there is nothing to be taken from an empty handle. */
static void take_from_empty(struct kunit *test)
{
	struct dma_coherent_handle from = {}, to;

	scribble(&to);
	to = dma_coherent_handle_take(&from);
	expect_empty(test, &from);
	expect_empty(test, &to);
}

/* A pointer, which the variable that holds it would be freed as a handle, must not compile. */
static_assert(__same_type(__free_dma_coherent_handle, void (struct dma_coherent_handle *)));

/* How a driver hands out a buffer once nothing can fail any more. */
static int scoped_alloc(struct device *dev, struct dma_coherent_handle *out, int error)
{
	struct dma_coherent_handle handle __free(dma_coherent_handle) = {};
	int ret;

	ret = dma_coherent_handle_alloc(dev, &handle, SZ_4K, GFP_KERNEL);
	if (ret)
		return ret;
	if (error)
		return error;

	*out = dma_coherent_handle_take(&handle);
	return 0;
}

/* Succeeds if a buffer that was moved out survives the end of the scope. */
static void scope_exit_on_success(struct kunit *test)
{
	struct handle_test *t = test->priv;
	struct dma_coherent_handle handle = {};

	KUNIT_ASSERT_EQ(test, 0, scoped_alloc(t->dev, &handle, 0));
	KUNIT_EXPECT_TRUE(test, dma_coherent_handle_is_allocated(&handle));
	KUNIT_EXPECT_EQ(test, t->dma->nr_live, 1);
	KUNIT_EXPECT_EQ(test, t->dma->frees, 0);
	dma_coherent_handle_free(&handle);
	KUNIT_EXPECT_EQ(test, t->dma->frees, 1);
}

/* Succeeds if the end of the scope frees what was not moved out, and nothing if there is none. */
static void scope_exit_on_error(struct kunit *test)
{
	struct handle_test *t = test->priv;
	struct dma_coherent_handle handle = {};

	KUNIT_EXPECT_EQ(test, -EIO, scoped_alloc(t->dev, &handle, -EIO));
	KUNIT_EXPECT_EQ(test, t->dma->calls, 1);
	KUNIT_EXPECT_EQ(test, t->dma->frees, 1);
	KUNIT_EXPECT_EQ(test, t->dma->nr_live, 0);

	kunit_dma_fail_nth(t->dma, 1);
	KUNIT_EXPECT_EQ(test, -ENOMEM, scoped_alloc(t->dev, &handle, 0));
	KUNIT_EXPECT_EQ(test, t->dma->calls, 2);
	KUNIT_EXPECT_EQ(test, t->dma->frees, 1);
	expect_empty(test, &handle);
}

/* Succeeds if handles in an array are independent of each other. */
static void handles_in_an_array(struct kunit *test)
{
	struct handle_test *t = test->priv;
	struct dma_coherent_handle *handles;
	const unsigned int n = 16;
	unsigned int i;

	handles = kunit_kcalloc(test, n, sizeof(*handles), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, handles);
	for (i = 0; i < n; i++)
		KUNIT_ASSERT_EQ(test, 0, dma_coherent_handle_alloc(t->dev, &handles[i],
								   (i + 1) * 100, GFP_KERNEL));
	for (i = 0; i < n; i += 2)
		dma_coherent_handle_free(&handles[i]);
	KUNIT_EXPECT_EQ(test, t->dma->frees, n / 2);
	for (i = 0; i < n; i++) {
		KUNIT_EXPECT_EQ(test, dma_coherent_handle_is_allocated(&handles[i]), i % 2);
		if (i % 2)
			KUNIT_EXPECT_EQ(test, dma_coherent_handle_size(&handles[i]), (i + 1) * 100);
		dma_coherent_handle_free(&handles[i]);
	}
	KUNIT_EXPECT_EQ(test, t->dma->calls, n);
	KUNIT_EXPECT_EQ(test, t->dma->frees, n);
}

/* Succeeds if the buffers of very many handles, here and there, are not mistaken for each other. */
static void very_many_handles(struct kunit *test)
{
	const unsigned int n = 500, places = 16384;
	struct dma_coherent_handle *handles, **all;
	struct handle_test *t = test->priv;
	struct rnd_state rnd;
	unsigned int i;

	handles = kunit_kcalloc(test, places, sizeof(*handles), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, handles);
	all = kunit_kcalloc(test, n, sizeof(*all), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, all);

	prandom_seed_state(&rnd, 0x5eed);
	for (i = 0; i < n; i++) {
		do {
			all[i] = &handles[prandom_u32_state(&rnd) % places];
		} while (dma_coherent_handle_is_allocated(all[i]));
		KUNIT_ASSERT_EQ(test, 0, dma_coherent_handle_alloc(t->dev, all[i], i + 1,
								   GFP_KERNEL));
	}
	KUNIT_EXPECT_EQ(test, t->dma->nr_live, n);

	for (i = 0; i < n; i++) {
		struct dma_coherent_handle moved = dma_coherent_handle_take(all[i]);

		KUNIT_EXPECT_EQ(test, dma_coherent_handle_size(&moved), i + 1);
		dma_coherent_handle_free(&moved);
	}
	KUNIT_EXPECT_EQ(test, t->dma->frees, n);
}

/* Succeeds if a handle can share its memory with something else, as long as one is in use. */
static void handle_in_a_union(struct kunit *test)
{
	struct handle_test *t = test->priv;
	union {
		struct dma_coherent_handle handle;
		u8 bytes[64];
	} u;

	memset(u.bytes, 0xff, sizeof(u.bytes));
	KUNIT_ASSERT_EQ(test, 0, dma_coherent_handle_alloc(t->dev, &u.handle, SZ_4K, GFP_KERNEL));
	KUNIT_EXPECT_EQ(test, u.bytes[63], 0xff);
	dma_coherent_handle_free(&u.handle);
	KUNIT_EXPECT_EQ(test, t->dma->frees, 1);

	memset(u.bytes, 0xff, sizeof(u.bytes));
	memset(u.bytes, 0, sizeof(u.handle));
	expect_empty(test, &u.handle);
}

/* Succeeds if GFP_ATOMIC reaches the DMA ops. Under a spinlock, the kernel warns of what sleeps. */
static void atomic_context(struct kunit *test)
{
	struct handle_test *t = test->priv;
	const struct dma_coherent_handle *managed;
	struct dma_coherent_handle from, to;
	spinlock_t lock;	/* any that makes the context atomic */
	unsigned long flags;
	size_t size;
	int ret;

	spin_lock_init(&lock);
	spin_lock_irqsave(&lock, flags);
	ret = dma_coherent_handle_alloc(t->dev, &from, SZ_4K, GFP_ATOMIC);
	to = dma_coherent_handle_take(&from);
	size = dma_coherent_handle_size(&to);
	managed = dmam_coherent_handle_alloc(t->dev, SZ_4K, GFP_ATOMIC);
	spin_unlock_irqrestore(&lock, flags);

	KUNIT_ASSERT_EQ(test, ret, 0);
	KUNIT_EXPECT_EQ(test, size, SZ_4K);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, managed);
	KUNIT_EXPECT_EQ(test, t->dma->calls, 2);
	expect_gfp(test, 1, GFP_ATOMIC | __GFP_ZERO);

	dma_coherent_handle_free(&to);
	dmam_coherent_handle_free(t->dev, managed);
	KUNIT_EXPECT_EQ(test, t->dma->frees, 2);
}

/* Succeeds if a managed buffer can be freed early, and only once. */
static void managed_free_early(struct kunit *test)
{
	struct handle_test *t = test->priv;
	const struct dma_coherent_handle *first, *second;

	first = dmam_coherent_handle_alloc(t->dev, SZ_4K, GFP_KERNEL);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, first);
	second = dmam_coherent_handle_alloc(t->dev, SZ_8K, GFP_KERNEL);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, second);
	KUNIT_EXPECT_EQ(test, t->dma->calls, 2);
	KUNIT_EXPECT_EQ(test, dma_coherent_handle_size(second), SZ_8K);
	KUNIT_EXPECT_EQ(test, dma_coherent_handle_dma_addr(second),
			kunit_dma_nth_call(t->dma, 2)->dma_addr);

	dmam_coherent_handle_free(t->dev, first);
	KUNIT_EXPECT_EQ(test, t->dma->frees, 1);
	KUNIT_EXPECT_NE(test, kunit_dma_nth_call(t->dma, 1)->freed, 0);
	KUNIT_EXPECT_EQ(test, kunit_dma_nth_call(t->dma, 2)->freed, 0);

	/* As an error path may, that has stored what alloc returned. */
	dmam_coherent_handle_free(t->dev, NULL);
	dmam_coherent_handle_free(t->dev, ERR_PTR(-ENOMEM));
	KUNIT_EXPECT_EQ(test, t->dma->frees, 1);

	kunit_device_unregister(test, t->dev);
	KUNIT_EXPECT_EQ(test, t->dma->frees, 2);
	KUNIT_EXPECT_EQ(test, t->dma->nr_live, 0);
}

/* Succeeds if a handle that isn't a managed one of the device is left alone, with a warning. */
static void managed_free_of_a_stranger(struct kunit *test)
{
#ifdef kunit_warning_suppress
	struct handle_test *t = test->priv;
	struct dma_coherent_handle handle;
	unsigned int warnings = 0;

	KUNIT_ASSERT_EQ(test, 0, dma_coherent_handle_alloc(t->dev, &handle, SZ_4K, GFP_KERNEL));
	kunit_warning_suppress(test) {
		dmam_coherent_handle_free(t->dev, &handle);
		warnings = KUNIT_SUPPRESSED_WARNING_COUNT();
	}
	KUNIT_EXPECT_EQ(test, warnings, 1);
	KUNIT_EXPECT_EQ(test, t->dma->calls, 1);
	KUNIT_EXPECT_EQ(test, t->dma->frees, 0);
	dma_coherent_handle_free(&handle);
	KUNIT_EXPECT_EQ(test, t->dma->frees, 1);
#else
	kunit_skip(test, "this kernel can't suppress a warning that a test expects");
#endif
}

#define PROBE_BUFFERS	6

/* A driver that allocates handles of every kind. */
struct handle_driver {
	struct platform_driver drv;
	struct kunit_dma *dma;
	struct dma_coherent_handle embedded[2];
	unsigned int probed, removed;
	unsigned int frees_at_action;
};

static struct handle_driver *to_handle_driver(struct platform_device *pdev)
{
	struct platform_driver *drv = to_platform_driver(pdev->dev.driver);

	return container_of(drv, struct handle_driver, drv);
}

static void note_frees(void *data)
{
	struct handle_driver *hd = data;

	hd->frees_at_action = hd->dma->frees;
}

static int handle_driver_probe(struct platform_device *pdev)
{
	struct dma_coherent_handle scratch __free(dma_coherent_handle) = {};
	struct dma_coherent_handle second __free(dma_coherent_handle) = {};
	struct handle_driver *hd = to_handle_driver(pdev);
	const struct dma_coherent_handle *managed;
	struct device *dev = &pdev->dev;
	int ret;

	managed = dmam_coherent_handle_alloc(dev, SZ_4K, GFP_KERNEL);
	if (IS_ERR(managed))
		return PTR_ERR(managed);

	ret = devm_add_action_or_reset(dev, note_frees, hd);
	if (ret)
		return ret;

	managed = dmam_coherent_handle_alloc(dev, SZ_8K, GFP_KERNEL);
	if (IS_ERR(managed))
		return PTR_ERR(managed);

	ret = dma_coherent_handle_alloc(dev, &scratch, SZ_16K, GFP_KERNEL);
	if (ret)
		return ret;

	ret = dma_coherent_handle_alloc(dev, &second, SZ_32K, GFP_KERNEL);
	if (ret)
		return ret;

	ret = dma_coherent_handle_alloc(dev, &hd->embedded[0], SZ_64K, GFP_KERNEL);
	if (ret)
		return ret;

	managed = dmam_coherent_handle_alloc(dev, SZ_128K, GFP_KERNEL);
	if (IS_ERR(managed)) {
		dma_coherent_handle_free(&hd->embedded[0]);
		return PTR_ERR(managed);
	}

	hd->embedded[1] = dma_coherent_handle_take(&second);
	hd->probed++;
	return 0;
}

static void handle_driver_remove(struct platform_device *pdev)
{
	struct handle_driver *hd = to_handle_driver(pdev);

	dma_coherent_handle_free(&hd->embedded[1]);
	dma_coherent_handle_free(&hd->embedded[0]);
	hd->removed++;
}

/* A platform device on mock DMA ops of its own, with the driver there but not bound. */
static struct platform_device *handle_driver_setup(struct kunit *test, struct handle_driver **hdp)
{
	struct platform_device *pdev;
	struct handle_driver *hd;

	hd = kunit_kzalloc(test, sizeof(*hd), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, hd);
	hd->dma = kunit_dma_create(test);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, hd->dma);
	pdev = kunit_platform_device_alloc(test, "dma-coherent-handle-test", PLATFORM_DEVID_NONE);
	KUNIT_ASSERT_NOT_NULL(test, pdev);
	kunit_dma_attach(hd->dma, &pdev->dev);
	KUNIT_ASSERT_EQ(test, 0, kunit_platform_device_add(test, pdev));

	hd->drv.probe = handle_driver_probe;
	hd->drv.driver.name = "dma-coherent-handle-test";
	hd->drv.remove = handle_driver_remove;

	*hdp = hd;
	return pdev;
}

/* Succeeds if detaching the driver frees managed buffers, in reverse order, after its remove. */
static void managed_release_on_detach(struct kunit *test)
{
	struct platform_device *pdev;
	struct handle_driver *hd;
	unsigned int dev_refs;

	pdev = handle_driver_setup(test, &hd);
	dev_refs = refs(&pdev->dev);
	KUNIT_ASSERT_EQ(test, 0, kunit_platform_driver_register(test, &hd->drv));
	wait_for_device_probe();
	KUNIT_ASSERT_EQ(test, hd->probed, 1);
	KUNIT_ASSERT_EQ(test, hd->dma->calls, PROBE_BUFFERS);
	/* The scoped one has gone, the one that was taken has not. */
	KUNIT_EXPECT_EQ(test, hd->dma->nr_live, PROBE_BUFFERS - 1);
	KUNIT_EXPECT_EQ(test, hd->dma->frees, 1);

	device_release_driver(&pdev->dev);
	KUNIT_EXPECT_EQ(test, hd->removed, 1);
	KUNIT_EXPECT_EQ(test, hd->dma->frees, PROBE_BUFFERS);
	KUNIT_EXPECT_EQ(test, hd->dma->nr_live, 0);

	/* 1: scoped; 2, 3: embedded, by remove; then the managed ones, 128K, 8K, action, 4K. */
	KUNIT_EXPECT_EQ(test, kunit_dma_nth_call(hd->dma, 3)->freed, 1);
	KUNIT_EXPECT_EQ(test, kunit_dma_nth_call(hd->dma, 4)->freed, 2);
	KUNIT_EXPECT_EQ(test, kunit_dma_nth_call(hd->dma, 5)->freed, 3);
	KUNIT_EXPECT_EQ(test, kunit_dma_nth_call(hd->dma, 6)->freed, 4);
	KUNIT_EXPECT_EQ(test, kunit_dma_nth_call(hd->dma, 2)->freed, 5);
	KUNIT_EXPECT_EQ(test, hd->frees_at_action, 5);
	KUNIT_EXPECT_EQ(test, kunit_dma_nth_call(hd->dma, 1)->freed, 6);
	KUNIT_EXPECT_EQ(test, refs(&pdev->dev), dev_refs);
}

/* Succeeds if a probe that fails at any of its allocations leaves nothing behind. */
static void probe_fails_at_each_allocation(struct kunit *test)
{
	struct platform_device *pdev;
	struct handle_driver *hd;
	unsigned int nth, calls, dev_refs;

	pdev = handle_driver_setup(test, &hd);
	dev_refs = refs(&pdev->dev);

	for (nth = 1; nth <= 100 && !hd->probed; nth++) {
		calls = hd->dma->calls;
		kunit_dma_fail_nth(hd->dma, nth);
		if (nth == 1) {
			KUNIT_ASSERT_EQ(test, 0, kunit_platform_driver_register(test, &hd->drv));
			wait_for_device_probe();
		} else {
			KUNIT_ASSERT_GE(test, device_attach(&pdev->dev), 0);
		}
		if (hd->probed)
			break;

		KUNIT_EXPECT_EQ(test, hd->dma->calls, calls + nth);
		KUNIT_EXPECT_EQ(test, hd->dma->nr_live, 0);
		KUNIT_EXPECT_EQ(test, refs(&pdev->dev), dev_refs);
		expect_empty(test, &hd->embedded[0]);
		expect_empty(test, &hd->embedded[1]);
	}

	/* It failed at each of them, and not otherwise. */
	KUNIT_EXPECT_EQ(test, nth, PROBE_BUFFERS + 1);
	KUNIT_EXPECT_EQ(test, hd->dma->nr_live, PROBE_BUFFERS - 1);
}

/* A device without mock DMA ops: what dma-direct does is what most hardware gets. */
static struct device *dma_direct_device(struct kunit *test)
{
	struct device *dev = kunit_device_register(test, "dma-direct");

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, dev);
	if (get_dma_ops(dev))
		kunit_skip(test, "devices of this architecture don't use dma-direct");
	return dev;
}

/* Succeeds if real buffers of all sizes come and go, and do not overlap. */
static void dma_direct(struct kunit *test)
{
	const size_t bytes[] = { 1, PAGE_SIZE - 1, PAGE_SIZE, PAGE_SIZE + 1, SZ_64K, SZ_1M };
	struct dma_coherent_handle handles[ARRAY_SIZE(bytes)] = {};
	struct device *dev = dma_direct_device(test);
	unsigned int dev_refs = refs(dev);
	unsigned int i, j;

	for (i = 0; i < ARRAY_SIZE(bytes); i++) {
		KUNIT_EXPECT_EQ(test, 0, dma_coherent_handle_alloc(dev, &handles[i], bytes[i],
								   GFP_KERNEL));
		KUNIT_EXPECT_TRUE(test, dma_coherent_handle_is_allocated(&handles[i]));
		KUNIT_EXPECT_EQ(test, dma_coherent_handle_size(&handles[i]), bytes[i]);
		KUNIT_EXPECT_EQ(test, 0, dma_coherent_handle_dma_addr(&handles[i]) &
					 ((PAGE_SIZE << get_order(bytes[i])) - 1));
		KUNIT_EXPECT_LE(test, dma_coherent_handle_dma_addr(&handles[i]) + bytes[i] - 1,
				dev->coherent_dma_mask);
	}
	KUNIT_EXPECT_EQ(test, refs(dev), dev_refs + ARRAY_SIZE(bytes));

	for (i = 0; i < ARRAY_SIZE(bytes); i++) {
		for (j = 0; j < i; j++) {
			dma_addr_t a = dma_coherent_handle_dma_addr(&handles[i]);
			dma_addr_t b = dma_coherent_handle_dma_addr(&handles[j]);

			KUNIT_EXPECT_TRUE(test, a + bytes[i] <= b || b + bytes[j] <= a);
		}
	}

	for (i = 0; i < ARRAY_SIZE(bytes); i++) {
		dma_coherent_handle_free(&handles[i]);
		expect_empty(test, &handles[i]);
	}
	KUNIT_EXPECT_EQ(test, refs(dev), dev_refs);
}

/* Succeeds if managed and scoped buffers of dma-direct are freed, and -ENOMEM is passed on. */
static void dma_direct_lifetimes(struct kunit *test)
{
	struct device *dev = dma_direct_device(test);
	const struct dma_coherent_handle *managed;
	struct dma_coherent_handle handle = {};
	unsigned int dev_refs = refs(dev);

	KUNIT_EXPECT_EQ(test, -EIO, scoped_alloc(dev, &handle, -EIO));
	KUNIT_EXPECT_EQ(test, refs(dev), dev_refs);
	KUNIT_ASSERT_EQ(test, 0, scoped_alloc(dev, &handle, 0));
	KUNIT_EXPECT_EQ(test, refs(dev), dev_refs + 1);
	dma_coherent_handle_free(&handle);

	KUNIT_EXPECT_EQ(test, -ENOMEM,
			dma_coherent_handle_alloc(dev, &handle, SIZE_MAX - PAGE_SIZE + 1,
						  GFP_KERNEL | __GFP_NOWARN));
	expect_empty(test, &handle);
	expect_refused(test, dev, 0, GFP_KERNEL, 0);

	managed = dmam_coherent_handle_alloc_attrs(dev, SZ_64K, GFP_KERNEL, DMA_ATTR_WRITE_COMBINE);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, managed);
	KUNIT_EXPECT_EQ(test, refs(dev), dev_refs);

	get_device(dev);
	kunit_device_unregister(test, dev);
	/* The references of the bus have gone, and ours is left. */
	KUNIT_EXPECT_EQ(test, refs(dev), 1);
	put_device(dev);
}

static struct kunit_case handle_test_cases[] = {
	KUNIT_CASE(zeroed_is_empty),
	KUNIT_CASE(struct_is_small),
	KUNIT_CASE(alloc_arguments_reach_ops),
	KUNIT_CASE_PARAM(attrs_are_passed_on, allowed_attrs_gen_params),
	KUNIT_CASE(other_attrs_are_refused),
	KUNIT_CASE(gfp_flags),
	KUNIT_CASE(zones_are_not_for_the_slab),
	KUNIT_CASE(device_is_checked),
	KUNIT_CASE_PARAM(size_boundaries, sizes_gen_params),
	KUNIT_CASE(alloc_failure),
	KUNIT_CASE(free_of_empty_does_nothing),
	KUNIT_CASE(handle_can_be_reused),
	KUNIT_CASE(device_is_referenced),
	KUNIT_CASE(device_is_kept_alive),
	KUNIT_CASE(two_devices),
	KUNIT_CASE(device_without_a_bus),
	KUNIT_CASE(grow_fills_an_empty_handle),
	KUNIT_CASE(grow_has_nothing_to_do),
	KUNIT_CASE(grow_replaces_the_buffer),
	KUNIT_CASE(grow_failure_changes_nothing),
	KUNIT_CASE(take_moves_the_buffer),
	KUNIT_CASE(take_from_empty),
	KUNIT_CASE(scope_exit_on_success),
	KUNIT_CASE(scope_exit_on_error),
	KUNIT_CASE(handles_in_an_array),
	KUNIT_CASE(very_many_handles),
	KUNIT_CASE(handle_in_a_union),
	KUNIT_CASE(atomic_context),
	KUNIT_CASE(managed_free_early),
	KUNIT_CASE(managed_free_of_a_stranger),
	KUNIT_CASE(managed_release_on_detach),
	KUNIT_CASE(probe_fails_at_each_allocation),
	KUNIT_CASE(dma_direct),
	KUNIT_CASE(dma_direct_lifetimes),
	{}
};

static struct kunit_suite handle_test_suite = {
	.name = "dma_coherent_handle",
	.init = handle_test_init,
	.test_cases = handle_test_cases,
};

kunit_test_suite(handle_test_suite);

MODULE_DESCRIPTION("KUnit tests for DMA-coherent handles");
MODULE_LICENSE("GPL");
