// SPDX-License-Identifier: GPL-2.0
/*
 * One bug each for the sanitizers to find, of the kind that the author of a driver makes with
 * handles: that there are no reports elsewhere says nothing unless there is one here.
 *
 *	insmod planted_bugs.ko bug=kasan
 *
 * To be built with "make PLANTED_BUGS=m", and only to be loaded into a kernel that may crash.
 */
#include <linux/array_size.h>
#include <linux/compiler.h>
#include <linux/device.h>
#include <linux/dma-coherent-handle.h>
#include <linux/dma-direct.h>
#include <linux/dma-mapping.h>
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/gfp.h>
#include <linux/io.h>
#include <linux/jiffies.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/platform_device.h>
#include <linux/sched/mm.h>
#include <linux/sizes.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/string.h>

static char *bug = "";
module_param(bug, charp, 0444);
MODULE_PARM_DESC(bug, "Which one");

struct planted {
	struct dma_coherent_handle rings[4];
	struct dma_coherent_handle scratch;
	struct dma_coherent_handle spare;
};

static struct planted shared;
static DEFINE_MUTEX(lock);
static DEFINE_SPINLOCK(spinlock);
/* A variable, so that the compiler can't see what comes of it. */
static unsigned int nr_rings = 6;

/* A managed handle is gone after it was freed. */
static int plant_kasan(struct device *dev)
{
	const struct dma_coherent_handle *handle;

	handle = dmam_coherent_handle_alloc(dev, SZ_4K, GFP_KERNEL);
	if (IS_ERR(handle))
		return PTR_ERR(handle);
	dmam_coherent_handle_free(dev, handle);
	dev_info(dev, "%zu bytes\n", dma_coherent_handle_size(handle));
	return 0;
}

/* There are more rings than handles. */
static int plant_ubsan(struct device *dev)
{
	size_t size = 0;
	unsigned int i;

	/* Still within the struct, where nothing else would notice. */
	for (i = 0; i < READ_ONCE(nr_rings); i++)
		size += dma_coherent_handle_size(&shared.rings[i]);
	dev_info(dev, "%zu bytes\n", size);
	return 0;
}

/* The driver's data is lost, and the handle in it. */
static noinline int plant_one_leak(struct device *dev)
{
	struct planted *planted = kzalloc(sizeof(*planted), GFP_KERNEL);

	if (!planted)
		return -ENOMEM;
	return dma_coherent_handle_alloc(dev, &planted->scratch, SZ_4K, GFP_KERNEL);
}

static int plant_kmemleak(struct device *dev)
{
	unsigned int i;
	int ret = 0;

	/* Some, since one can be overlooked: its address may still be on a stack. */
	for (i = 0; i < 8 && !ret; i++)
		ret = plant_one_leak(dev);
	return ret;
}

/*
 * A lock is held across an allocation, and taken when memory is reclaimed, as a shrinker would do
 * that frees buffers.
 */
static int plant_lockdep(struct device *dev)
{
	int ret;

	mutex_lock(&lock);
	ret = dma_coherent_handle_alloc(dev, &shared.scratch, SZ_4K, GFP_KERNEL);
	mutex_unlock(&lock);

	fs_reclaim_acquire(GFP_KERNEL);
	mutex_lock(&lock);
	dma_coherent_handle_free(&shared.scratch);
	mutex_unlock(&lock);
	fs_reclaim_release(GFP_KERNEL);
	return ret;
}

/* An allocation that may sleep, where nobody may. */
static int plant_atomic_sleep(struct device *dev)
{
	int ret;

	spin_lock(&spinlock);
	ret = dma_coherent_handle_alloc(dev, &shared.scratch, SZ_4K, GFP_KERNEL);
	spin_unlock(&spinlock);
	dma_coherent_handle_free(&shared.scratch);
	return ret;
}

