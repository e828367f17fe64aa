// SPDX-License-Identifier: GPL-2.0
/*
 * The cost of a DMA-coherent handle, beside each call that could be made instead of it, on the same
 * device. Built into a kernel that runs it at the end of its boot, prints comma-separated values,
 * and powers off:
 *
 *	run,VARIANT,SIZE,LIVE,THREADS,PAIRS,NANOSECONDS
 *	keep,VARIANT,SIZE,LIVE,VMALLOC_AREAS
 *
 * The time is the system's. Under QEMU with -icount shift=0, where an instruction takes a
 * nanosecond, it is the number of instructions.
 */
#include <linux/array_size.h>
#include <linux/atomic.h>
#include <linux/completion.h>
#include <linux/delay.h>
#include <linux/device.h>
#include <linux/dma-coherent-handle.h>
#include <linux/dma-mapping.h>
#include <linux/dmapool.h>
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/init.h>
#include <linux/init_syscalls.h>
#include <linux/kthread.h>
#include <linux/minmax.h>
#include <linux/mod_devicetable.h>
#include <linux/moduleparam.h>
#include <linux/pci.h>
#include <linux/platform_device.h>
#include <linux/property.h>
#include <linux/reboot.h>
#include <linux/sched.h>
#include <linux/sizes.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/timekeeping.h>
#include <linux/vmalloc.h>

#define NAME	"dma-benchmark"

/* "edu", QEMU's PCI device, or the label of a device in qemu-virt.dts. */
static char *device = "edu";
module_param(device, charp, 0);

static char *variants[16];
static unsigned int nr_variants;
module_param_array(variants, charp, &nr_variants, 0);

static unsigned long sizes[16];
static unsigned int nr_sizes;
module_param_array(sizes, ulong, &nr_sizes, 0);

/* The number of other buffers, and of threads that allocate. */
static unsigned int lives[16];
static unsigned int nr_lives = 1;
module_param_array(lives, uint, &nr_lives, 0);

static unsigned int threads[16] = { 1 };
static unsigned int nr_threads = 1;
module_param_array(threads, uint, &nr_threads, 0);

static unsigned int rounds = 5;
module_param(rounds, uint, 0);

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
	size_t size;			/* of each buffer, in bytes */
	struct dma_pool *pool;
	/* The other buffers. Managed ones are those of a devres group. */
	struct benchmark_buffer *buffers;
	unsigned int nr;
	void *group;
};

