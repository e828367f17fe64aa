// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit tests for DMA-coherent handles when there is no memory
 *
 * Each operation is done again and again: first with the first of its memory allocations failing,
 * then with the second, and so on, until it makes fewer than that. After each failure there must be
 * nothing left of the attempt. How many failures there were is checked as well, since no allocation
 * fails if the kernel's fault injection isn't at work.
 */

#include <kunit/device.h>
#include <kunit/dma.h>
#include <kunit/platform_device.h>
#include <kunit/test.h>

#include <linux/anon_inodes.h>
#include <linux/array_size.h>
#include <linux/debugfs.h>
#include <linux/device.h>
#include <linux/dma-coherent-handle.h>
#include <linux/dma-map-ops.h>
#include <linux/dma-mapping.h>
#include <linux/err.h>
#include <linux/fcntl.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/gfp.h>
#include <linux/kref.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/mman.h>
#include <linux/mmzone.h>
#include <linux/module.h>
#include <linux/platform_device.h>
#include <linux/scatterlist.h>
#include <linux/sched.h>
#include <linux/sizes.h>
#include <linux/sprintf.h>
#include <linux/string.h>
#include <linux/vmstat.h>

/* As much as there is in one piece everywhere: a leak of that will show. */
#define SIZE		min_t(size_t, SZ_4M, PAGE_SIZE << MAX_PAGE_ORDER)
#define ENTRIES		3
#define TRIES		4
#define MANY		1000
#define WARM_UP		1000
#define ATTEMPTS	12000			/* of which each third or so would leak 64 bytes */
#define DRIVER_NAME	"dma-coherent-handle-fault"

struct fault_test {
	struct kunit *test;
	struct kunit_dma *dma;
	struct device *dev;
	/* What the operations are about. */
	struct dma_coherent_handle handle, other;
	const struct dma_coherent_handle *managed;
	struct sg_table sgt;
	struct scatterlist sgl[ENTRIES];
	unsigned long addr;
	dma_addr_t dma_addr;
	void *cpu_addr;
	struct page *page;
	unsigned int devices;
	unsigned int fatal_call;
};

/* What an operation that has failed must not have changed. */
struct state {
	unsigned int refs;
	unsigned int nr_live;
	unsigned int errors;
};

/* What became of an operation whose allocations have failed in turn. */
struct outcome {
	unsigned int failed;		/* how often it did, and should */
	unsigned int spared;		/* how often it succeeded all the same */
};

struct fault_op {
	const char *name;
	void (*prepare)(struct fault_test *t);
	int (*run)(struct fault_test *t);
	void (*undo)(struct fault_test *t);		/* what run has done */
	void (*finish)(struct fault_test *t);		/* what prepare has done */
	unsigned int least;				/* allocations that it can't do without */
	unsigned int calls;				/* DMA allocations and mappings */
};

static void op_desc(const struct fault_op *op, char *desc)
{
	strscpy(desc, op->name, KUNIT_PARAM_DESC_SIZE);
}

/* --- the kernel's fault injection --- */

/*
 * By default it spares what may sleep, and single pages, and says what it does. 0 is the end of all
 * that. The files in debugfs, made for user space, are the only way to these settings.
 */
static struct knob {
	const char *injector, *name;
	size_t size;
	void *value;
	unsigned long old;
} knobs[] = {
	{ .injector = "failslab", .name = "ignore-gfp-wait", .size = sizeof(bool) },
	{ .injector = "failslab", .name = "verbose", .size = sizeof(unsigned long) },
	{ .injector = "fail_page_alloc", .name = "ignore-gfp-wait", .size = sizeof(bool) },
	{ .injector = "fail_page_alloc", .name = "ignore-gfp-highmem", .size = sizeof(bool) },
	{ .injector = "fail_page_alloc", .name = "min-order", .size = sizeof(u32) },
	{ .injector = "fail_page_alloc", .name = "verbose", .size = sizeof(unsigned long) },
};

static void find_knob(struct knob *knob)
{
	struct dentry *dir, *file;

	knob->value = NULL;
	dir = debugfs_lookup(knob->injector, NULL);
	if (IS_ERR_OR_NULL(dir))
		return;
	file = debugfs_lookup(knob->name, dir);
	if (!IS_ERR_OR_NULL(file)) {
		knob->value = d_inode(file)->i_private;
		dput(file);
	}
	dput(dir);
}

