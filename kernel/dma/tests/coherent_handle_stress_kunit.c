// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit tests for DMA-coherent handles under concurrency
 *
 * A number of threads allocate, move, grow and free handles of their own, all on one device, while
 * others read a handle that is shared, and a driver comes and goes.
 * Each thread counts what goes wrong; that is looked at when all have ended.
 *
 * What races there are shows best with several CPUs, and with KCSAN and lockdep.
 */

#include <kunit/device.h>
#include <kunit/dma.h>
#include <kunit/platform_device.h>
#include <kunit/resource.h>
#include <kunit/test.h>

#include <linux/array_size.h>
#include <linux/atomic.h>
#include <linux/completion.h>
#include <linux/container_of.h>
#include <linux/device.h>
#include <linux/dma-coherent-handle.h>
#include <linux/dma-map-ops.h>
#include <linux/dma-mapping.h>
#include <linux/err.h>
#include <linux/gfp.h>
#include <linux/highmem.h>
#include <linux/kref.h>
#include <linux/kthread.h>
#include <linux/platform_device.h>
#include <linux/prandom.h>
#include <linux/scatterlist.h>
#include <linux/sched.h>
#include <linux/sizes.h>
#include <linux/string.h>
#include <linux/swiotlb.h>

#define OWNERS		6
#define READERS		2
#define HANDLES		8		/* of each owner */
#define ROUNDS		600		/* and each in its own order */
#define DRIVER_NAME	"dma-coherent-handle-stress"

struct stress_test;

/* What a thread ought to find in a handle of its own. */
struct owned {
	struct dma_coherent_handle handle;
	dma_addr_t dma_addr;
	size_t size;
};

struct stress_thread {
	struct stress_test *t;
	struct task_struct *task;
	unsigned int seed;
	struct owned owned[HANDLES];
	const struct dma_coherent_handle *managed;
	unsigned int rounds, allocs;
	unsigned int wrong;		/* what was not as it should be */
};

struct stress_test {
	struct kunit *test;
	struct kunit_dma *dma;
	struct device *dev;
	struct stress_thread threads[OWNERS + READERS];
	struct dma_coherent_handle shared;
	dma_addr_t shared_addr;
	bool real_memory;		/* of which a thread can see that it is nobody else's */
	struct completion start;
	atomic_t at_work;		/* how many owners are */
	/* Of the driver below. */
	struct platform_driver drv;
	struct dma_coherent_handle embedded;
	unsigned int probed;
};

/* The first word of a buffer. Returns what it was. */
static int exchange_word(struct dma_coherent_handle *handle, unsigned long *word)
{
	struct sg_table sgt;
	unsigned long old;
	void *mapped;
	int ret;

	ret = dma_coherent_handle_get_sgtable(handle, &sgt);
	if (ret)
		return ret;
	mapped = kmap_local_page(sg_page(sgt.sgl));
	old = *(unsigned long *)mapped;
	*(unsigned long *)mapped = *word;
	*word = old;
	kunmap_local(mapped);
	sg_free_table(&sgt);
	return 0;
}

static unsigned long tag(struct stress_thread *thread, struct owned *owned)
{
	return (unsigned long)thread ^ owned->dma_addr;
}

static void stress_alloc(struct stress_thread *thread, struct owned *owned, struct rnd_state *rnd)
{
	struct stress_test *t = thread->t;
	gfp_t gfp = prandom_u32_state(rnd) % 2 ? GFP_KERNEL : GFP_ATOMIC;
	unsigned long word;

	owned->size = prandom_u32_state(rnd) % SZ_16K + 1;
	if (dma_coherent_handle_alloc(t->dev, &owned->handle, owned->size, gfp)) {
		thread->wrong += gfp == GFP_KERNEL;
		return;
	}
	thread->allocs++;
	owned->dma_addr = dma_coherent_handle_dma_addr(&owned->handle);
	if (!t->real_memory)
		return;
	word = tag(thread, owned);
	thread->wrong += exchange_word(&owned->handle, &word) || word;
}

static void stress_check(struct stress_thread *thread, struct owned *owned)
{
	thread->wrong += dma_coherent_handle_dma_addr(&owned->handle) != owned->dma_addr;
	thread->wrong += dma_coherent_handle_size(&owned->handle) != owned->size;
}

static void stress_free(struct stress_thread *thread, struct owned *owned)
{
	unsigned long word = 0;

	stress_check(thread, owned);
	if (thread->t->real_memory)
		thread->wrong += exchange_word(&owned->handle, &word) ||
				 word != tag(thread, owned);
	dma_coherent_handle_free(&owned->handle);
	thread->wrong += dma_coherent_handle_is_allocated(&owned->handle);
}

static void stress_move(struct stress_thread *thread, struct owned *from, struct owned *to)
{
	if (from == to || dma_coherent_handle_is_allocated(&to->handle))
		return;
	to->dma_addr = from->dma_addr;
	to->size = from->size;
	to->handle = dma_coherent_handle_take(&from->handle);
	thread->wrong += dma_coherent_handle_is_allocated(&from->handle);
	stress_check(thread, to);
}

