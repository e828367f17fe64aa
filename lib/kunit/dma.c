// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit DMA device: mock DMA ops that check the DMA contract
 */

#include <kunit/device.h>
#include <kunit/dma.h>
#include <kunit/resource.h>
#include <kunit/test.h>

#include <linux/align.h>
#include <linux/bitops.h>
#include <linux/container_of.h>
#include <linux/device.h>
#include <linux/dma-map-ops.h>
#include <linux/dma-mapping.h>
#include <linux/err.h>
#include <linux/export.h>
#include <linux/gfp.h>
#include <linux/limits.h>
#include <linux/list.h>
#include <linux/lockdep.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/poison.h>
#include <linux/printk.h>
#include <linux/scatterlist.h>
#include <linux/sizes.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/sprintf.h>
#include <linux/string.h>

static struct kunit_dma *to_kunit_dma(struct device *dev)
{
	return container_of(get_dma_ops(dev), struct kunit_dma, ops);
}

/*
 * Fails the test. Not KUNIT_FAIL(), which allocates memory with GFP_KERNEL: buffers may be
 * allocated, and mappings come and go, in any context.
 */
static __printf(2, 3) void kunit_dma_error(struct kunit_dma *dma, const char *fmt, ...)
{
	va_list args;

	dma->errors++;
	va_start(args, fmt);
	vsnprintf(dma->error, sizeof(dma->error), fmt, args);
	va_end(args);

	kunit_set_failure(dma->test);
	pr_err(KUNIT_SUBTEST_INDENT "# %s: %s\n", dma->test->name, dma->error);
}

static const char *kunit_dma_get_name(enum dma_data_direction dir)
{
	return dir == DMA_NONE ? "dma_alloc_attrs()" : "dma_map_*()";
}

static const char *kunit_dma_put_name(enum dma_data_direction dir)
{
	return dir == DMA_NONE ? "dma_free_attrs()" : "dma_unmap_*()";
}

/*
 * A cookie is an address at which any access faults. On most 64-bit machines there are plenty that
 * are no addresses at all. On UML, which is a user process, any of the host kernel's will do; one
 * that is no address could also end in SIGBUS, which UML takes for the end. On 32-bit only the last
 * page is sure to be unmapped, since error pointers point there: cookies come round again after
 * 4095 calls.
 */
#if defined(CONFIG_64BIT) && defined(CONFIG_UML)
#define KUNIT_DMA_COOKIES	0xffffdead00000000UL
#elif defined(CONFIG_64BIT)
#define KUNIT_DMA_COOKIES	(POISON_POINTER_DELTA ?: 0xdead000000000000UL)
#endif

static void *kunit_dma_cookie(unsigned int nr)
{
#ifdef KUNIT_DMA_COOKIES
	return (void *)(KUNIT_DMA_COOKIES + nr % SZ_64K * PAGE_SIZE);
#else
	return ERR_PTR(-1L - nr % MAX_ERRNO);
#endif
}

static bool kunit_dma_has_memory(const struct kunit_dma_call *call)
{
	return call->dir == DMA_NONE && !(call->attrs & DMA_ATTR_NO_KERNEL_MAPPING);
}

/* Finds room in DMA address space: the lowest that is free, and 0 is not. */
static bool kunit_dma_place(struct kunit_dma *dma, struct kunit_dma_call *call, u64 mask)
{
	/* Half of what 64 bits can express is enough, and nothing below overflows. */
	u64 limit = min3(min_not_zero(mask, call->dev->bus_dma_limit),
			 (u64)(dma_addr_t)~0ULL, (u64)S64_MAX);
	struct kunit_dma_call *pos;
	u64 align = PAGE_SIZE;

	if (call->len > limit / 2 + 1)
		return false;
	if (call->dir == DMA_NONE)
		align = 1ULL << fls64(call->len - 1);

	call->start = align;
	list_for_each_entry(pos, &dma->live, live) {
		if (call->start + call->len <= pos->start)
			break;
		call->start = max(call->start, ALIGN(pos->start + pos->len, align));
	}
	if (call->start + call->len - 1 > limit)
		return false;

	/* Before pos, or last if no gap was found and pos is the head of the list. */
	list_add_tail(&call->live, &pos->live);
	return true;
}