/* It disables itself if an allocation of its own fails, and says so. */
static bool dma_debug_is_on(void)
{
	struct knob disabled = { .injector = "dma-api", .name = "disabled" };

	find_knob(&disabled);
	return disabled.value && !*(bool *)disabled.value;
}

static bool knobs_found;

static int handle_fault_suite_init(struct kunit_suite *suite)
{
	unsigned int i;

	knobs_found = true;
	for (i = 0; i < ARRAY_SIZE(knobs); i++) {
		find_knob(&knobs[i]);
		knobs_found &= !!knobs[i].value;
	}
	for (i = 0; knobs_found && i < ARRAY_SIZE(knobs); i++) {
		memcpy(&knobs[i].old, knobs[i].value, knobs[i].size);
		memset(knobs[i].value, 0, knobs[i].size);
	}
	return 0;
}

static void handle_fault_suite_exit(struct kunit_suite *suite)
{
	unsigned int i;

	for (i = 0; knobs_found && i < ARRAY_SIZE(knobs); i++)
		memcpy(knobs[i].value, &knobs[i].old, knobs[i].size);
}

/* The Nth memory allocation that this thread makes from now on is to fail; 0 for none. */
static void fail_nth(unsigned int nth)
{
#ifdef CONFIG_FAULT_INJECTION
	WRITE_ONCE(current->fail_nth, nth);
#endif
}

/* How many more are to succeed, and the one that is to fail; 0 if it has. */
static unsigned int fail_nth_left(void)
{
#ifdef CONFIG_FAULT_INJECTION
	return READ_ONCE(current->fail_nth);
#else
	return 0;
#endif
}

static void arm_memory(struct fault_test *t, unsigned int nth)
{
	fail_nth(nth);
}

/* Returns whether an allocation has failed. */
static bool disarm_memory(struct fault_test *t)
{
	bool failed = !fail_nth_left();

	fail_nth(0);
	return failed;
}

static void arm_dma(struct fault_test *t, unsigned int nth)
{
	t->fatal_call = t->dma->calls + nth;
	kunit_dma_fail_nth(t->dma, nth);
}

static bool disarm_dma(struct fault_test *t)
{
	kunit_dma_fail_nth(t->dma, 0);
	return t->dma->calls >= t->fatal_call;
}

struct injector {
	void (*arm)(struct fault_test *t, unsigned int nth);
	bool (*disarm)(struct fault_test *t);
};

static const struct injector memory = { arm_memory, disarm_memory };
static const struct injector dma_calls = { arm_dma, disarm_dma };

/* --- the loop --- */

static struct state look(struct fault_test *t)
{
	return (struct state) {
		.refs = kref_read(&t->dev->kobj.kref),
		.nr_live = t->dma ? t->dma->nr_live : 0,
		.errors = t->dma ? t->dma->errors : 0,
	};
}

static void expect_state(struct fault_test *t, const struct state *state, unsigned int nth)
{
	struct kunit *test = t->test;
	struct state now = look(t);

	KUNIT_EXPECT_EQ_MSG(test, now.refs, state->refs, "allocation %u", nth);
	KUNIT_EXPECT_EQ_MSG(test, now.nr_live, state->nr_live, "allocation %u", nth);
	KUNIT_EXPECT_EQ_MSG(test, now.errors, state->errors, "allocation %u", nth);
}

/* Does an operation with one of its allocations failing. Returns whether there was such a one. */
static bool fail_one(struct fault_test *t, const struct injector *injector,
		     const struct fault_op *op, unsigned int nth, struct outcome *outcome)
{
	struct state before = look(t), prepared;
	struct dma_coherent_handle old_handle;
	struct kunit *test = t->test;
	bool failed;
	int ret;

	if (op->prepare)
		op->prepare(t);
	prepared = look(t);
	old_handle = t->handle;

	injector->arm(t, nth);
	ret = op->run(t);
	failed = injector->disarm(t);

	if (ret) {
		KUNIT_ASSERT_EQ_MSG(test, ret, -ENOMEM, "allocation %u", nth);
		KUNIT_ASSERT_TRUE(test, failed);
		outcome->failed++;
		expect_state(t, &prepared, nth);
		/* Empty, if it is what should have been filled, and with what it held if grown. */
		KUNIT_EXPECT_EQ(test, 0, memcmp(&t->handle, &old_handle, sizeof(t->handle)));
	} else {
		outcome->spared += failed;
		if (op->undo)
			op->undo(t);
	}
	if (op->finish)
		op->finish(t);
	expect_state(t, &before, nth);
	KUNIT_EXPECT_FALSE(test, dma_coherent_handle_is_allocated(&t->handle));
	return failed;
}