static void stress_grow(struct stress_thread *thread, struct owned *owned)
{
	struct stress_test *t = thread->t;
	unsigned long word = 0;

	stress_check(thread, owned);
	owned->size++;
	if (dma_coherent_handle_grow(t->dev, &owned->handle, owned->size, GFP_KERNEL)) {
		thread->wrong++;
		return;
	}
	thread->allocs++;
	owned->dma_addr = dma_coherent_handle_dma_addr(&owned->handle);
	if (!t->real_memory)
		return;
	word = tag(thread, owned);
	thread->wrong += exchange_word(&owned->handle, &word) || word;
}

static void stress_managed(struct stress_thread *thread)
{
	struct device *dev = thread->t->dev;

	if (thread->managed) {
		dmam_coherent_handle_free(dev, thread->managed);
		thread->managed = NULL;
		return;
	}
	thread->managed = dmam_coherent_handle_alloc(dev, SZ_4K, GFP_KERNEL);
	if (IS_ERR(thread->managed)) {
		thread->managed = NULL;
		thread->wrong++;
	} else {
		thread->allocs++;
	}
}

/* kthread_stop() wants the thread to be there. */
static int end(void)
{
	while (!kthread_should_stop())
		schedule_timeout_interruptible(1);
	return 0;
}

static int own(void *data)
{
	struct stress_thread *thread = data;
	struct owned *owned = thread->owned;
	struct rnd_state rnd;
	unsigned int i, a, b;

	/* Until all are there: none has done its work before the next one is born. */
	wait_for_completion(&thread->t->start);
	prandom_seed_state(&rnd, thread->seed);
	for (i = 0; i < ROUNDS; i++) {
		a = prandom_u32_state(&rnd) % HANDLES;
		b = prandom_u32_state(&rnd) % HANDLES;
		if (!dma_coherent_handle_is_allocated(&owned[a].handle))
			stress_alloc(thread, &owned[a], &rnd);
		else if (prandom_u32_state(&rnd) % 2)
			stress_free(thread, &owned[a]);
		else if (prandom_u32_state(&rnd) % 4 == 0)
			stress_grow(thread, &owned[a]);
		else
			stress_move(thread, &owned[a], &owned[b]);
		if (i % 16 == 0)
			stress_managed(thread);
		thread->rounds++;
		cond_resched();
	}

	for (i = 0; i < HANDLES; i++)
		if (dma_coherent_handle_is_allocated(&owned[i].handle))
			stress_free(thread, &owned[i]);
	if (thread->managed)
		stress_managed(thread);
	atomic_dec(&thread->t->at_work);
	return end();
}

static int read_shared(void *data)
{
	struct stress_thread *thread = data;
	struct stress_test *t = thread->t;

	wait_for_completion(&t->start);
	do {
		thread->wrong += !dma_coherent_handle_is_allocated(&t->shared);
		thread->wrong += dma_coherent_handle_dma_addr(&t->shared) != t->shared_addr;
		thread->wrong += dma_coherent_handle_size(&t->shared) != SZ_64K;
		thread->rounds++;
		cond_resched();
	} while (atomic_read(&t->at_work));
	return end();
}

/* --- a driver that comes and goes --- */

#define PROBE_BUFFERS	3

static struct stress_test *to_stress_test(struct platform_device *pdev)
{
	struct platform_driver *drv = to_platform_driver(pdev->dev.driver);

	return container_of(drv, struct stress_test, drv);
}

static int stress_probe(struct platform_device *pdev)
{
	struct dma_coherent_handle scratch __free(dma_coherent_handle) = {};
	struct stress_test *t = to_stress_test(pdev);
	int ret;

	ret = PTR_ERR_OR_ZERO(dmam_coherent_handle_alloc(&pdev->dev, SZ_4K, GFP_KERNEL));
	if (ret)
		return ret;
	ret = dma_coherent_handle_alloc(&pdev->dev, &scratch, SZ_4K, GFP_KERNEL);
	if (ret)
		return ret;
	ret = dma_coherent_handle_alloc(&pdev->dev, &t->embedded, SZ_8K, GFP_KERNEL);
	if (ret)
		return ret;
	t->probed++;
	return 0;
}

static void stress_remove(struct platform_device *pdev)
{
	dma_coherent_handle_free(&to_stress_test(pdev)->embedded);
}

static struct device *stress_driver(struct kunit *test)
{
	struct stress_test *t = test->priv;
	struct platform_device *pdev;

	pdev = kunit_platform_device_alloc(test, DRIVER_NAME, PLATFORM_DEVID_NONE);
	KUNIT_ASSERT_NOT_NULL(test, pdev);
	kunit_dma_attach(t->dma, &pdev->dev);
	KUNIT_ASSERT_EQ(test, 0, kunit_platform_device_add(test, pdev));
	t->drv.probe = stress_probe;
	t->drv.remove = stress_remove;
	t->drv.driver.name = DRIVER_NAME;
	KUNIT_ASSERT_EQ(test, 0, kunit_platform_driver_register(test, &t->drv));
	KUNIT_ASSERT_TRUE(test, device_is_bound(&pdev->dev));
	return &pdev->dev;
}