/* Records a call and carries it out. Returns NULL if it fails. */
static struct kunit_dma_call *kunit_dma_get(struct device *dev, size_t size, size_t offset,
					    enum dma_data_direction dir, gfp_t gfp,
					    unsigned long attrs, u64 mask)
{
	struct kunit_dma *dma = to_kunit_dma(dev);
	struct kunit_dma_call *call;
	unsigned long flags;
	bool ok = false;

	call = kzalloc_obj(*call, gfp);

	spin_lock_irqsave(&dma->lock, flags);
	dma->calls++;
	if (call) {
		call->nr = dma->calls;
		call->dev = dev;
		call->size = size;
		call->attrs = attrs;
		call->gfp = dir == DMA_NONE ? gfp : 0;
		call->dir = dir;
		call->len = ALIGN((u64)size + offset, PAGE_SIZE);
		list_add_tail(&call->node, &dma->all);

		ok = call->nr != dma->fail_call && kunit_dma_place(dma, call, mask);
	}
	if (ok) {
		call->dma_addr = call->start + offset;
		dma->nr_live++;
	}
	spin_unlock_irqrestore(&dma->lock, flags);

	return ok ? call : NULL;
}

/* Ends a call, since the driver wants it to, or since there was no memory for it after all. */
static void kunit_dma_drop(struct kunit_dma *dma, struct kunit_dma_call *call)
{
	lockdep_assert_held(&dma->lock);

	list_del(&call->live);
	dma->nr_live--;
}

static bool kunit_dma_same_kind(enum dma_data_direction a, enum dma_data_direction b)
{
	bool a_is_map = a != DMA_NONE, b_is_map = b != DMA_NONE;

	return a_is_map == b_is_map;
}

/*
 * What the driver most likely means: what is there and has both the address and the cookie, or what
 * had both but is gone, or else what is there and has one of them. A mapping's cookie is NULL.
 */
static struct kunit_dma_call *kunit_dma_find(struct kunit_dma *dma, enum dma_data_direction dir,
					     dma_addr_t dma_addr, void *cpu_addr)
{
	struct kunit_dma_call *call, *near = NULL;

	list_for_each_entry(call, &dma->live, live) {
		if (!kunit_dma_same_kind(call->dir, dir))
			continue;
		if (call->dma_addr == dma_addr && call->cpu_addr == cpu_addr)
			return call;
		if (call->dma_addr == dma_addr || (cpu_addr && call->cpu_addr == cpu_addr))
			near = call;
	}

	list_for_each_entry_reverse(call, &dma->all, node) {
		if (call->freed && kunit_dma_same_kind(call->dir, dir) &&
		    call->dma_addr == dma_addr && call->cpu_addr == cpu_addr)
			return call;
	}
	return near;
}

/* Compares what the driver gives back with what it got. */
static void kunit_dma_check(struct kunit_dma *dma, const struct kunit_dma_call *call,
			    struct device *dev, size_t size, void *cpu_addr, dma_addr_t dma_addr,
			    enum dma_data_direction dir, unsigned long attrs)
{
	const char *get = kunit_dma_get_name(dir), *put = kunit_dma_put_name(dir);

	if (dev != call->dev)
		kunit_dma_error(dma, "%s: device %s, but %s (call %u) was for %s",
				put, dev_name(dev), get, call->nr, dev_name(call->dev));
	if (size != call->size)
		kunit_dma_error(dma, "%s: size %zu, but %s (call %u) was given %zu",
				put, size, get, call->nr, call->size);
	if (dma_addr != call->dma_addr)
		kunit_dma_error(dma, "%s: DMA address %pad, but %s (call %u) returned %pad",
				put, &dma_addr, get, call->nr, &call->dma_addr);
	if (cpu_addr != call->cpu_addr)
		kunit_dma_error(dma, "%s: another cookie than %s (call %u) returned",
				put, get, call->nr);
	if (dir != call->dir)
		kunit_dma_error(dma, "%s: direction %d, but %s (call %u) was given %d",
				put, dir, get, call->nr, call->dir);
	/*
	 * A mapping may be undone with other attributes, such as DMA_ATTR_SKIP_CPU_SYNC. And a
	 * buffer of dma_alloc_coherent() may have DMA_ATTR_NO_WARN, which its free can't know.
	 */
	if (dir == DMA_NONE && (attrs ^ call->attrs) & ~DMA_ATTR_NO_WARN)
		kunit_dma_error(dma, "%s: attrs %#lx, but %s (call %u) was given %#lx",
				put, attrs, get, call->nr, call->attrs);
}

/* Takes what the driver gives back. Returns what there is to free, NULL if there is nothing. */
static struct kunit_dma_call *kunit_dma_put(struct device *dev, size_t size, void *cpu_addr,
					    dma_addr_t dma_addr, enum dma_data_direction dir,
					    unsigned long attrs)
{
	struct kunit_dma *dma = to_kunit_dma(dev);
	struct kunit_dma_call *call;
	unsigned long flags;

	spin_lock_irqsave(&dma->lock, flags);
	dma->frees++;
	call = kunit_dma_find(dma, dir, dma_addr, cpu_addr);
	if (!call) {
		kunit_dma_error(dma, "%s of %zu bytes at DMA address %pad: no %s returned that",
				kunit_dma_put_name(dir), size, &dma_addr, kunit_dma_get_name(dir));
	} else if (call->freed) {
		kunit_dma_error(dma, "%s of %zu bytes at DMA address %pad (call %u): second time",
				kunit_dma_put_name(dir), size, &dma_addr, call->nr);
		call = NULL;
	} else {
		kunit_dma_check(dma, call, dev, size, cpu_addr, dma_addr, dir, attrs);
		call->freed = dma->frees;
		kunit_dma_drop(dma, call);
	}
	spin_unlock_irqrestore(&dma->lock, flags);

	return call;
}