/*
 * Lets each allocation of an operation fail in turn, until there are no more. If the operation has
 * succeeded all the same, it may have got something that it need not allocate again, as the slab
 * allocator does. The one that comes after it is then the next to fail, in its place.
 */
static struct outcome exhaust(struct fault_test *t, const struct injector *injector,
			      const struct fault_op *op)
{
	struct outcome outcome = {};
	struct kunit *test = t->test;
	unsigned int nth = 1, tries = 0, spared = 0;

	while (fail_one(t, injector, op, nth, &outcome)) {
		if (outcome.spared == spared || ++tries == TRIES) {
			KUNIT_ASSERT_LT(test, nth, MANY);
			nth++;
			tries = 0;
		}
		spared = outcome.spared;
	}
	return outcome;
}

/* --- the operations --- */

static int run_alloc(struct fault_test *t)
{
	return dma_coherent_handle_alloc(t->dev, &t->handle, SIZE, GFP_KERNEL);
}

/* What the handle held before is lost, whatever comes of it. */
static int run_alloc_attrs(struct fault_test *t)
{
	memset(&t->handle, 0xa5, sizeof(t->handle));
	return dma_coherent_handle_alloc_attrs(t->dev, &t->handle, SIZE, GFP_ATOMIC,
					       DMA_ATTR_NO_WARN);
}

static void free_handle(struct fault_test *t)
{
	dma_coherent_handle_free(&t->handle);
}

static int run_managed(struct fault_test *t)
{
	t->managed = dmam_coherent_handle_alloc(t->dev, SIZE, GFP_KERNEL);
	return PTR_ERR_OR_ZERO(t->managed);
}

static void free_managed(struct fault_test *t)
{
	dmam_coherent_handle_free(t->dev, t->managed);
}

static void alloc_handle(struct fault_test *t)
{
	struct kunit *test = t->test;

	KUNIT_ASSERT_EQ(test, 0, run_alloc(t));
}

static void alloc_small_handle(struct fault_test *t)
{
	struct kunit *test = t->test;

	KUNIT_ASSERT_EQ(test, 0, dma_coherent_handle_alloc(t->dev, &t->handle, 1, GFP_KERNEL));
}

static int run_grow(struct fault_test *t)
{
	return dma_coherent_handle_grow(t->dev, &t->handle, SIZE, GFP_KERNEL);
}

/* Freeing can't fail, nor can moving. */
static int run_free(struct fault_test *t)
{
	dma_coherent_handle_free(&t->handle);
	return 0;
}

static int run_take(struct fault_test *t)
{
	t->other = dma_coherent_handle_take(&t->handle);
	return 0;
}

static void free_other(struct fault_test *t)
{
	struct kunit *test = t->test;

	KUNIT_EXPECT_EQ(test, dma_coherent_handle_size(&t->other), SIZE);
	dma_coherent_handle_free(&t->other);
}

static int run_get_sgtable(struct fault_test *t)
{
	return dma_coherent_handle_get_sgtable(&t->handle, &t->sgt);
}

static void free_sgtable(struct fault_test *t)
{
	sg_free_table(&t->sgt);
}

/* Only what the handle does is to fail, not what goes before and after. */
static unsigned int paused_nth;

static int fault_mmap(struct file *file, struct vm_area_struct *vma)
{
	struct fault_test *t = file->private_data;
	int ret;

	fail_nth(paused_nth);
	ret = dma_coherent_handle_mmap(&t->handle, vma);
	paused_nth = fail_nth_left();
	fail_nth(0);
	return ret;
}

static const struct file_operations fault_fops = {
	.owner = THIS_MODULE,
	.mmap = fault_mmap,
};

static int run_mmap(struct fault_test *t)
{
	struct file *file;

	paused_nth = fail_nth_left();
	fail_nth(0);
	file = anon_inode_getfile(DRIVER_NAME, &fault_fops, t, O_RDWR);
	if (IS_ERR(file))
		return PTR_ERR(file);
	/* Far away from all else, where there are no page tables yet. */
	t->addr = vm_mmap(file, SZ_1G + SZ_256M, SIZE, PROT_READ, MAP_SHARED, 0);
	fput(file);
	fail_nth(paused_nth);
	return IS_ERR_VALUE(t->addr) ? t->addr : 0;
}

