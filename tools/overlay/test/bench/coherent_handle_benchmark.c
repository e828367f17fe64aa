// SPDX-License-Identifier: GPL-2.0
/*
 * What a DMA-coherent handle costs, beside each call that could be made instead of it, on the same
 * device: a driver for whatever device it is bound to by driver_override, as map_benchmark.c is.
 *
 * The time that is measured is the system's. Under QEMU with -icount shift=0, where an instruction
 * takes a nanosecond, it is the number of instructions.
 */
#include <linux/array_size.h>
#include <linux/atomic.h>
#include <linux/cleanup.h>
#include <linux/completion.h>
#include <linux/debugfs.h>
#include <linux/delay.h>
#include <linux/device.h>
#include <linux/dma-coherent-handle.h>
#include <linux/dma-mapping.h>
#include <linux/dmapool.h>
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/nospec.h>
#include <linux/pci.h>
#include <linux/platform_device.h>
#include <linux/sched.h>
#include <linux/sizes.h>
#include <linux/slab.h>
#include <linux/timekeeping.h>
#include <linux/uaccess.h>
#include <linux/vmalloc.h>

#include "dma_coherent_handle_benchmark.h"

#define NAME	"dma_coherent_handle_benchmark"

static bool own_device;
module_param(own_device, bool, 0444);
MODULE_PARM_DESC(own_device, "Bring a device along, for machines that have none to spare");

/* What a driver would keep of a buffer. */
struct benchmark_buffer {
	union {
		struct dma_coherent_handle handle;
		const struct dma_coherent_handle *managed;
		struct sg_table *sgt;
		struct {
			void *cpu;
			dma_addr_t dma_addr;
		};
	};
};

struct benchmark {
	struct device *dev;
	struct dentry *file;
	struct mutex lock;		/* one measurement at a time */
	size_t size;			/* of the buffers at hand */
	struct dma_pool *pool;		/* where they come from, if that is a pool */

	/* What is kept. */
	struct {
		const struct benchmark_variant *variant;
		size_t size;
		struct dma_pool *pool;
		void *group;		/* of managed buffers */
		struct benchmark_buffer *buffers;
		u32 nr;
	} held;
};

struct benchmark_variant {
	int (*alloc)(struct benchmark *b, struct benchmark_buffer *buf);
	void (*free)(struct benchmark *b, struct benchmark_buffer *buf);
	int (*pairs)(struct benchmark *b, u32 pairs);
};

/* A loop for each variant, with nothing in it that isn't the variant's. */
static __always_inline int benchmark_pairs(struct benchmark *b, u32 pairs,
					   int (*alloc)(struct benchmark *b,
							struct benchmark_buffer *buf),
					   void (*free)(struct benchmark *b,
							struct benchmark_buffer *buf))
{
	struct benchmark_buffer buf;
	int ret;

	while (pairs--) {
		ret = alloc(b, &buf);
		if (ret)
			return ret;
		free(b, &buf);
	}
	return 0;
}