static void *kunit_dma_alloc(struct device *dev, size_t size, dma_addr_t *dma_addr, gfp_t gfp,
			     unsigned long attrs)
{
	struct kunit_dma *dma = to_kunit_dma(dev);
	struct kunit_dma_call *call;
	unsigned long flags;

	call = kunit_dma_get(dev, size, 0, DMA_NONE, gfp, attrs, dev->coherent_dma_mask);
	if (!call)
		return NULL;

	if (kunit_dma_has_memory(call))
		call->cpu_addr = alloc_pages_exact(size, gfp | __GFP_ZERO);
	else
		call->cpu_addr = kunit_dma_cookie(call->nr);
	if (!call->cpu_addr) {
		spin_lock_irqsave(&dma->lock, flags);
		kunit_dma_drop(dma, call);
		spin_unlock_irqrestore(&dma->lock, flags);
		return NULL;
	}

	*dma_addr = call->dma_addr;
	return call->cpu_addr;
}

static void kunit_dma_free(struct device *dev, size_t size, void *cpu_addr, dma_addr_t dma_addr,
			   unsigned long attrs)
{
	struct kunit_dma_call *call = kunit_dma_put(dev, size, cpu_addr, dma_addr, DMA_NONE, attrs);

	if (call && kunit_dma_has_memory(call))
		free_pages_exact(call->cpu_addr, call->size);
}

static dma_addr_t kunit_dma_map_phys(struct device *dev, phys_addr_t phys, size_t size,
				     enum dma_data_direction dir, unsigned long attrs)
{
	struct kunit_dma_call *call;

	call = kunit_dma_get(dev, size, offset_in_page(phys), dir, GFP_ATOMIC, attrs,
			     *dev->dma_mask);
	return call ? call->dma_addr : DMA_MAPPING_ERROR;
}

static void kunit_dma_unmap_phys(struct device *dev, dma_addr_t dma_addr, size_t size,
				 enum dma_data_direction dir, unsigned long attrs)
{
	kunit_dma_put(dev, size, NULL, dma_addr, dir, attrs);
}

static void kunit_dma_unmap_sg(struct device *dev, struct scatterlist *sgl, int nents,
			       enum dma_data_direction dir, unsigned long attrs)
{
	struct scatterlist *sg;
	int i;

	for_each_sg(sgl, sg, nents, i)
		kunit_dma_unmap_phys(dev, sg_dma_address(sg), sg_dma_len(sg), dir, attrs);
}

static int kunit_dma_map_sg(struct device *dev, struct scatterlist *sgl, int nents,
			    enum dma_data_direction dir, unsigned long attrs)
{
	struct scatterlist *sg;
	int i;

	for_each_sg(sgl, sg, nents, i) {
		sg_dma_address(sg) = kunit_dma_map_phys(dev, sg_phys(sg), sg->length, dir, attrs);
		if (sg_dma_address(sg) == DMA_MAPPING_ERROR) {
			kunit_dma_unmap_sg(dev, sgl, i, dir, attrs);
			return -ENOMEM;
		}
		sg_dma_len(sg) = sg->length;
	}
	return nents;
}

static const struct kunit_dma kunit_dma_template = {
	.ops = {
		.alloc		= kunit_dma_alloc,
		.free		= kunit_dma_free,
		.map_phys	= kunit_dma_map_phys,
		.unmap_phys	= kunit_dma_unmap_phys,
		.map_sg		= kunit_dma_map_sg,
		.unmap_sg	= kunit_dma_unmap_sg,
	},
};

static void kunit_dma_destroy(void *data)
{
	struct kunit_dma *dma = data;
	struct kunit_dma_call *call, *next;

	list_for_each_entry(call, &dma->live, live) {
		kunit_dma_error(dma, "%s (call %u): %zu bytes at DMA address %pad, never %s",
				kunit_dma_get_name(call->dir), call->nr, call->size,
				&call->dma_addr, call->dir == DMA_NONE ? "freed" : "unmapped");
		if (kunit_dma_has_memory(call))
			free_pages_exact(call->cpu_addr, call->size);
	}

	list_for_each_entry_safe(call, next, &dma->all, node)
		kfree(call);
}