/* --- the cases --- */

static int handle_stress_test_init(struct kunit *test)
{
	struct stress_test *t;

	t = kunit_kzalloc(test, sizeof(*t), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, t);
	t->test = test;
	test->priv = t;
	t->dma = kunit_dma_create(test);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, t->dma);
	init_completion(&t->start);
	return 0;
}

static void stop_threads(void *data)
{
	struct stress_test *t = data;
	unsigned int i;

	complete_all(&t->start);
	for (i = 0; i < ARRAY_SIZE(t->threads) && t->threads[i].task; i++)
		kthread_stop(t->threads[i].task);
}

static void start_threads(struct kunit *test)
{
	struct stress_test *t = test->priv;
	struct task_struct *task;
	unsigned int i;

	atomic_set(&t->at_work, OWNERS);
	KUNIT_ASSERT_EQ(test, 0, kunit_add_action(test, stop_threads, t));
	for (i = 0; i < ARRAY_SIZE(t->threads); i++) {
		t->threads[i].t = t;
		t->threads[i].seed = i;
		task = kthread_run(i < OWNERS ? own : read_shared, &t->threads[i],
				   "handle-stress/%u", i);
		KUNIT_ASSERT_NOT_ERR_OR_NULL(test, task);
		t->threads[i].task = task;
	}
	complete_all(&t->start);
}

/* Has all threads at work on one device, until they have done it, when nothing must be left. */
static void stress(struct kunit *test)
{
	struct stress_test *t = test->priv;
	unsigned int i, allocs = 0, dev_refs = kref_read(&t->dev->kobj.kref);
	struct device *other = stress_driver(test);
	unsigned int other_refs = kref_read(&other->kobj.kref);

	KUNIT_ASSERT_EQ(test, 0, dma_coherent_handle_alloc(t->dev, &t->shared, SZ_64K, GFP_KERNEL));
	t->shared_addr = dma_coherent_handle_dma_addr(&t->shared);

	start_threads(test);
	while (atomic_read(&t->at_work)) {
		device_release_driver(other);
		KUNIT_EXPECT_FALSE(test, dma_coherent_handle_is_allocated(&t->embedded));
		KUNIT_EXPECT_EQ(test, device_attach(other), 1);
		schedule_timeout_interruptible(1);
	}
	kunit_release_action(test, stop_threads, t);

	for (i = 0; i < ARRAY_SIZE(t->threads); i++) {
		KUNIT_EXPECT_EQ_MSG(test, t->threads[i].wrong, 0, "thread %u", i);
		KUNIT_EXPECT_GT_MSG(test, t->threads[i].rounds, 0, "thread %u", i);
		allocs += t->threads[i].allocs;
	}
	KUNIT_EXPECT_GT(test, allocs, OWNERS * ROUNDS / 8);
	KUNIT_EXPECT_EQ(test, kref_read(&other->kobj.kref), other_refs);
	device_release_driver(other);
	dma_coherent_handle_free(&t->shared);

	/* Nothing was lost on the way, and nothing came twice. */
	allocs = t->real_memory ? 0 : allocs + 1;
	KUNIT_EXPECT_GT(test, t->probed, 1);
	KUNIT_EXPECT_EQ(test, t->dma->calls, allocs + t->probed * PROBE_BUFFERS);
	KUNIT_EXPECT_EQ(test, t->dma->frees, t->dma->calls);
	KUNIT_EXPECT_EQ(test, t->dma->nr_live, 0);
	KUNIT_EXPECT_EQ(test, t->dma->errors, 0);
	KUNIT_EXPECT_EQ(test, kref_read(&t->dev->kobj.kref), dev_refs);
}

/* Succeeds if threads on one KUnit DMA device do not get into each other's way. */
static void stress_on_kunit_dma(struct kunit *test)
{
	struct stress_test *t = test->priv;

	t->dev = kunit_dma_device_register(t->dma, "dev");
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, t->dev);
	stress(test);
}

/* Succeeds if they don't on a device with real buffers either, of which each is one thread's. */
static void stress_on_dma_direct(struct kunit *test)
{
	struct stress_test *t = test->priv;

	t->dev = kunit_device_register(test, "dma-direct");
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, t->dev);
	if (get_dma_ops(t->dev))
		kunit_skip(test, "devices of this architecture don't use dma-direct");
	if (is_swiotlb_force_bounce(t->dev))
		kunit_skip(test, "nobody gets to the memory of a buffer with swiotlb=force");
	t->real_memory = true;
	stress(test);
}

static struct kunit_case handle_stress_test_cases[] = {
	KUNIT_CASE(stress_on_kunit_dma),
	KUNIT_CASE(stress_on_dma_direct),
	{}
};

static struct kunit_suite handle_stress_test_suite = {
	.name = "dma_coherent_handle_stress",
	.init = handle_stress_test_init,
	.test_cases = handle_stress_test_cases,
};

kunit_test_suite(handle_stress_test_suite);