struct benchmark_variant {
	const char *name;
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
	.name	= #_name,							\
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
	.name	= #_name,							\
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

static const struct benchmark_variant * const all_variants[] = {
	&bare, &bare_ref, &handle, &coherent, &noncontiguous, &pool,
	&dmam_bare, &dmam_handle, &dmam_coherent,
};

static bool is_wanted(const struct benchmark_variant *variant)
{
	return !nr_variants || match_string((const char **)variants, nr_variants, variant->name) >= 0;
}

static long nr_vmalloc_areas(void)
{
	struct file *file;
	loff_t pos = 0;
	long areas = 0;
	ssize_t i, n;
	char *buf;

	buf = kmalloc(PAGE_SIZE, GFP_KERNEL);
	file = filp_open("/proc/vmallocinfo", O_RDONLY, 0);
	if (WARN_ON(!buf || IS_ERR(file)))
		return 0;
	while ((n = kernel_read(file, buf, PAGE_SIZE, &pos)) > 0)
		for (i = 0; i < n; i++)
			areas += buf[i] == '\n';
	filp_close(file, NULL);
	kfree(buf);
	return areas;
}

static void benchmark_let_go(struct benchmark *b, const struct benchmark_variant *variant)
{
	while (b->nr--) {
		if (variant->free)
			variant->free(b, &b->buffers[b->nr]);
		cond_resched();
	}
	b->nr = 0;
	if (b->group)
		devres_release_group(b->dev, b->group);
	b->group = NULL;
	kvfree(b->buffers);
	b->buffers = NULL;
	/* An IOMMU driver and vmalloc free some of it later. */
	vm_unmap_aliases();
	msleep(50);
}

static int benchmark_hold(struct benchmark *b, const struct benchmark_variant *variant,
			  unsigned int live)
{
	long areas;
	int ret = 0;

	if (!live)
		return 0;

	b->buffers = kvcalloc(live, sizeof(*b->buffers), GFP_KERNEL);
	if (!b->buffers)
		return -ENOMEM;
	if (!variant->free) {
		b->group = devres_open_group(b->dev, NULL, GFP_KERNEL);
		ret = b->group ? 0 : -ENOMEM;
	}
	areas = nr_vmalloc_areas();
	while (!ret && b->nr < live) {
		ret = variant->alloc(b, &b->buffers[b->nr]);
		b->nr += !ret;
		cond_resched();
	}
	if (ret)
		benchmark_let_go(b, variant);
	else
		pr_info("keep,%s,%zu,%u,%ld\n", variant->name, b->size, live,
			nr_vmalloc_areas() - areas);
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
				 u32 pairs, unsigned int nr, u64 *start)
{
	struct benchmark_threads threads = { .b = b, .variant = variant, .pairs = pairs };
	struct task_struct *task;

	init_completion(&threads.go);
	init_completion(&threads.done);
	/* One more, so that it isn't over before all have been started. */
	atomic_set(&threads.running, 1);
	while (nr--) {
		atomic_inc(&threads.running);
		task = kthread_run(benchmark_thread, &threads, NAME "/%u", nr);
		if (IS_ERR(task)) {
			atomic_dec(&threads.running);
			threads.pairs = 0;
			threads.ret = PTR_ERR(task);
			break;
		}
	}

	*start = ktime_get_raw_ns();
	complete_all(&threads.go);
	if (!atomic_dec_and_test(&threads.running))
		wait_for_completion(&threads.done);
	return threads.ret;
}

static int benchmark_run(struct benchmark *b, const struct benchmark_variant *variant,
			 unsigned int live, unsigned int threads)
{
	const u32 pairs = clamp(SZ_64M / b->size, 4, 1000);
	u64 start, end;
	int ret;

	/* A group has all that is allocated meanwhile, no matter by whom. */
	if (threads > 1 && !variant->free)
		return -EOPNOTSUPP;

	/* Once for the caches, and for what is only set up when it is needed. */
	ret = variant->pairs(b, 1);
	if (ret)
		return ret;
	start = ktime_get_raw_ns();
	ret = threads > 1 ? benchmark_run_threads(b, variant, pairs, threads, &start) :
			    variant->pairs(b, pairs);
	end = ktime_get_raw_ns();
	if (!ret)
		pr_info("run,%s,%zu,%u,%u,%u,%llu\n", variant->name, b->size, live, threads,
			pairs, end - start);
	return ret;
}

/* The rounds of one variant with other buffers around, or one round without. */
static int benchmark_variant(struct benchmark *b, const struct benchmark_variant *variant,
			     unsigned int live, unsigned int threads)
{
	unsigned int round, n = live ? rounds : 1;
	int ret;

	if (variant == &pool) {
		b->pool = dma_pool_create(NAME, b->dev, b->size, PAGE_SIZE, 0);
		if (!b->pool)
			return -ENOMEM;
	}
	ret = benchmark_hold(b, variant, live);
	if (!ret) {
		for (round = 0; round < n && !ret; round++)
			ret = benchmark_run(b, variant, live, threads);
		benchmark_let_go(b, variant);
	}
	dma_pool_destroy(b->pool);
	b->pool = NULL;
	return ret;
}

/* In each round, variants follow each other in the opposite order of the round before. */
static int benchmark_variants(struct benchmark *b, unsigned int live, unsigned int threads)
{
	const unsigned int nr = ARRAY_SIZE(all_variants);
	const struct benchmark_variant *variant;
	unsigned int round, i;
	int ret;

	for (round = 0; round < (live ? 1 : rounds); round++)
		for (i = 0; i < nr; i++) {
			variant = all_variants[round & 1 ? nr - 1 - i : i];
			if (!is_wanted(variant))
				continue;
			ret = benchmark_variant(b, variant, live, threads);
			/* A buffer that there is no memory for, and what threads can't do. */
			if (ret && ret != -ENOMEM && ret != -EOPNOTSUPP)
				return ret;
		}
	return 0;
}

static bool done;

static int benchmark_probe(struct device *dev)
{
	struct benchmark b = { .dev = dev };
	unsigned int s, l, t;
	int ret;

	ret = dma_set_mask_and_coherent(dev, DMA_BIT_MASK(64));
	if (ret)
		return ret;

	for (s = 0; s < nr_sizes; s++)
		for (l = 0; l < nr_lives; l++)
			for (t = 0; t < nr_threads; t++) {
				b.size = sizes[s];
				ret = benchmark_variants(&b, lives[l], threads[t]);
				if (ret)
					return ret;
			}
	done = true;
	return 0;
}

static int benchmark_platform_probe(struct platform_device *pdev)
{
	const char *label;

	if (device_property_read_string(&pdev->dev, "label", &label) || strcmp(label, device))
		return -ENODEV;
	return benchmark_probe(&pdev->dev);
}

static const struct of_device_id benchmark_of_ids[] = {
	{ .compatible = "linux,dma-kunit" },
	{}
};

static struct platform_driver benchmark_platform_driver = {
	.probe	= benchmark_platform_probe,
	.driver	= {
		.name		= NAME,
		.of_match_table	= benchmark_of_ids,
	},
};

static int benchmark_pci_probe(struct pci_dev *pdev, const struct pci_device_id *id)
{
	return strcmp(device, "edu") ? -ENODEV : benchmark_probe(&pdev->dev);
}

static const struct pci_device_id benchmark_pci_ids[] = {
	{ PCI_DEVICE(0x1234, 0x11e8) },
	{}
};

static struct pci_driver benchmark_pci_driver = {
	.name		= NAME,
	.id_table	= benchmark_pci_ids,
	.probe		= benchmark_pci_probe,
};

/* The devices are there by now, and their IOMMUs. */
static int __init benchmark_init(void)
{
	int ret;

	ret = init_mkdir("/proc", 0555);
	if (!ret || ret == -EEXIST)
		ret = init_mount("proc", "/proc", "proc", 0, NULL);
	/* The clock source that the kernel settles on. */
	msleep(2000);
	ret = ret ?: pci_register_driver(&benchmark_pci_driver);
	ret = ret ?: platform_driver_register(&benchmark_platform_driver);
	pr_info("bench: %s, %d\n", done ? "done" : "failed", ret);
	kernel_power_off();
	return ret;
}
late_initcall_sync(benchmark_init);