#define BENCHMARK_VARIANT(_name)						\
static int _name##_pairs(struct benchmark *b, u32 pairs)			\
{										\
	return benchmark_pairs(b, pairs, _name##_alloc, _name##_free);		\
}										\
static const struct benchmark_variant _name = {					\
	.alloc	= _name##_alloc,						\
	.free	= _name##_free,							\
	.pairs	= _name##_pairs,						\
}

static __always_inline int bare_alloc(struct benchmark *b, struct benchmark_buffer *buf)
{
	buf->cpu = dma_alloc_attrs(b->dev, b->size, &buf->dma_addr, GFP_KERNEL,
				   DMA_ATTR_NO_KERNEL_MAPPING | DMA_ATTR_NO_WARN);
	return buf->cpu ? 0 : -ENOMEM;
}

static __always_inline void bare_free(struct benchmark *b, struct benchmark_buffer *buf)
{
	dma_free_attrs(b->dev, b->size, buf->cpu, buf->dma_addr,
		       DMA_ATTR_NO_KERNEL_MAPPING | DMA_ATTR_NO_WARN);
}

BENCHMARK_VARIANT(bare);

static __always_inline int bare_ref_alloc(struct benchmark *b, struct benchmark_buffer *buf)
{
	int ret = bare_alloc(b, buf);

	if (!ret)
		get_device(b->dev);
	return ret;
}

static __always_inline void bare_ref_free(struct benchmark *b, struct benchmark_buffer *buf)
{
	bare_free(b, buf);
	put_device(b->dev);
}

BENCHMARK_VARIANT(bare_ref);

static __always_inline int handle_alloc(struct benchmark *b, struct benchmark_buffer *buf)
{
	return dma_coherent_handle_alloc_attrs(b->dev, &buf->handle, b->size, GFP_KERNEL,
					       DMA_ATTR_NO_WARN);
}

static __always_inline void handle_free(struct benchmark *b, struct benchmark_buffer *buf)
{
	dma_coherent_handle_free(&buf->handle);
}

BENCHMARK_VARIANT(handle);

static __always_inline int coherent_alloc(struct benchmark *b, struct benchmark_buffer *buf)
{
	buf->cpu = dma_alloc_coherent(b->dev, b->size, &buf->dma_addr, GFP_KERNEL | __GFP_NOWARN);
	return buf->cpu ? 0 : -ENOMEM;
}

static __always_inline void coherent_free(struct benchmark *b, struct benchmark_buffer *buf)
{
	dma_free_coherent(b->dev, b->size, buf->cpu, buf->dma_addr);
}

BENCHMARK_VARIANT(coherent);

/* The others clear without being asked. */
static __always_inline int noncontiguous_alloc(struct benchmark *b, struct benchmark_buffer *buf)
{
	buf->sgt = dma_alloc_noncontiguous(b->dev, b->size, DMA_BIDIRECTIONAL,
					   GFP_KERNEL | __GFP_ZERO, 0);
	return buf->sgt ? 0 : -ENOMEM;
}

static __always_inline void noncontiguous_free(struct benchmark *b, struct benchmark_buffer *buf)
{
	dma_free_noncontiguous(b->dev, b->size, buf->sgt, DMA_BIDIRECTIONAL);
}

BENCHMARK_VARIANT(noncontiguous);

static __always_inline int pool_alloc(struct benchmark *b, struct benchmark_buffer *buf)
{
	buf->cpu = dma_pool_alloc(b->pool, GFP_KERNEL, &buf->dma_addr);
	return buf->cpu ? 0 : -ENOMEM;
}

static __always_inline void pool_free(struct benchmark *b, struct benchmark_buffer *buf)
{
	dma_pool_free(b->pool, buf->cpu, buf->dma_addr);
}

BENCHMARK_VARIANT(pool);

/*
 * Managed buffers are freed as they are when a driver is unbound: all of a group at a time. It is
 * the only way there is for those of dmam_alloc_attrs(): dmam_free_coherent() forgets the attrs.
 */
static __always_inline int benchmark_groups(struct benchmark *b, u32 pairs,
					    int (*alloc)(struct benchmark *b,
							 struct benchmark_buffer *buf))
{
	const u32 batch = clamp(SZ_4M / b->size, 1, 64);
	struct benchmark_buffer buf;
	int ret = 0;
	void *group;
	u32 i;

	while (pairs && !ret) {
		group = devres_open_group(b->dev, NULL, GFP_KERNEL);
		if (!group)
			return -ENOMEM;
		for (i = min(pairs, batch), pairs -= i; i && !ret; i--)
			ret = alloc(b, &buf);
		devres_release_group(b->dev, group);
	}
	return ret;
}

#define BENCHMARK_MANAGED_VARIANT(_name)					\
static int _name##_pairs(struct benchmark *b, u32 pairs)			\
{										\
	return benchmark_groups(b, pairs, _name##_alloc);			\
}										\
static const struct benchmark_variant _name = {					\
	.alloc	= _name##_alloc,						\
	.pairs	= _name##_pairs,						\
}

static __always_inline int dmam_bare_alloc(struct benchmark *b, struct benchmark_buffer *buf)
{
	buf->cpu = dmam_alloc_attrs(b->dev, b->size, &buf->dma_addr, GFP_KERNEL,
				    DMA_ATTR_NO_KERNEL_MAPPING | DMA_ATTR_NO_WARN);
	return buf->cpu ? 0 : -ENOMEM;
}

BENCHMARK_MANAGED_VARIANT(dmam_bare);

static __always_inline int dmam_handle_alloc(struct benchmark *b, struct benchmark_buffer *buf)
{
	buf->managed = dmam_coherent_handle_alloc_attrs(b->dev, b->size, GFP_KERNEL,
							DMA_ATTR_NO_WARN);
	return PTR_ERR_OR_ZERO(buf->managed);
}

BENCHMARK_MANAGED_VARIANT(dmam_handle);

static __always_inline int dmam_coherent_alloc(struct benchmark *b, struct benchmark_buffer *buf)
{
	buf->cpu = dmam_alloc_coherent(b->dev, b->size, &buf->dma_addr,
				       GFP_KERNEL | __GFP_NOWARN);
	return buf->cpu ? 0 : -ENOMEM;
}

BENCHMARK_MANAGED_VARIANT(dmam_coherent);

static const struct benchmark_variant * const variants[] = {
	[DMA_COHERENT_HANDLE_BENCHMARK_BARE]		= &bare,
	[DMA_COHERENT_HANDLE_BENCHMARK_BARE_REF]	= &bare_ref,
	[DMA_COHERENT_HANDLE_BENCHMARK_HANDLE]		= &handle,
	[DMA_COHERENT_HANDLE_BENCHMARK_COHERENT]	= &coherent,
	[DMA_COHERENT_HANDLE_BENCHMARK_NONCONTIGUOUS]	= &noncontiguous,
	[DMA_COHERENT_HANDLE_BENCHMARK_POOL]		= &pool,
	[DMA_COHERENT_HANDLE_BENCHMARK_DMAM_BARE]	= &dmam_bare,
	[DMA_COHERENT_HANDLE_BENCHMARK_DMAM_HANDLE]	= &dmam_handle,
	[DMA_COHERENT_HANDLE_BENCHMARK_DMAM_COHERENT]	= &dmam_coherent,
};

/* What a variant needs that isn't measured. */
static int benchmark_set(struct benchmark *b, const struct benchmark_variant *variant, size_t size)
{
	b->size = size;
	b->pool = NULL;
	if (variant != &pool)
		return 0;
	b->pool = dma_pool_create(NAME, b->dev, size, PAGE_SIZE, 0);
	return b->pool ? 0 : -ENOMEM;
}

static void benchmark_unset(struct benchmark *b)
{
	dma_pool_destroy(b->pool);
	b->pool = NULL;
}

static void benchmark_let_go(struct benchmark *b)
{
	const struct benchmark_variant *variant = b->held.variant;

	if (!variant)
		return;
	b->size = b->held.size;
	b->pool = b->held.pool;
	while (b->held.nr--) {
		if (variant->free)
			variant->free(b, &b->held.buffers[b->held.nr]);
		cond_resched();
	}
	if (b->held.group)
		devres_release_group(b->dev, b->held.group);
	benchmark_unset(b);
	kvfree(b->held.buffers);
	memset(&b->held, 0, sizeof(b->held));
}

static int benchmark_hold(struct benchmark *b, const struct benchmark_variant *variant,
			  struct dma_coherent_handle_benchmark *param)
{
	u64 start;
	int ret;

	if (param->live > DMA_COHERENT_HANDLE_BENCHMARK_MAX_LIVE)
		return -EINVAL;

	benchmark_let_go(b);
	/* Some of it is only freed later: areas that are unmapped, what an IOMMU may still know. */
	vm_unmap_aliases();
	msleep(50);
	if (!param->live)
		return 0;

	b->held.buffers = kvcalloc(param->live, sizeof(*b->held.buffers), GFP_KERNEL);
	if (!b->held.buffers)
		return -ENOMEM;
	ret = benchmark_set(b, variant, param->size);
	if (!ret && !variant->free) {
		b->held.group = devres_open_group(b->dev, NULL, GFP_KERNEL);
		ret = b->held.group ? 0 : -ENOMEM;
	}
	b->held.variant = variant;
	b->held.size = param->size;
	b->held.pool = b->pool;

	start = ktime_get_raw_ns();
	while (!ret && b->held.nr < param->live) {
		ret = variant->alloc(b, &b->held.buffers[b->held.nr]);
		if (!ret)
			b->held.nr++;
		cond_resched();
	}
	param->ns = ktime_get_raw_ns() - start;
	if (ret)
		benchmark_let_go(b);
	return ret;
}

struct benchmark_threads {
	struct benchmark *b;
	const struct benchmark_variant *variant;
	u32 pairs;
	struct completion go, done;
	atomic_t running;
	int ret;
};

static int benchmark_thread(void *data)
{
	struct benchmark_threads *threads = data;
	int ret;

	wait_for_completion(&threads->go);
	ret = threads->variant->pairs(threads->b, threads->pairs);
	if (ret)
		WRITE_ONCE(threads->ret, ret);
	if (atomic_dec_and_test(&threads->running))
		complete(&threads->done);
	return 0;
}

static int benchmark_run_threads(struct benchmark *b, const struct benchmark_variant *variant,
				 struct dma_coherent_handle_benchmark *param)
{
	struct benchmark_threads threads = { .b = b, .variant = variant, .pairs = param->pairs };
	struct task_struct *task;
	u64 start;
	u32 i;

	init_completion(&threads.go);
	init_completion(&threads.done);
	/* One more, so that it isn't over before all have been started. */
	atomic_set(&threads.running, 1);
	for (i = 0; i < param->threads; i++) {
		atomic_inc(&threads.running);
		task = kthread_run(benchmark_thread, &threads, "handle-benchmark/%u", i);
		if (IS_ERR(task)) {
			atomic_dec(&threads.running);
			threads.pairs = 0;
			threads.ret = PTR_ERR(task);
			break;
		}
	}

	start = ktime_get_raw_ns();
	complete_all(&threads.go);
	if (!atomic_dec_and_test(&threads.running))
		wait_for_completion(&threads.done);
	param->ns = ktime_get_raw_ns() - start;
	return threads.ret;
}

static int benchmark_run(struct benchmark *b, const struct benchmark_variant *variant,
			 struct dma_coherent_handle_benchmark *param)
{
	u64 start;
	int ret;

	if (!param->pairs || param->pairs > DMA_COHERENT_HANDLE_BENCHMARK_MAX_PAIRS ||
	    !param->threads || param->threads > DMA_COHERENT_HANDLE_BENCHMARK_MAX_THREADS)
		return -EINVAL;
	/* A group has all that is allocated meanwhile, no matter by whom. */
	if (param->threads > 1 && !variant->free)
		return -EOPNOTSUPP;

	ret = benchmark_set(b, variant, param->size);
	if (ret)
		return ret;
	/* Once for the caches, and for what is only set up when it is needed. */
	ret = variant->pairs(b, 1);
	if (!ret && param->threads > 1) {
		ret = benchmark_run_threads(b, variant, param);
	} else if (!ret) {
		start = ktime_get_raw_ns();
		ret = variant->pairs(b, param->pairs);
		param->ns = ktime_get_raw_ns() - start;
	}
	benchmark_unset(b);
	return ret;
}

static long benchmark_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct dma_coherent_handle_benchmark param;
	struct benchmark *b = file->private_data;
	void __user *argp = (void __user *)arg;
	const struct benchmark_variant *variant;
	int ret;

	if (copy_from_user(&param, argp, sizeof(param)))
		return -EFAULT;
	if (param.variant >= ARRAY_SIZE(variants) || !param.size || param.size > SZ_1G)
		return -EINVAL;
	variant = variants[array_index_nospec(param.variant, ARRAY_SIZE(variants))];

	scoped_guard(mutex, &b->lock) {
		switch (cmd) {
		case DMA_COHERENT_HANDLE_BENCHMARK_HOLD:
			ret = benchmark_hold(b, variant, &param);
			break;
		case DMA_COHERENT_HANDLE_BENCHMARK_RUN:
			ret = benchmark_run(b, variant, &param);
			break;
		default:
			return -ENOTTY;
		}
	}
	if (ret)
		return ret;
	return copy_to_user(argp, &param, sizeof(param)) ? -EFAULT : 0;
}

static int benchmark_release(struct inode *inode, struct file *file)
{
	struct benchmark *b = file->private_data;

	scoped_guard(mutex, &b->lock)
		benchmark_let_go(b);
	return 0;
}

static const struct file_operations benchmark_fops = {
	.owner		= THIS_MODULE,
	.open		= simple_open,
	.release	= benchmark_release,
	.unlocked_ioctl	= benchmark_ioctl,
};

static void benchmark_remove(void *data)
{
	struct benchmark *b = data;

	/* Waits for an ioctl, but not for the file to be closed. */
	debugfs_remove(b->file);
	benchmark_let_go(b);
}

static int benchmark_probe(struct device *dev)
{
	struct benchmark *b;
	int ret;

	b = devm_kzalloc(dev, sizeof(*b), GFP_KERNEL);
	if (!b)
		return -ENOMEM;
	b->dev = dev;
	ret = devm_mutex_init(dev, &b->lock);
	if (ret)
		return ret;
	ret = dma_set_mask_and_coherent(dev, DMA_BIT_MASK(64));
	if (ret)
		return ret;
	/* There is one file, so that a second device is refused. */
	b->file = debugfs_create_file(NAME, 0600, NULL, b, &benchmark_fops);
	if (IS_ERR(b->file))
		return PTR_ERR(b->file);
	return devm_add_action_or_reset(dev, benchmark_remove, b);
}

static int benchmark_platform_probe(struct platform_device *pdev)
{
	return benchmark_probe(&pdev->dev);
}

static struct platform_driver benchmark_platform_driver = {
	.probe	= benchmark_platform_probe,
	.driver	= { .name = NAME },
};

static int benchmark_pci_probe(struct pci_dev *pdev, const struct pci_device_id *id)
{
	return benchmark_probe(&pdev->dev);
}

/* For no device but those whose driver_override has its name. */
static struct pci_driver benchmark_pci_driver = {
	.name	= NAME,
	.probe	= benchmark_pci_probe,
};

static struct platform_device *benchmark_device;

static int __init benchmark_init(void)
{
	const struct platform_device_info info = {
		.name = NAME, .id = PLATFORM_DEVID_NONE, .dma_mask = DMA_BIT_MASK(64),
	};
	int ret;

	ret = pci_register_driver(&benchmark_pci_driver);
	if (ret)
		return ret;
	ret = platform_driver_register(&benchmark_platform_driver);
	if (ret)
		goto err_pci;
	if (own_device) {
		benchmark_device = platform_device_register_full(&info);
		ret = PTR_ERR_OR_ZERO(benchmark_device);
		if (ret)
			goto err_platform;
	}
	return 0;

err_platform:
	platform_driver_unregister(&benchmark_platform_driver);
err_pci:
	pci_unregister_driver(&benchmark_pci_driver);
	return ret;
}
module_init(benchmark_init);

static void __exit benchmark_exit(void)
{
	if (own_device)
		platform_device_unregister(benchmark_device);
	platform_driver_unregister(&benchmark_platform_driver);
	pci_unregister_driver(&benchmark_pci_driver);
}
module_exit(benchmark_exit);

MODULE_DESCRIPTION("Benchmark of DMA-coherent handles");
MODULE_LICENSE("GPL");