static void unmap(struct fault_test *t)
{
	struct kunit *test = t->test;

	KUNIT_EXPECT_EQ(test, 0, vm_munmap(t->addr, SIZE));
}

/* The KUnit DMA device, without a handle. */
static int run_coherent(struct fault_test *t)
{
	t->cpu_addr = dma_alloc_coherent(t->dev, SZ_64K, &t->dma_addr, GFP_KERNEL);
	return t->cpu_addr ? 0 : -ENOMEM;
}

static void free_coherent(struct fault_test *t)
{
	dma_free_coherent(t->dev, SZ_64K, t->cpu_addr, t->dma_addr);
}

static int run_map(struct fault_test *t)
{
	t->dma_addr = dma_map_single(t->dev, t, sizeof(*t), DMA_TO_DEVICE);
	return dma_mapping_error(t->dev, t->dma_addr);
}

static void undo_map(struct fault_test *t)
{
	dma_unmap_single(t->dev, t->dma_addr, sizeof(*t), DMA_TO_DEVICE);
}

static void prepare_sg(struct fault_test *t)
{
	unsigned int i;

	sg_init_table(t->sgl, ENTRIES);
	for (i = 0; i < ENTRIES; i++)
		sg_set_buf(&t->sgl[i], t, sizeof(*t));
}

static int run_map_sg(struct fault_test *t)
{
	return dma_map_sg(t->dev, t->sgl, ENTRIES, DMA_TO_DEVICE) ? 0 : -ENOMEM;
}

static void undo_map_sg(struct fault_test *t)
{
	dma_unmap_sg(t->dev, t->sgl, ENTRIES, DMA_TO_DEVICE);
}

static int run_get_sgtable_coherent(struct fault_test *t)
{
	return dma_get_sgtable(t->dev, &t->sgt, t->cpu_addr, t->dma_addr, SZ_64K);
}

static void alloc_coherent(struct fault_test *t)
{
	struct kunit *test = t->test;

	KUNIT_ASSERT_EQ(test, 0, run_coherent(t));
}

static int run_pages(struct fault_test *t)
{
	t->page = dma_alloc_pages(t->dev, SZ_64K, &t->dma_addr, DMA_TO_DEVICE, GFP_KERNEL);
	return t->page ? 0 : -ENOMEM;
}

static void free_pages_of_device(struct fault_test *t)
{
	dma_free_pages(t->dev, SZ_64K, t->page, t->dma_addr, DMA_TO_DEVICE);
}

/* The hardware writes where there has been nothing yet. */
static int run_dev_write(struct fault_test *t)
{
	return kunit_dma_dev_write(t->dev, dma_coherent_handle_dma_addr(&t->handle) + PAGE_SIZE,
				   "data", 4);
}

static int run_create(struct fault_test *t)
{
	struct kunit_dma *dma = kunit_dma_create(t->test);

	/* Tests get an ERR_PTR(), never NULL. */
	return dma ? PTR_ERR_OR_ZERO(dma) : -EINVAL;
}

static int run_attach(struct fault_test *t)
{
	return kunit_dma_attach(t->dma, t->dev);
}

/*
 * A device that was added stays until the test ends, so each has a name of its own. The driver core
 * has errors of its own, too.
 */
static int run_platform_device(struct fault_test *t)
{
	struct platform_device *pdev;
	char name[32];

	snprintf(name, sizeof(name), DRIVER_NAME "%u", t->devices++);
	pdev = kunit_dma_platform_device_add(t->dma, name);
	if (IS_ERR(pdev))
		return -ENOMEM;
	return pdev && get_dma_ops(&pdev->dev) == get_dma_ops(t->dev) ? 0 : -EINVAL;
}