/* What a handle describes is mapped for a device, and a part of it unmapped. */
static int plant_dma_debug(struct device *dev)
{
	void *data = kzalloc(SZ_4K, GFP_KERNEL);
	dma_addr_t dma_addr;

	if (!data)
		return -ENOMEM;
	dma_addr = dma_map_single(dev, data, SZ_4K, DMA_TO_DEVICE);
	if (!dma_mapping_error(dev, dma_addr))
		dma_unmap_single(dev, dma_addr, SZ_2K, DMA_TO_DEVICE);
	kfree(data);
	return 0;
}

/* As the device would touch the buffer: KASAN doesn't see it. */
static noinline __no_sanitize_address void touch(u8 *byte)
{
	WRITE_ONCE(*byte, ~READ_ONCE(*byte));
}

/*
 * A buffer is used after it was freed. Where nothing reads or writes it any more, there will be a
 * fault; elsewhere it shows when it is allocated next.
 */
static int plant_use_after_free(struct device *dev)
{
	static struct dma_coherent_handle kept[32];
	struct dma_coherent_handle handle;
	phys_addr_t phys;
	unsigned int i;
	int ret;

	ret = dma_coherent_handle_alloc(dev, &handle, SZ_4K, GFP_KERNEL);
	if (ret)
		return ret;
	phys = dma_to_phys(dev, dma_coherent_handle_dma_addr(&handle));
	dma_coherent_handle_free(&handle);

	touch(phys_to_virt(phys));

	for (i = 0; i < ARRAY_SIZE(kept) && !ret; i++)
		ret = dma_coherent_handle_alloc(dev, &kept[i], SZ_4K, GFP_KERNEL);
	for (i = 0; i < ARRAY_SIZE(kept); i++)
		dma_coherent_handle_free(&kept[i]);
	return ret;
}

/* One thread moves a buffer from handle to handle, the other reads its address: without a lock. */
static int mover(void *data)
{
	while (!kthread_should_stop()) {
		shared.rings[0] = dma_coherent_handle_take(&shared.scratch);
		shared.scratch = dma_coherent_handle_take(&shared.rings[0]);
		cond_resched();
	}
	return 0;
}

static int plant_kcsan(struct device *dev)
{
	unsigned long end = jiffies + 20 * HZ;
	struct task_struct *thread;
	unsigned int found = 0;
	int ret;

	ret = dma_coherent_handle_alloc(dev, &shared.scratch, SZ_4K, GFP_KERNEL);
	if (ret)
		return ret;
	thread = kthread_run(mover, NULL, "planted_mover");
	if (IS_ERR(thread)) {
		ret = PTR_ERR(thread);
	} else {
		while (time_before(jiffies, end)) {
			found += !!dma_coherent_handle_dma_addr(&shared.scratch);
			cond_resched();
		}
		kthread_stop(thread);
		dev_info(dev, "the buffer was where it was %u times\n", found);
	}
	dma_coherent_handle_free(&shared.scratch);
	return ret;
}

static const struct {
	const char *name;
	int (*plant)(struct device *dev);
} bugs[] = {
	{ "kasan", plant_kasan },
	{ "ubsan", plant_ubsan },
	{ "kmemleak", plant_kmemleak },
	{ "lockdep", plant_lockdep },
	{ "atomic-sleep", plant_atomic_sleep },
	{ "dma-debug", plant_dma_debug },
	{ "use-after-free", plant_use_after_free },
	{ "kcsan", plant_kcsan },
};

static struct platform_device *pdev;

static int __init planted_init(void)
{
	unsigned int i;
	int ret = -EINVAL;

	pdev = platform_device_register_simple("planted_bugs", PLATFORM_DEVID_NONE, NULL, 0);
	if (IS_ERR(pdev))
		return PTR_ERR(pdev);
	for (i = 0; i < ARRAY_SIZE(bugs); i++)
		if (!strcmp(bug, bugs[i].name))
			ret = bugs[i].plant(&pdev->dev);
	if (ret)
		platform_device_unregister(pdev);
	return ret;
}

static void __exit planted_exit(void)
{
	platform_device_unregister(pdev);
}

module_init(planted_init);
module_exit(planted_exit);

MODULE_DESCRIPTION("One bug each for the sanitizers to find");
MODULE_LICENSE("GPL");