/**
 * kunit_dma_create() - Create mock DMA ops
 * @test: The test context
 *
 * They last until @test ends. What is allocated or mapped at that time fails the test. Create them
 * before the devices that they are attached to, since KUnit takes things down in reverse order:
 * drivers are then unbound, and managed buffers freed, before that check.
 *
 * Context: Process context.
 * Return: The mock DMA ops, or an ERR_PTR(): %-ENOMEM.
 */
struct kunit_dma *kunit_dma_create(struct kunit *test)
{
	struct kunit_dma *dma;
	int ret;

	dma = kunit_kmalloc(test, sizeof(*dma), GFP_KERNEL);
	if (!dma)
		return ERR_PTR(-ENOMEM);

	memcpy(dma, &kunit_dma_template, sizeof(*dma));
	dma->test = test;
	spin_lock_init(&dma->lock);
	INIT_LIST_HEAD(&dma->all);
	INIT_LIST_HEAD(&dma->live);

	ret = kunit_add_action(test, kunit_dma_destroy, dma);
	if (ret)
		return ERR_PTR(ret);

	return dma;
}
EXPORT_SYMBOL_GPL(kunit_dma_create);

/**
 * kunit_dma_attach() - Put mock DMA ops under a device
 * @dma: The mock DMA ops
 * @dev: A device that has not been used for DMA yet, for example one of
 *	 kunit_platform_device_alloc() before it is added
 *
 * From now on all DMA of @dev goes to @dma. Several devices may share it. A device without a DMA
 * mask is given one of 32 bits. Some buses set up DMA anew when a driver is bound: attach such a
 * device from the driver's probe callback.
 *
 * Context: Process context.
 */
void kunit_dma_attach(struct kunit_dma *dma, struct device *dev)
{
	if (!dev->dma_mask)
		dev->dma_mask = &dev->coherent_dma_mask;
	if (!dev->coherent_dma_mask)
		dev->coherent_dma_mask = DMA_BIT_MASK(32);
	set_dma_ops(dev, &dma->ops);
}
EXPORT_SYMBOL_GPL(kunit_dma_attach);

/**
 * kunit_dma_device_register() - Register a device whose DMA ops are a mock
 * @dma: The mock DMA ops
 * @name: Name of the device
 *
 * The device is one of kunit_device_register(), and gone when the test has ended. Its DMA masks are
 * 32 bits wide.
 *
 * Context: Process context.
 * Return: The device, or an ERR_PTR() as kunit_device_register() returns.
 */
struct device *kunit_dma_device_register(struct kunit_dma *dma, const char *name)
{
	struct device *dev = kunit_device_register(dma->test, name);

	if (!IS_ERR(dev))
		kunit_dma_attach(dma, dev);
	return dev;
}
EXPORT_SYMBOL_GPL(kunit_dma_device_register);

/**
 * kunit_dma_fail_nth() - Make an allocation or mapping fail
 * @dma: The mock DMA ops
 * @nth: 1 for the next one from now, 2 for the one after that, and so on; 0 for none
 *
 * Only that one fails, as if the DMA layer had no memory or address left, and a new choice replaces
 * the one before. A test of error paths calls this with 1, 2, 3, ... until the driver makes fewer
 * calls than that.
 *
 * Context: Any context.
 */
void kunit_dma_fail_nth(struct kunit_dma *dma, unsigned int nth)
{
	unsigned long flags;

	spin_lock_irqsave(&dma->lock, flags);
	dma->fail_call = nth ? dma->calls + nth : 0;
	spin_unlock_irqrestore(&dma->lock, flags);
}
EXPORT_SYMBOL_GPL(kunit_dma_fail_nth);

/**
 * kunit_dma_nth_call() - Look up an allocation or mapping
 * @dma: The mock DMA ops
 * @nr: 1 for the first that reached @dma, &kunit_dma.calls for the latest
 *
 * Context: Any context.
 * Return: The call, valid until the test ends, or %NULL if there wasn't one of that number.
 */
const struct kunit_dma_call *kunit_dma_nth_call(struct kunit_dma *dma, unsigned int nr)
{
	struct kunit_dma_call *call, *found = NULL;
	unsigned long flags;

	spin_lock_irqsave(&dma->lock, flags);
	list_for_each_entry_reverse(call, &dma->all, node) {
		if (call->nr == nr) {
			found = call;
			break;
		}
	}
	spin_unlock_irqrestore(&dma->lock, flags);

	return found;
}
EXPORT_SYMBOL_GPL(kunit_dma_nth_call);

MODULE_DESCRIPTION("KUnit DMA device: mock DMA ops that check the DMA contract");
MODULE_LICENSE("GPL");