static const struct fault_op kunit_dma_ops[] = {
	{ "alloc", .run = run_alloc, .undo = free_handle, .least = 1, .calls = 1 },
	{ "alloc_attrs", .run = run_alloc_attrs, .undo = free_handle, .least = 1, .calls = 1 },
	{ "grow empty", .run = run_grow, .undo = free_handle, .least = 1, .calls = 1 },
	{ "grow", .prepare = alloc_small_handle, .run = run_grow, .finish = free_handle, .least = 1,
	  .calls = 1 },
	{ "managed alloc", .run = run_managed, .undo = free_managed, .least = 2,
	  .calls = 1 },
	{ "free", .prepare = alloc_handle, .run = run_free },
	{ "take", .prepare = alloc_handle, .run = run_take, .undo = free_other },
	{ "create", .run = run_create, .least = 3 },
	{ "attach", .run = run_attach, .least = 1 },
	{ "platform_device_add", .run = run_platform_device, .least = 2 },
	{ "dev_write", .prepare = alloc_handle, .run = run_dev_write, .finish = free_handle,
	  .least = 1 },
	{ "dma_alloc_pages", .run = run_pages, .undo = free_pages_of_device, .least = 4,
	  .calls = 1 },
	{ "dma_get_sgtable", .prepare = alloc_coherent, .run = run_get_sgtable_coherent,
	  .undo = free_sgtable, .finish = free_coherent, .least = 2 },
	{ "get_sgtable", .prepare = alloc_small_handle, .run = run_get_sgtable,
	  .undo = free_sgtable, .finish = free_handle, .least = 3 },
	{ "dma_alloc_coherent", .run = run_coherent, .undo = free_coherent, .least = 2,
	  .calls = 1 },
	{ "dma_map_single", .run = run_map, .undo = undo_map, .least = 3, .calls = 1 },
	{ "dma_map_sg", .prepare = prepare_sg, .run = run_map_sg, .undo = undo_map_sg,
	  .least = 3 * ENTRIES, .calls = ENTRIES },
};

KUNIT_ARRAY_PARAM(kunit_dma_ops, kunit_dma_ops, op_desc);

static const struct fault_op dma_direct_ops[] = {
	{ "alloc", .run = run_alloc, .undo = free_handle, .least = 1 },
	{ "alloc_attrs", .run = run_alloc_attrs, .undo = free_handle, .least = 1 },
	{ "grow empty", .run = run_grow, .undo = free_handle, .least = 1 },
	{ "grow", .prepare = alloc_small_handle, .run = run_grow, .finish = free_handle,
	  .least = 1 },
	{ "managed alloc", .run = run_managed, .undo = free_managed, .least = 2 },
	{ "free", .prepare = alloc_handle, .run = run_free },
	{ "take", .prepare = alloc_handle, .run = run_take, .undo = free_other },
	{ "get_sgtable", .prepare = alloc_handle, .run = run_get_sgtable, .undo = free_sgtable,
	  .finish = free_handle, .least = 1 },
	{ "mmap", .prepare = alloc_handle, .run = run_mmap, .undo = unmap, .finish = free_handle,
	  .least = 1 },
};

KUNIT_ARRAY_PARAM(dma_direct_ops, dma_direct_ops, op_desc);

/* --- the cases --- */

static int handle_fault_test_init(struct kunit *test)
{
	struct fault_test *t;

	if (!knobs_found)
		kunit_skip(test, "needs CONFIG_FAILSLAB and CONFIG_FAIL_PAGE_ALLOC in debugfs");
	if (dma_debug_is_on())
		kunit_skip(test, "dma-debug doesn't survive failures: boot with dma_debug=off");

	t = kunit_kzalloc(test, sizeof(*t), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, t);
	t->test = test;
	test->priv = t;
	return 0;
}

static struct fault_test *on_kunit_dma(struct kunit *test)
{
	struct fault_test *t = test->priv;

	t->dma = kunit_dma_create(test);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, t->dma);
	t->dev = kunit_dma_device_register(t->dma, "dev");
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, t->dev);
	return t;
}

/*
 * Whether the slab allocator wants a page changes from one try to the next, and with it the number
 * of each allocation. What was skipped the first time is not the next time.
 */
static void exhaust_memory(struct fault_test *t, const struct fault_op *op)
{
	struct kunit *test = t->test;
	unsigned int tries = 0;
	struct outcome outcome;

	do {
		outcome = exhaust(t, &memory, op);
	} while (outcome.failed < op->least && ++tries < TRIES);
	KUNIT_EXPECT_GE(test, outcome.failed, op->least);
}

/* Succeeds if no failed memory allocation leaves anything behind, on the KUnit DMA device. */
static void memory_fails_on_kunit_dma(struct kunit *test)
{
	exhaust_memory(on_kunit_dma(test), test->param_value);
}

/* Succeeds if no failed call of the DMA layer does. */
static void dma_calls_fail(struct kunit *test)
{
	const struct fault_op *op = test->param_value;
	struct fault_test *t = on_kunit_dma(test);
	struct outcome outcome;

	outcome = exhaust(t, &dma_calls, op);
	KUNIT_EXPECT_EQ(test, outcome.failed, op->calls);
	KUNIT_EXPECT_EQ(test, outcome.spared, 0);
}

/* Succeeds if no failed memory allocation leaves anything behind, real buffers included. */
static void memory_fails_on_dma_direct(struct kunit *test)
{
	const struct fault_op *op = test->param_value;
	struct fault_test *t = test->priv;
	unsigned long free_pages, addr;

	t->dev = kunit_device_register(test, "dma-direct");
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, t->dev);
	if (get_dma_ops(t->dev))
		kunit_skip(test, "devices of this architecture don't use dma-direct");
#ifdef VM_PAT
	if (op->run == run_mmap)
		kunit_skip(test, "this kernel's x86 warns of a mapping that fails");
#endif
	/* Gives this thread an address space for user space, which it keeps. */
	addr = kunit_vm_mmap(test, NULL, 0, PAGE_SIZE, PROT_READ, MAP_ANONYMOUS | MAP_PRIVATE, 0);
	KUNIT_ASSERT_NE(test, addr, 0);
	KUNIT_ASSERT_FALSE(test, IS_ERR_VALUE(addr));

	free_pages = global_zone_page_state(NR_FREE_PAGES);
	exhaust_memory(t, op);
	KUNIT_EXPECT_GT(test, global_zone_page_state(NR_FREE_PAGES) + SIZE / PAGE_SIZE / 2,
			free_pages);
}

static unsigned long slab_pages(void)
{
	return global_node_page_state_pages(NR_SLAB_UNRECLAIMABLE_B);
}

/* Succeeds if a managed allocation that fails, very often, does not even leave a few bytes. */
static void small_leaks_would_add_up(struct kunit *test)
{
	struct fault_test *t = test->priv;
	unsigned long pages = 0;
	unsigned int i;

	if (IS_ENABLED(CONFIG_KASAN))
		kunit_skip(test, "KASAN holds on to memory that was freed");
	t->dev = kunit_device_register(test, "dma-direct");
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, t->dev);
	if (get_dma_ops(t->dev))
		kunit_skip(test, "devices of this architecture don't use dma-direct");

	for (i = 0; i < WARM_UP + ATTEMPTS; i++) {
		if (i == WARM_UP)
			pages = slab_pages();
		/* Each of those that it can't do without, in turn. */
		fail_nth(i % 2 + 1);
		t->managed = dmam_coherent_handle_alloc(t->dev, PAGE_SIZE, GFP_KERNEL);
		fail_nth(0);
		dmam_coherent_handle_free(t->dev, t->managed);
		cond_resched();
	}
	KUNIT_EXPECT_LT(test, slab_pages(), pages + ATTEMPTS / 2 * 64 / PAGE_SIZE / 2);
}

/* Succeeds if a device of this kind that can't be registered isn't touched. */
static void device_is_not_registered(struct kunit *test)
{
	struct fault_test *t = on_kunit_dma(test);
	struct platform_device *pdev;
	struct device *dev;

	/* Not all of its allocations: KUnit's own code does not look whether the last one fails. */
	fail_nth(1);
	dev = kunit_dma_device_register(t->dma, "other");
	fail_nth(0);
	KUNIT_EXPECT_TRUE(test, IS_ERR(dev));

	fail_nth(1);
	pdev = kunit_dma_platform_device_add(t->dma, "another");
	fail_nth(0);
	KUNIT_EXPECT_PTR_EQ(test, pdev, ERR_PTR(-ENOMEM));
}

static struct kunit_case handle_fault_test_cases[] = {
	KUNIT_CASE_PARAM(memory_fails_on_kunit_dma, kunit_dma_ops_gen_params),
	KUNIT_CASE_PARAM(dma_calls_fail, kunit_dma_ops_gen_params),
	KUNIT_CASE_PARAM(memory_fails_on_dma_direct, dma_direct_ops_gen_params),
	KUNIT_CASE(small_leaks_would_add_up),
	KUNIT_CASE(device_is_not_registered),
	{}
};

static struct kunit_suite handle_fault_test_suite = {
	.name = "dma_coherent_handle_fault",
	.suite_init = handle_fault_suite_init,
	.suite_exit = handle_fault_suite_exit,
	.init = handle_fault_test_init,
	.test_cases = handle_fault_test_cases,
};

kunit_test_suite(handle_fault_test_suite);
