// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit DMA device: mock DMA ops that check the DMA contract, and the hardware's side of DMA
 */

#include <kunit/device.h>
#include <kunit/dma.h>
#include <kunit/platform_device.h>
#include <kunit/resource.h>
#include <kunit/test.h>
#include <kunit/test-bug.h>

#include <linux/align.h>
#include <linux/bitops.h>
#include <linux/container_of.h>
#include <linux/device.h>
#include <linux/dma-map-ops.h>
#include <linux/dma-mapping.h>
#include <linux/err.h>
#include <linux/export.h>
#include <linux/gfp.h>
#include <linux/highmem.h>
#include <linux/iommu-dma.h>
#include <linux/kref.h>
#include <linux/limits.h>
#include <linux/list.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/pfn.h>
#include <linux/platform_device.h>
#include <linux/poison.h>
#include <linux/printk.h>
#include <linux/rbtree.h>
#include <linux/rcupdate.h>
#include <linux/scatterlist.h>
#include <linux/seq_buf.h>
#include <linux/sizes.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/sprintf.h>
#include <linux/stacktrace.h>
#include <linux/string.h>
#include <linux/vmalloc.h>
#include <linux/xarray.h>

/* What the attributes of an allocation may have, and those of its free do not. */
#define KUNIT_DMA_ALLOC_ONLY	(DMA_ATTR_NO_WARN | __DMA_ATTR_ALLOC_CC_SHARED)

/* What __vmalloc() takes. */
#define KUNIT_DMA_VMALLOC_GFP	(GFP_KERNEL | __GFP_ZERO | __GFP_NOWARN)

/* No address, and no length, is as large as that, so that nothing overflows. */
#define KUNIT_DMA_LIMIT		DMA_BIT_MASK(62)

#define KUNIT_DMA_MESSAGES	4	/* more errors are counted, but not printed */
#define KUNIT_DMA_STACK		16	/* frames, which reach from the ops to the driver */
#define KUNIT_DMA_CALLERS	5	/* of those that are printed */

enum kunit_dma_kind {
	KUNIT_DMA_COHERENT,
	KUNIT_DMA_PAGES,
	KUNIT_DMA_MAP,
	KUNIT_DMA_SG,
	KUNIT_DMA_RESOURCE,
};

static const struct {
	const char *get, *put;
} kunit_dma_names[] = {
	[KUNIT_DMA_COHERENT] = { "dma_alloc_attrs()", "dma_free_attrs()" },
	[KUNIT_DMA_PAGES] = { "dma_alloc_pages()", "dma_free_pages()" },
	[KUNIT_DMA_MAP] = { "dma_map_*()", "dma_unmap_*()" },
	[KUNIT_DMA_SG] = { "dma_map_sg()", "dma_unmap_sg()" },
	[KUNIT_DMA_RESOURCE] = { "dma_map_resource()", "dma_unmap_resource()" },
};

static const char * const kunit_dma_directions[] = {
	[DMA_BIDIRECTIONAL] = "DMA_BIDIRECTIONAL",
	[DMA_TO_DEVICE] = "DMA_TO_DEVICE",
	[DMA_FROM_DEVICE] = "DMA_FROM_DEVICE",
	[DMA_NONE] = "DMA_NONE",
};

struct kunit_dma_stack {
	unsigned long frames[KUNIT_DMA_STACK];
	unsigned int nr;
};

/* A page of a streaming mapping, as the CPU and as the hardware sees it. */
struct kunit_dma_page {
	struct page *cpu;
	void *hw;
};

/* An allocation or mapping. It stays on record until the test ends. */
struct kunit_dma_record {
	struct kunit_dma_call call;
	enum kunit_dma_kind kind;
	void *mem;			/* of a buffer that has memory */
	struct xarray hw_mem;		/* of one that has none, where the hardware has written */
	struct kunit_dma_page *pages;	/* of a mapping of memory, and of dma_alloc_pages() */
	u64 start, len;			/* the pages it occupies in DMA address space */
	size_t offset;			/* in the first of them */
	unsigned int nents;		/* of a scatterlist that begins here */
	bool written;			/* by the hardware */
	bool unseen;			/* and the CPU was not given that */
	bool missed;			/* nor before the driver gave it back, or the test failed */
	struct kunit_dma_stack got, put;
	struct rb_node by_nr;		/* in kunit_dma_mock.all */
	struct rb_node by_addr;		/* in kunit_dma_mock.live, while it occupies them */
};

struct kunit_dma_mock {
	struct kunit_dma dma;		/* what tests see */
	struct kunit *test;
	struct rb_root all, live;
	unsigned int fail_call;		/* number of the call to fail, if it is one to come */
	char messages[KUNIT_DMA_MESSAGES][sizeof_field(struct kunit_dma, error)];
};

/* A device that does DMA by means of a mock. */
struct kunit_dma_attachment {
	struct list_head node;		/* in kunit_dma_attachments */
	struct kunit_dma_mock *mock;
	struct device *dev;
	const struct dma_map_ops *old_ops;
	u64 *old_dma_mask;
	u64 old_mask, old_coherent_mask;
	u64 cursor;			/* its latest range begins here */
};

/*
 * Protects all of the above. A device leads to its mock by this list only: DMA ops can be called
 * when the mock is gone.
 */
static DEFINE_SPINLOCK(kunit_dma_lock);
static LIST_HEAD(kunit_dma_attachments);

static struct kunit_dma_mock *to_mock(struct kunit_dma *dma)
{
	return container_of(dma, struct kunit_dma_mock, dma);
}

static struct kunit_dma_record *by_addr(struct rb_node *node)
{
	return rb_entry_safe(node, struct kunit_dma_record, by_addr);
}

static struct kunit_dma_record *by_nr(struct rb_node *node)
{
	return rb_entry_safe(node, struct kunit_dma_record, by_nr);
}

static struct kunit_dma_attachment *kunit_dma_attachment(struct device *dev)
{
	struct kunit_dma_attachment *att;

	list_for_each_entry(att, &kunit_dma_attachments, node) {
		if (att->dev == dev)
			return att;
	}
	return NULL;
}

static struct kunit_dma_mock *kunit_dma_mock(struct device *dev)
{
	struct kunit_dma_attachment *att = kunit_dma_attachment(dev);

	return att ? att->mock : NULL;
}

static bool kunit_dma_is_alloc(enum kunit_dma_kind kind)
{
	return kind == KUNIT_DMA_COHERENT || kind == KUNIT_DMA_PAGES;
}

/* --- messages --- */

/* dma_free_pages() takes any value, where the other functions of the core would BUG(). */
static const char *kunit_dma_direction(enum dma_data_direction dir)
{
	return dir <= DMA_NONE ? kunit_dma_directions[dir] : "?";
}

static void kunit_dma_save_stack(struct kunit_dma_stack *stack)
{
#ifdef CONFIG_STACKTRACE
	stack->nr = stack_trace_save(stack->frames, ARRAY_SIZE(stack->frames), 0);
#endif
}

/* The DMA layer ends below dma_pool and drivers. */
static bool kunit_dma_is_inner(const char *name)
{
	static const char * const inner[] = {
		"kunit_dma_", "dma_", "dmam_", "__dma_", "stack_trace_", "save_stack_",
		"arch_stack_",
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(inner); i++) {
		if (strstarts(name, inner[i]))
			return !strstarts(name, "dma_pool_");
	}
	return false;
}

/*
 * Appends where the call was made, from the innermost function on that is not of the DMA layer. It
 * may be of a library that the driver has called.
 */
static void kunit_dma_append_caller(struct seq_buf *s, const char *verb,
				    const struct kunit_dma_stack *stack)
{
	unsigned int i, n = 0;
	char symbol[128];
	const char *name;

	for (i = 0; i < stack->nr && n < KUNIT_DMA_CALLERS; i++) {
		snprintf(symbol, sizeof(symbol), "%pS", (void *)stack->frames[i]);
		/* Big-endian powerpc has a dot before the name of each function. */
		name = symbol + (symbol[0] == '.');
		if (!n && kunit_dma_is_inner(name))
			continue;
		/* The test's function was called by KUnit. */
		if (strstarts(name, "kunit_"))
			return;
		if (!n++)
			seq_buf_printf(s, ", %s by %s", verb, name);
		else
			seq_buf_printf(s, " < %s", name);
	}
}

/* Appends who made a record, and who undid it. */
static void kunit_dma_append_record(struct seq_buf *s, const struct kunit_dma_record *record)
{
	bool is_alloc = kunit_dma_is_alloc(record->kind);

	kunit_dma_append_caller(s, is_alloc ? "allocated" : "mapped", &record->got);
	kunit_dma_append_caller(s, is_alloc ? "freed" : "unmapped", &record->put);
}

/* The test has failed by now, and not because of what comes next. */
static bool kunit_dma_failed(struct kunit_dma_mock *mock)
{
	return mock->test->status == KUNIT_FAILURE;
}

/*
 * Fails the test. Messages go to its log when it ends: buffers may be allocated, and mappings come
 * and go, in any context. @record: what the driver's call or the access is about, or NULL. @caller:
 * of the driver's call, or NULL.
 */
static __printf(4, 5) void kunit_dma_error(struct kunit_dma_mock *mock,
					   const struct kunit_dma_record *record,
					   const struct kunit_dma_stack *caller,
					   const char *fmt, ...)
{
	struct kunit_dma *dma = &mock->dma;
	struct va_format vaf = { .fmt = fmt };
	struct seq_buf s;
	va_list args;

	seq_buf_init(&s, dma->error, sizeof(dma->error));
	va_start(args, fmt);
	vaf.va = &args;
	seq_buf_printf(&s, "%pV", &vaf);
	va_end(args);
	if (caller)
		kunit_dma_append_caller(&s, "called", caller);
	if (record)
		kunit_dma_append_record(&s, record);

	if (dma->errors < KUNIT_DMA_MESSAGES)
		strscpy(mock->messages[dma->errors], dma->error);
	dma->errors++;
	kunit_set_failure(mock->test);
}

/* The test that this belongs to is over. Whichever runs now fails. */
static void kunit_dma_orphaned(struct device *dev, const char *what)
{
	struct kunit *test = kunit_get_current_test();

	if (test)
		kunit_set_failure(test);
	dev_err(dev, "%s, but the test with its KUnit DMA device has ended\n", what);
}

/* --- records, and where they lie in DMA address space --- */

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
	return (void *)(KUNIT_DMA_COOKIES + nr * PAGE_SIZE);
#else
	return ERR_PTR(-1L - nr % MAX_ERRNO);
#endif
}

/* Of those that are there, the last that begins at or below an address. */
static struct kunit_dma_record *kunit_dma_floor(struct kunit_dma_mock *mock, u64 addr)
{
	struct rb_node *node = mock->live.rb_node, *found = NULL;

	while (node) {
		if (by_addr(node)->start <= addr) {
			found = node;
			node = node->rb_right;
		} else {
			node = node->rb_left;
		}
	}
	return by_addr(found);
}

static bool kunit_dma_starts_before(struct rb_node *a, const struct rb_node *b)
{
	return by_addr(a)->start < rb_entry(b, struct kunit_dma_record, by_addr)->start;
}

/* A new call comes after all others. */
static bool kunit_dma_came_before(struct rb_node *a, const struct rb_node *b)
{
	return false;
}

/*
 * Finds room in DMA address space below @end. The page behind a range stays free, and so does page
 * 0. As an IOMMU does it, a range is aligned to its size: no segment crosses a boundary.
 */
static bool kunit_dma_place_below(struct kunit_dma_attachment *att,
				  struct kunit_dma_record *record, u64 end)
{
	u64 align = 1ULL << fls64(record->len - 1);
	struct kunit_dma_record *below;

	for (;;) {
		s64 start = ALIGN_DOWN(end - PAGE_SIZE - record->len, align);

		if (start <= 0)
			return false;
		below = kunit_dma_floor(att->mock, start + record->len);
		if (!below || below->start + below->len < start) {
			record->start = start;
			att->cursor = start;
			rb_add(&record->by_addr, &att->mock->live, kunit_dma_starts_before);
			return true;
		}
		end = below->start;
	}
}

/* Below the latest range, or else at the top. */
static bool kunit_dma_place(struct kunit_dma_attachment *att, struct kunit_dma_record *record,
			    u64 mask)
{
	/* The last page is DMA_MAPPING_ERROR's. */
	u64 limit = min3(min_not_zero(mask, record->call.dev->bus_dma_limit),
			 (u64)(dma_addr_t)~0ULL - PAGE_SIZE, KUNIT_DMA_LIMIT);
	u64 top = limit + 1 + PAGE_SIZE;

	return kunit_dma_place_below(att, record, min(att->cursor, top)) ||
	       kunit_dma_place_below(att, record, top);
}

/* --- the two sides of a streaming mapping --- */

/* Copies a part of a mapping from the CPU's pages to the hardware's, or back. Not a byte more. */
static void kunit_dma_bounce(struct kunit_dma_record *record, size_t from, size_t len, bool to_cpu)
{
	size_t at = record->offset + from, offset, n;
	struct kunit_dma_page *page;

	for (; record->pages && len; at += n, len -= n) {
		page = &record->pages[PFN_DOWN(at)];
		offset = offset_in_page(at);
		n = min(len, PAGE_SIZE - offset);
		if (to_cpu)
			memcpy_to_page(page->cpu, offset, page->hw + offset, n);
		else
			memcpy_from_page(page->hw + offset, page->cpu, offset, n);
	}
}

/* Compares the CPU's pages with those of the hardware. */
static bool kunit_dma_differs(struct kunit_dma_record *record, size_t from, size_t len)
{
	size_t at = record->offset + from, offset, n;
	struct kunit_dma_page *page;
	bool differs = false;
	void *cpu;

	for (; len; at += n, len -= n) {
		page = &record->pages[PFN_DOWN(at)];
		offset = offset_in_page(at);
		n = min(len, PAGE_SIZE - offset);
		cpu = kmap_local_page(page->cpu);
		differs |= memcmp(cpu + offset, page->hw + offset, n);
		kunmap_local(cpu);
	}
	return differs;
}

static void kunit_dma_free_pages_of(struct kunit_dma_record *record)
{
	size_t i;

	for (i = 0; record->pages && i < PFN_DOWN(record->len); i++)
		free_page((unsigned long)record->pages[i].hw);
	kfree(record->pages);
	record->pages = NULL;
}

/* Gives the hardware pages of its own, with poison in them. */
static bool kunit_dma_alloc_pages_of(struct kunit_dma_record *record, gfp_t gfp)
{
	size_t i, nr = PFN_DOWN(record->len);

	record->pages = kcalloc(nr, sizeof(*record->pages), gfp);
	for (i = 0; record->pages && i < nr; i++) {
		record->pages[i].hw = (void *)__get_free_page(gfp);
		if (!record->pages[i].hw)
			kunit_dma_free_pages_of(record);
		else
			memset(record->pages[i].hw, POISON_INUSE, PAGE_SIZE);
	}
	return record->pages;
}

/* Says which of the CPU's pages are mapped, from the nth of the mapping on. */
static void kunit_dma_set_cpu_pages(struct kunit_dma_record *record, unsigned int nth,
				    phys_addr_t phys, size_t size)
{
	unsigned int i, nr = PFN_UP(offset_in_page(phys) + size);

	for (i = 0; i < nr; i++)
		record->pages[nth + i].cpu = pfn_to_page(PHYS_PFN(phys) + i);
}

/* As swiotlb does: what the hardware may only write goes there, too, as it may write a part. */
static void kunit_dma_bounce_map(struct kunit_dma_record *record)
{
	if (record->call.dir != DMA_TO_DEVICE || !(record->call.attrs & DMA_ATTR_SKIP_CPU_SYNC))
		kunit_dma_bounce(record, 0, record->call.size, false);
}

static void kunit_dma_bounce_unmap(struct kunit_dma_record *record, unsigned long attrs)
{
	if (record->call.dir != DMA_TO_DEVICE && !(attrs & DMA_ATTR_SKIP_CPU_SYNC))
		kunit_dma_bounce(record, 0, record->call.size, true);
}

static struct kunit_dma_record *kunit_dma_new(struct device *dev, enum kunit_dma_kind kind,
					      size_t size, size_t offset,
					      enum dma_data_direction dir, gfp_t gfp,
					      unsigned long attrs)
{
	struct kunit_dma_record *record = kzalloc_obj(*record, gfp);

	if (!record)
		return NULL;

	record->kind = kind;
	record->offset = offset;
	/* A mapping of no bytes has a page. */
	record->len = PAGE_ALIGN(min((u64)size + !size, KUNIT_DMA_LIMIT) + offset);
	record->call.dev = dev;
	record->call.size = size;
	record->call.attrs = attrs;
	record->call.gfp = kunit_dma_is_alloc(kind) ? gfp : 0;
	record->call.dir = dir;
	xa_init(&record->hw_mem);
	kunit_dma_save_stack(&record->got);
	return record;
}

/*
 * Frees what a record that is not, or no longer, live has to itself. That can be in atomic context,
 * where vfree() must not be called.
 */
static void kunit_dma_release(struct kunit_dma_record *record)
{
	struct kunit_dma_freed {
		struct rcu_head rcu;
	} *mem = record->mem;
	unsigned long i;
	void *page;

	xa_for_each(&record->hw_mem, i, page)
		free_page((unsigned long)page);
	xa_destroy(&record->hw_mem);
	kunit_dma_free_pages_of(record);

	if (is_vmalloc_addr(mem))
		kvfree_rcu(mem, rcu);
	else if (mem)
		free_pages_exact(mem, record->call.size);
}

/*
 * Counts a call, which fails if @ok is false or its turn has come. What fails stays on record, too,
 * but a @record of NULL does not. Gives the DMA address, or DMA_MAPPING_ERROR, and returns the
 * cookie of an allocation: once the lock is dropped, the test may end, and free the record.
 */
static void *kunit_dma_get(struct device *dev, struct kunit_dma_record *record,
			   enum kunit_dma_kind kind, bool ok, u64 mask, dma_addr_t *dma_addr)
{
	struct kunit_dma_attachment *att;
	struct kunit_dma_mock *mock;
	void *cpu_addr = NULL;
	unsigned long flags;

	spin_lock_irqsave(&kunit_dma_lock, flags);
	att = kunit_dma_attachment(dev);
	mock = att ? att->mock : NULL;
	if (mock) {
		ok &= ++mock->dma.calls != mock->fail_call;
		if (record) {
			record->call.nr = mock->dma.calls;
			rb_add(&record->by_nr, &mock->all, kunit_dma_came_before);
			if (!kunit_dma_is_alloc(kind))
				ok &= record->call.size <= mock->dma.max_mapping_size;
			ok = ok && kunit_dma_place(att, record, mask);
		}
	}
	*dma_addr = DMA_MAPPING_ERROR;
	if (ok && mock && record) {
		*dma_addr = record->start + record->offset;
		record->call.dma_addr = *dma_addr;
		if (kunit_dma_is_alloc(kind))
			cpu_addr = record->mem ?: kunit_dma_cookie(record->call.nr);
		record->call.cpu_addr = cpu_addr;
		mock->dma.nr_live++;
	} else if (record) {
		kunit_dma_release(record);
	}
	spin_unlock_irqrestore(&kunit_dma_lock, flags);

	if (!mock) {
		kunit_dma_orphaned(dev, kunit_dma_names[kind].get);
		kfree(record);
	}
	return cpu_addr;
}

/* --- what the driver gives back --- */

/* Says why an address range can't be accessed: what is the nearest to it, or has been there. */
static void kunit_dma_fault(struct kunit_dma_mock *mock, const struct kunit_dma_stack *caller,
			    const char *what, struct device *dev, dma_addr_t addr, size_t len)
{
	struct kunit_dma_record *below = kunit_dma_floor(mock, addr), *above, *record;
	const char *get;
	struct rb_node *node;

	above = by_addr(below ? rb_next(&below->by_addr) : rb_first(&mock->live));
	if (addr == DMA_MAPPING_ERROR) {
		kunit_dma_error(mock, NULL, caller,
				"%s of %zu bytes at DMA_MAPPING_ERROR: dma_mapping_error() not checked?",
				what, len);
		return;
	}
	if (below && addr < below->start + below->len) {
		get = kunit_dma_names[below->kind].get;
		if (below->call.dev != dev)
			kunit_dma_error(mock, below, caller,
					"%s of %zu bytes at DMA address %pad: %s (call %u) was for %s",
					what, len, &addr, get, below->call.nr,
					dev_name(below->call.dev));
		else
			kunit_dma_error(mock, below, caller,
					"%s of %zu bytes at DMA address %pad: beyond %s (call %u) of %zu bytes at %pad",
					what, len, &addr, get, below->call.nr, below->call.size,
					&below->call.dma_addr);
		return;
	}
	for (node = rb_last(&mock->all); node; node = rb_prev(node)) {
		record = by_nr(node);
		if (record->call.freed && addr - record->call.dma_addr < record->call.size) {
			kunit_dma_error(mock, record, caller,
					"%s of %zu bytes at DMA address %pad: %s (call %u) is no longer there",
					what, len, &addr, kunit_dma_names[record->kind].get,
					record->call.nr);
			return;
		}
	}
	record = below;
	if (above && (!below || above->start - addr < addr - (below->start + below->len)))
		record = above;
	if (record)
		kunit_dma_error(mock, record, caller,
				"%s of %zu bytes at DMA address %pad: nothing there; nearest is %s (call %u) of %zu bytes at %pad",
				what, len, &addr, kunit_dma_names[record->kind].get,
				record->call.nr, record->call.size, &record->call.dma_addr);
	else
		kunit_dma_error(mock, NULL, caller,
				"%s of %zu bytes at DMA address %pad: nothing is mapped",
				what, len, &addr);
}

/*
 * What the driver most likely means: what is there and has both the address and the cookie, or what
 * had both but is gone, or else what is there and has one of them. A mapping's cookie is NULL.
 */
static struct kunit_dma_record *kunit_dma_find(struct kunit_dma_mock *mock,
					       enum kunit_dma_kind kind, dma_addr_t dma_addr,
					       void *cpu_addr)
{
	struct kunit_dma_record *record, *near = NULL;
	bool is_alloc = kunit_dma_is_alloc(kind);
	struct rb_node *node;

	record = kunit_dma_floor(mock, dma_addr);
	if (record && kunit_dma_is_alloc(record->kind) == is_alloc &&
	    dma_addr < record->start + record->len) {
		if (record->call.dma_addr == dma_addr && record->call.cpu_addr == cpu_addr)
			return record;
		near = record;
	}

	for (node = rb_last(&mock->all); node; node = rb_prev(node)) {
		record = by_nr(node);
		if (record->call.freed) {
			if (record->call.dma_addr == dma_addr && record->call.cpu_addr == cpu_addr)
				return record;
		} else if (!near && cpu_addr && record->call.cpu_addr == cpu_addr) {
			near = record;
		}
	}
	return near;
}

/* Compares what the driver gives back with what it got. */
static void kunit_dma_check(struct kunit_dma_mock *mock, const struct kunit_dma_record *record,
			    const struct kunit_dma_record *given)
{
	const char *get = kunit_dma_names[record->kind].get;
	const char *put = kunit_dma_names[given->kind].put;
	const struct kunit_dma_call *call = &record->call, *back = &given->call;
	const struct kunit_dma_stack *caller = &given->got;

	if (given->kind != record->kind)
		kunit_dma_error(mock, record, caller,
				"%s: wrong function for what %s (call %u) returned",
				put, get, call->nr);
	if (back->dev != call->dev)
		kunit_dma_error(mock, record, caller, "%s: device %s, but %s (call %u) was for %s",
				put, dev_name(back->dev), get, call->nr, dev_name(call->dev));
	if (back->size != call->size)
		kunit_dma_error(mock, record, caller,
				"%s: size %zu, but %s (call %u) was given %zu",
				put, back->size, get, call->nr, call->size);
	if (back->dma_addr != call->dma_addr)
		kunit_dma_error(mock, record, caller,
				"%s: DMA address %pad, but %s (call %u) returned %pad",
				put, &back->dma_addr, get, call->nr, &call->dma_addr);
	if (back->cpu_addr != call->cpu_addr)
		kunit_dma_error(mock, record, caller,
				"%s: another cookie than %s (call %u) returned",
				put, get, call->nr);
	if (back->dir != call->dir)
		kunit_dma_error(mock, record, caller,
				"%s: direction %s, but %s (call %u) was given %s",
				put, kunit_dma_direction(back->dir), get, call->nr,
				kunit_dma_direction(call->dir));
	if (given->kind == record->kind && given->nents != record->nents)
		kunit_dma_error(mock, record, caller,
				"%s: %u entries, but %s (call %u) was given %u",
				put, given->nents, get, call->nr, record->nents);
	/* A mapping may be undone with other attributes, such as DMA_ATTR_SKIP_CPU_SYNC. */
	if (kunit_dma_is_alloc(record->kind) && (back->attrs ^ call->attrs) & ~KUNIT_DMA_ALLOC_ONLY)
		kunit_dma_error(mock, record, caller,
				"%s: attrs %#lx, but %s (call %u) was given %#lx",
				put, back->attrs, get, call->nr, call->attrs);
	if (record->mem && memchr_inv(record->mem + call->size, POISON_FREE,
				      PAGE_ALIGN(call->size) - call->size))
		kunit_dma_error(mock, record, NULL,
				"%s (call %u): the CPU has written behind the end of its %zu bytes",
				get, call->nr, call->size);
}

/* Takes what the driver gives back, as @given describes it. */
static void kunit_dma_put(struct kunit_dma_record *given)
{
	const char *get = kunit_dma_names[given->kind].get, *put = kunit_dma_names[given->kind].put;
	struct kunit_dma_call *back = &given->call;
	struct kunit_dma_record *record = NULL;
	struct kunit_dma_mock *mock;
	unsigned long flags;

	kunit_dma_save_stack(&given->got);
	spin_lock_irqsave(&kunit_dma_lock, flags);
	mock = kunit_dma_mock(back->dev);
	if (mock) {
		mock->dma.frees++;
		record = kunit_dma_find(mock, given->kind, back->dma_addr, back->cpu_addr);
		if (!kunit_dma_is_alloc(given->kind) && back->dma_addr == DMA_MAPPING_ERROR) {
			kunit_dma_fault(mock, &given->got, put, back->dev, back->dma_addr,
					back->size);
		} else if (!record) {
			kunit_dma_error(mock, NULL, &given->got,
					"%s of %zu bytes at DMA address %pad: no %s returned that",
					put, back->size, &back->dma_addr, get);
		} else if (record->call.freed) {
			kunit_dma_error(mock, record, &given->got,
					"%s of %zu bytes at DMA address %pad (call %u): second time",
					put, back->size, &back->dma_addr, record->call.nr);
		} else {
			if (back->attrs & DMA_ATTR_SKIP_CPU_SYNC || kunit_dma_failed(mock))
				record->missed |= record->unseen;
			kunit_dma_check(mock, record, given);
			record->call.freed = mock->dma.frees;
			record->put = given->got;
			rb_erase(&record->by_addr, &mock->live);
			mock->dma.nr_live--;
			kunit_dma_bounce_unmap(record, back->attrs);
			kunit_dma_release(record);
		}
	}
	spin_unlock_irqrestore(&kunit_dma_lock, flags);

	if (!mock)
		kunit_dma_orphaned(back->dev, put);
}

/* --- accesses to what is there --- */

/* What holds all of an address range for a device. */
static struct kunit_dma_record *kunit_dma_holding(struct kunit_dma_mock *mock, struct device *dev,
						  dma_addr_t addr, size_t len)
{
	struct kunit_dma_record *record = kunit_dma_floor(mock, addr);
	const struct kunit_dma_call *call;

	if (!record)
		return NULL;
	call = &record->call;
	if (call->dev != dev || addr - call->dma_addr > call->size ||
	    len > call->size - (addr - call->dma_addr))
		return NULL;
	return record;
}

/* Syncs a part of a mapping, or the DMA segment of a list that is said to have @nents entries. */
static void kunit_dma_sync(struct device *dev, dma_addr_t addr, size_t size, unsigned int nents,
			   enum dma_data_direction dir, bool for_cpu)
{
	const char *what = for_cpu ? "dma_sync_*_for_cpu()" : "dma_sync_*_for_device()";
	struct kunit_dma_stack caller = {};
	struct kunit_dma_record *record;
	struct kunit_dma_mock *mock;
	unsigned long flags;

	kunit_dma_save_stack(&caller);
	spin_lock_irqsave(&kunit_dma_lock, flags);
	mock = kunit_dma_mock(dev);
	if (mock) {
		record = kunit_dma_holding(mock, dev, addr, size);
		if (!record) {
			kunit_dma_fault(mock, &caller, what, dev, addr, size);
		} else if (record->pages) {
			if (nents && record->kind == KUNIT_DMA_SG && record->nents != nents)
				kunit_dma_error(mock, record, &caller,
						"%s: %u entries, but %s (call %u) was given %u",
						what, nents, kunit_dma_names[record->kind].get,
						record->call.nr, record->nents);
			if (record->call.dir != dir && record->call.dir != DMA_BIDIRECTIONAL)
				kunit_dma_error(mock, record, &caller,
						"%s: direction %s, but %s (call %u) was given %s",
						what, kunit_dma_direction(dir),
						kunit_dma_names[record->kind].get, record->call.nr,
						kunit_dma_direction(record->call.dir));
			else if (dir != (for_cpu ? DMA_TO_DEVICE : DMA_FROM_DEVICE))
				kunit_dma_bounce(record, addr - record->call.dma_addr, size,
						 for_cpu);
			if (!for_cpu || kunit_dma_failed(mock))
				record->missed |= record->unseen;
			if (dir != DMA_TO_DEVICE)
				record->unseen = false;
		}
	}
	spin_unlock_irqrestore(&kunit_dma_lock, flags);

	if (!mock)
		kunit_dma_orphaned(dev, what);
}

/* A page of a buffer that the CPU has no mapping of, which is made when it is needed, or NULL. */
static void *kunit_dma_hw_mem(struct kunit_dma_record *record, unsigned long nr)
{
	void *hw = xa_load(&record->hw_mem, nr);

	if (hw)
		return hw;
	hw = (void *)get_zeroed_page(GFP_ATOMIC);
	/* Nothing was there: what comes back is an error. */
	if (!hw || xa_store(&record->hw_mem, nr, hw, GFP_ATOMIC)) {
		free_page((unsigned long)hw);
		return NULL;
	}
	return hw;
}

/* Copies to or from the hardware's side of a buffer or mapping. */
static int kunit_dma_dev_copy(struct kunit_dma_record *record, size_t at, void *buf, size_t len,
			      bool write)
{
	size_t n;
	void *hw;

	for (at += record->offset; len; at += n, buf += n, len -= n) {
		n = min(len, PAGE_SIZE - offset_in_page(at));
		if (record->pages) {
			hw = record->pages[PFN_DOWN(at)].hw;
		} else if (record->mem) {
			hw = record->mem + (at & PAGE_MASK);
		} else {
			hw = write ? kunit_dma_hw_mem(record, PFN_DOWN(at)) :
				     xa_load(&record->hw_mem, PFN_DOWN(at));
			if (write && !hw)
				return -ENOMEM;
		}
		if (write)
			memcpy(hw + offset_in_page(at), buf, n);
		else if (hw)
			memcpy(buf, hw + offset_in_page(at), n);
		else
			memset(buf, 0, n);
	}
	return 0;
}

static int kunit_dma_dev_access(struct device *dev, dma_addr_t addr, void *buf, size_t len,
				bool write)
{
	const char *what = write ? "device write" : "device read";
	struct kunit_dma_record *record;
	struct kunit_dma_mock *mock;
	unsigned long flags;
	int ret = -EFAULT;
	size_t at;

	spin_lock_irqsave(&kunit_dma_lock, flags);
	mock = kunit_dma_mock(dev);
	if (mock) {
		record = kunit_dma_holding(mock, dev, addr, len);
		if (!record) {
			kunit_dma_fault(mock, NULL, what, dev, addr, len);
		} else if (record->call.dir == (write ? DMA_TO_DEVICE : DMA_FROM_DEVICE)) {
			kunit_dma_error(mock, record, NULL,
					"%s of %zu bytes at DMA address %pad: %s (call %u) is %s the device only",
					what, len, &addr, kunit_dma_names[record->kind].get,
					record->call.nr, write ? "to" : "from");
			ret = -EPERM;
		} else if (!kunit_dma_is_alloc(record->kind) && !record->pages) {
			ret = -EOPNOTSUPP;
		} else {
			at = addr - record->call.dma_addr;
			/* A difference is the CPU's, if the hardware has never written. */
			if (!write && record->pages && !record->written &&
			    kunit_dma_differs(record, at, len))
				kunit_dma_error(mock, record, NULL,
						"%s of %zu bytes at DMA address %pad: the CPU has written there, without dma_sync_*_for_device() of %s (call %u)",
						what, len, &addr, kunit_dma_names[record->kind].get,
						record->call.nr);
			ret = kunit_dma_dev_copy(record, at, buf, len, write);
			if (write) {
				record->written = true;
				record->unseen |= record->pages && !kunit_dma_failed(mock);
			}
		}
	}
	spin_unlock_irqrestore(&kunit_dma_lock, flags);

	if (!mock)
		kunit_dma_orphaned(dev, what);
	return ret;
}

/* --- the DMA ops --- */

static void *kunit_dma_alloc(struct device *dev, size_t size, dma_addr_t *dma_addr, gfp_t gfp,
			     unsigned long attrs)
{
	gfp_t mem_gfp = gfp | __GFP_ZERO | __GFP_NOWARN;
	/*
	 * Whole pages, or KASAN would report the poison behind the end. There is no buffer of 0
	 * bytes, nor of so many that they wrap.
	 */
	size_t len = PAGE_ALIGN(size);
	struct kunit_dma_record *record;

	record = kunit_dma_new(dev, KUNIT_DMA_COHERENT, size, 0, DMA_NONE, gfp, attrs);
	if (record && len && !(attrs & DMA_ATTR_NO_KERNEL_MAPPING)) {
		if (gfpflags_allow_blocking(gfp))
			record->mem = __vmalloc(len, mem_gfp & KUNIT_DMA_VMALLOC_GFP);
		else
			record->mem = alloc_pages_exact(len, mem_gfp);
		if (record->mem)
			memset(record->mem + size, POISON_FREE, len - size);
	}
	return kunit_dma_get(dev, record, KUNIT_DMA_COHERENT, record && len &&
			     (record->mem || attrs & DMA_ATTR_NO_KERNEL_MAPPING),
			     dev->coherent_dma_mask, dma_addr);
}

static void kunit_dma_free(struct device *dev, size_t size, void *cpu_addr, dma_addr_t dma_addr,
			   unsigned long attrs)
{
	struct kunit_dma_record given = {
		.kind = KUNIT_DMA_COHERENT,
		.call = {
			.dev = dev, .size = size, .cpu_addr = cpu_addr, .dma_addr = dma_addr,
			.attrs = attrs, .dir = DMA_NONE,
		},
	};

	kunit_dma_put(&given);
}

static struct page *kunit_dma_alloc_pages(struct device *dev, size_t size, dma_addr_t *dma_addr,
					  enum dma_data_direction dir, gfp_t gfp)
{
	gfp_t mem_gfp = gfp | __GFP_ZERO | __GFP_NOWARN;
	struct kunit_dma_record *record;
	bool ok = false;
	void *mem;

	record = kunit_dma_new(dev, KUNIT_DMA_PAGES, size, 0, dir, gfp, 0);
	if (record)
		record->mem = alloc_pages_exact(size, mem_gfp);
	if (record && record->mem && kunit_dma_alloc_pages_of(record, mem_gfp)) {
		kunit_dma_set_cpu_pages(record, 0, virt_to_phys(record->mem), size);
		kunit_dma_bounce_map(record);
		ok = true;
	}
	mem = kunit_dma_get(dev, record, KUNIT_DMA_PAGES, ok, dev->coherent_dma_mask, dma_addr);
	return mem ? virt_to_page(mem) : NULL;
}

static void kunit_dma_free_pages(struct device *dev, size_t size, struct page *page,
				 dma_addr_t dma_addr, enum dma_data_direction dir)
{
	struct kunit_dma_record given = {
		.kind = KUNIT_DMA_PAGES,
		.call = {
			.dev = dev, .size = size, .cpu_addr = page_address(page),
			.dma_addr = dma_addr, .dir = dir,
		},
	};

	kunit_dma_put(&given);
}

static struct page **kunit_dma_list_pages(struct kunit_dma_record *record)
{
	size_t i, nr = PFN_DOWN(record->len);
	struct page **pages = kmalloc_array(nr, sizeof(*pages), GFP_ATOMIC);
	void *page;

	for (i = 0; pages && i < nr; i++) {
		page = record->mem ? record->mem + (i << PAGE_SHIFT) : kunit_dma_hw_mem(record, i);
		if (!page) {
			kfree(pages);
			return NULL;
		}
		pages[i] = is_vmalloc_addr(page) ? vmalloc_to_page(page) : virt_to_page(page);
	}
	return pages;
}

/* The pages of a coherent buffer, to be freed by kfree(), or an ERR_PTR(). */
static struct page **kunit_dma_cpu_pages(struct device *dev, const char *what, void *cpu_addr,
					 dma_addr_t dma_addr, size_t size)
{
	struct kunit_dma_stack caller = {};
	struct kunit_dma_record *record;
	struct page **pages = ERR_PTR(-ENXIO);
	struct kunit_dma_mock *mock;
	unsigned long flags;

	kunit_dma_save_stack(&caller);
	spin_lock_irqsave(&kunit_dma_lock, flags);
	mock = kunit_dma_mock(dev);
	if (mock) {
		record = kunit_dma_floor(mock, dma_addr);
		if (record && record->kind == KUNIT_DMA_COHERENT && record->call.dev == dev &&
		    record->call.dma_addr == dma_addr && record->call.cpu_addr == cpu_addr &&
		    size && size <= record->len)
			pages = kunit_dma_list_pages(record) ?: ERR_PTR(-ENOMEM);
		else
			kunit_dma_error(mock, record, &caller,
					"%s of %zu bytes at DMA address %pad: no dma_alloc_attrs() returned that",
					what, size, &dma_addr);
	}
	spin_unlock_irqrestore(&kunit_dma_lock, flags);

	if (!mock)
		kunit_dma_orphaned(dev, what);
	return pages;
}

static int kunit_dma_mmap(struct device *dev, struct vm_area_struct *vma, void *cpu_addr,
			  dma_addr_t dma_addr, size_t size, unsigned long attrs)
{
	struct page **pages;
	int ret;

	pages = kunit_dma_cpu_pages(dev, "dma_mmap_attrs()", cpu_addr, dma_addr, size);
	if (IS_ERR(pages))
		return PTR_ERR(pages);
	ret = vm_map_pages(vma, pages, PFN_UP(size));
	kfree(pages);
	return ret;
}

static int kunit_dma_get_sgtable(struct device *dev, struct sg_table *sgt, void *cpu_addr,
				 dma_addr_t dma_addr, size_t size, unsigned long attrs)
{
	struct page **pages;
	int ret;

	pages = kunit_dma_cpu_pages(dev, "dma_get_sgtable()", cpu_addr, dma_addr, size);
	if (IS_ERR(pages))
		return PTR_ERR(pages);
	ret = sg_alloc_table_from_pages(sgt, pages, PFN_UP(size), 0, PAGE_ALIGN(size), GFP_KERNEL);
	kfree(pages);
	return ret;
}

static dma_addr_t kunit_dma_map(struct device *dev, enum kunit_dma_kind kind, phys_addr_t phys,
				size_t size, enum dma_data_direction dir, unsigned long attrs)
{
	struct kunit_dma_record *record;
	dma_addr_t dma_addr;
	bool ok = true;

	/* Mappings come and go in any context. */
	record = kunit_dma_new(dev, kind, size, offset_in_page(phys), dir, GFP_NOWAIT, attrs);
	/* Registers are not memory that could be copied, nor is anything that has no page. */
	if (record && kind == KUNIT_DMA_MAP && pfn_valid(PHYS_PFN(phys))) {
		ok = kunit_dma_alloc_pages_of(record, GFP_NOWAIT);
		if (ok) {
			kunit_dma_set_cpu_pages(record, 0, phys, size);
			kunit_dma_bounce_map(record);
		}
	}
	kunit_dma_get(dev, record, kind, ok, *dev->dma_mask, &dma_addr);
	return dma_addr;
}

static void kunit_dma_unmap(struct device *dev, enum kunit_dma_kind kind, dma_addr_t dma_addr,
			    size_t size, unsigned int nents, enum dma_data_direction dir,
			    unsigned long attrs)
{
	struct kunit_dma_record given = {
		.kind = kind,
		.nents = nents,
		.call = {
			.dev = dev, .size = size, .dma_addr = dma_addr, .attrs = attrs, .dir = dir,
		},
	};

	kunit_dma_put(&given);
}

static dma_addr_t kunit_dma_map_phys(struct device *dev, phys_addr_t phys, size_t size,
				     enum dma_data_direction dir, unsigned long attrs)
{
	return kunit_dma_map(dev, attrs & DMA_ATTR_MMIO ? KUNIT_DMA_RESOURCE : KUNIT_DMA_MAP, phys,
			     size, dir, attrs);
}

static void kunit_dma_unmap_phys(struct device *dev, dma_addr_t dma_addr, size_t size,
				 enum dma_data_direction dir, unsigned long attrs)
{
	kunit_dma_unmap(dev, attrs & DMA_ATTR_MMIO ? KUNIT_DMA_RESOURCE : KUNIT_DMA_MAP, dma_addr,
			size, 0, dir, attrs);
}

/* Unmaps the DMA segments of a list, of which the first is said to have @nents entries. */
static void kunit_dma_unmap_sg(struct device *dev, struct scatterlist *sgl, int nents,
			       enum dma_data_direction dir, unsigned long attrs)
{
	struct scatterlist *sg;
	int i;

	for_each_sg(sgl, sg, nents, i) {
		if (i && sg_dma_address(sg) == DMA_MAPPING_ERROR)
			break;
		kunit_dma_unmap(dev, KUNIT_DMA_SG, sg_dma_address(sg), sg_dma_len(sg),
				i ? 0 : nents, dir, attrs);
	}
}

/* Whether a segment that begins with this entry crosses a boundary, which all are aligned to. */
static bool kunit_dma_crosses(struct scatterlist *sg, size_t size, unsigned long boundary)
{
	return size && (offset_in_page(sg->offset) + size - 1) & ~boundary;
}

/* An entry that the driver promised the device, by its parameters, would not be given. */
static void kunit_dma_check_segment(struct device *dev, struct scatterlist *sg)
{
	unsigned long boundary = dma_get_seg_boundary(dev);
	unsigned int max = dma_get_max_seg_size(dev);
	struct kunit_dma_stack caller = {};
	struct kunit_dma_mock *mock;
	unsigned long flags;

	if (sg->length <= max && !kunit_dma_crosses(sg, sg->length, boundary))
		return;

	kunit_dma_save_stack(&caller);
	spin_lock_irqsave(&kunit_dma_lock, flags);
	mock = kunit_dma_mock(dev);
	if (mock)
		kunit_dma_error(mock, NULL, &caller,
				"dma_map_sg(): entry of %u bytes, but the device takes %u, and none across %#lx",
				sg->length, max, boundary);
	spin_unlock_irqrestore(&kunit_dma_lock, flags);
}

static size_t kunit_dma_max_mapping_size(struct device *dev)
{
	size_t size = SIZE_MAX;
	struct kunit_dma_mock *mock;
	unsigned long flags;

	spin_lock_irqsave(&kunit_dma_lock, flags);
	mock = kunit_dma_mock(dev);
	if (mock)
		size = mock->dma.max_mapping_size;
	spin_unlock_irqrestore(&kunit_dma_lock, flags);
	return size;
}

/* How many entries are one DMA segment, by the rules of an IOMMU. */
static int kunit_dma_segment(struct device *dev, struct scatterlist *sg, int nents, size_t *size)
{
	unsigned long boundary = dma_get_seg_boundary(dev);
	size_t max = min(dma_get_max_seg_size(dev), kunit_dma_max_mapping_size(dev));
	struct scatterlist *first = sg;
	int n = 1;

	*size = sg->length;
	while (n < nents && *size && PAGE_ALIGNED(sg->offset + sg->length)) {
		sg = sg_next(sg);
		if (!PAGE_ALIGNED(sg->offset) || *size + sg->length > max ||
		    kunit_dma_crosses(first, *size + sg->length, boundary))
			break;
		*size += sg->length;
		n++;
	}
	return n;
}

static int kunit_dma_map_sg(struct device *dev, struct scatterlist *sgl, int nents,
			    enum dma_data_direction dir, unsigned long attrs)
{
	struct scatterlist *sg, *segment = sgl, *at = sgl;
	unsigned int nth, segments = 0;
	struct kunit_dma_record *record;
	int i, n, done = 0;
	dma_addr_t dma_addr;
	size_t size;
	bool ok;

	for_each_sg(sgl, sg, nents, i) {
		kunit_dma_check_segment(dev, sg);
		sg_dma_len(sg) = 0;
		sg_dma_address(sg) = DMA_MAPPING_ERROR;
	}

	for (; done < nents; done += n) {
		n = kunit_dma_segment(dev, at, nents - done, &size);
		record = kunit_dma_new(dev, KUNIT_DMA_SG, size, offset_in_page(at->offset), dir,
				       GFP_NOWAIT, attrs);
		ok = record && kunit_dma_alloc_pages_of(record, GFP_NOWAIT);
		for (i = 0, nth = 0; i < n; i++, at = sg_next(at)) {
			if (ok)
				kunit_dma_set_cpu_pages(record, nth, sg_phys(at), at->length);
			nth += PFN_UP(at->length);
		}
		if (ok) {
			record->nents = segments ? 0 : nents;
			kunit_dma_bounce_map(record);
		}
		kunit_dma_get(dev, record, KUNIT_DMA_SG, ok, *dev->dma_mask, &dma_addr);
		if (dma_addr == DMA_MAPPING_ERROR) {
			if (segments)
				kunit_dma_unmap_sg(dev, sgl, nents, dir, attrs);
			return -ENOMEM;
		}
		sg_dma_address(segment) = dma_addr;
		sg_dma_len(segment) = size;
		segment = sg_next(segment);
		segments++;
	}
	return segments;
}

static void kunit_dma_sync_single_for_cpu(struct device *dev, dma_addr_t addr, size_t size,
					  enum dma_data_direction dir)
{
	kunit_dma_sync(dev, addr, size, 0, dir, true);
}

static void kunit_dma_sync_single_for_device(struct device *dev, dma_addr_t addr, size_t size,
					     enum dma_data_direction dir)
{
	kunit_dma_sync(dev, addr, size, 0, dir, false);
}

static void kunit_dma_sync_sg(struct device *dev, struct scatterlist *sgl, int nents,
			      enum dma_data_direction dir, bool for_cpu)
{
	struct scatterlist *sg;
	int i;

	for_each_sg(sgl, sg, nents, i) {
		if (i && sg_dma_address(sg) == DMA_MAPPING_ERROR)
			break;
		kunit_dma_sync(dev, sg_dma_address(sg), sg_dma_len(sg), i ? 0 : nents, dir,
			       for_cpu);
	}
}

static void kunit_dma_sync_sg_for_cpu(struct device *dev, struct scatterlist *sgl, int nents,
				      enum dma_data_direction dir)
{
	kunit_dma_sync_sg(dev, sgl, nents, dir, true);
}

static void kunit_dma_sync_sg_for_device(struct device *dev, struct scatterlist *sgl, int nents,
					 enum dma_data_direction dir)
{
	kunit_dma_sync_sg(dev, sgl, nents, dir, false);
}

/* No device is that narrow: the driver has given the number of bits, or none. */
static int kunit_dma_supported(struct device *dev, u64 mask)
{
	return mask >= DMA_BIT_MASK(16);
}

static const struct dma_map_ops kunit_dma_ops = {
	.alloc		= kunit_dma_alloc,
	.free		= kunit_dma_free,
	.alloc_pages_op	= kunit_dma_alloc_pages,
	.free_pages	= kunit_dma_free_pages,
	.mmap		= kunit_dma_mmap,
	.get_sgtable	= kunit_dma_get_sgtable,
	.dma_supported	= kunit_dma_supported,
	.max_mapping_size	= kunit_dma_max_mapping_size,
	.map_phys	= kunit_dma_map_phys,
	.unmap_phys	= kunit_dma_unmap_phys,
	.map_sg		= kunit_dma_map_sg,
	.unmap_sg	= kunit_dma_unmap_sg,
	.sync_single_for_cpu	= kunit_dma_sync_single_for_cpu,
	.sync_single_for_device	= kunit_dma_sync_single_for_device,
	.sync_sg_for_cpu	= kunit_dma_sync_sg_for_cpu,
	.sync_sg_for_device	= kunit_dma_sync_sg_for_device,
};

/* --- what tests call --- */

static bool kunit_dma_has_live(struct kunit_dma_mock *mock, struct device *dev)
{
	struct rb_node *node;

	for (node = rb_first(&mock->live); node; node = rb_next(node)) {
		if (by_addr(node)->call.dev == dev)
			return true;
	}
	return false;
}

/*
 * Gives a device back, with the ops and masks that it had. One that nobody else holds is released
 * now, while its managed buffers can still be freed. Where a driver has something left that it may
 * want to free later, our ops stay, which will find no mock, and this module stays with them.
 */
static void kunit_dma_detach(struct kunit_dma_attachment *att)
{
	struct device *dev = att->dev;
	bool last = kref_read(&dev->kobj.kref) == 1;
	unsigned long flags;

	if (last)
		put_device(dev);

	spin_lock_irqsave(&kunit_dma_lock, flags);
	list_del(&att->node);
	if (!last && kunit_dma_has_live(att->mock, dev)) {
		__module_get(THIS_MODULE);
	} else if (!last) {
		set_dma_ops(dev, att->old_ops);
		dev->dma_mask = att->old_dma_mask;
		if (dev->dma_mask)
			*dev->dma_mask = att->old_mask;
		dev->coherent_dma_mask = att->old_coherent_mask;
	}
	spin_unlock_irqrestore(&kunit_dma_lock, flags);

	if (!last)
		put_device(dev);
	kfree(att);
}

static struct kunit_dma_attachment *kunit_dma_any_attachment(struct kunit_dma_mock *mock)
{
	struct kunit_dma_attachment *att, *found = NULL;
	unsigned long flags;

	spin_lock_irqsave(&kunit_dma_lock, flags);
	list_for_each_entry(att, &kunit_dma_attachments, node) {
		if (att->mock == mock)
			found = att;
	}
	spin_unlock_irqrestore(&kunit_dma_lock, flags);
	return found;
}

/*
 * Why the data may be wrong that the test saw. It is no error: a driver may give a buffer back, or
 * unmap it, without a look at it.
 */
static void kunit_dma_explain(struct kunit_dma_mock *mock)
{
	struct kunit_dma_record *record;
	struct rb_node *node;
	struct seq_buf s;

	for (node = rb_first(&mock->all); node; node = rb_next(node)) {
		record = by_nr(node);
		if (!record->missed)
			continue;
		seq_buf_init(&s, mock->dma.error, sizeof(mock->dma.error));
		seq_buf_printf(&s,
			       "%s (call %u): what the device has written did not reach the CPU, without dma_sync_*_for_cpu()",
			       kunit_dma_names[record->kind].get, record->call.nr);
		kunit_dma_append_record(&s, record);
		kunit_err(mock->test, "%s\n", mock->dma.error);
		return;
	}
}

static void kunit_dma_destroy(void *data)
{
	struct kunit_dma_mock *mock = data;
	struct kunit_dma_record *record, *next;
	struct kunit_dma_attachment *att;
	struct rb_node *node;
	unsigned int i;
	bool failed = kunit_dma_failed(mock);

	while ((att = kunit_dma_any_attachment(mock)))
		kunit_dma_detach(att);

	for (node = rb_first(&mock->live); node; node = rb_next(node)) {
		record = by_addr(node);
		record->missed |= record->unseen && failed;
		kunit_dma_error(mock, record, NULL,
				"%s (call %u): %zu bytes at DMA address %pad, never %s",
				kunit_dma_names[record->kind].get, record->call.nr,
				record->call.size, &record->call.dma_addr,
				kunit_dma_is_alloc(record->kind) ? "freed" : "unmapped");
		kunit_dma_release(record);
	}

	for (i = 0; i < min(mock->dma.errors, KUNIT_DMA_MESSAGES); i++)
		kunit_err(mock->test, "%s\n", mock->messages[i]);
	if (mock->dma.errors > i)
		kunit_err(mock->test, "... and %u more errors\n", mock->dma.errors - i);
	if (kunit_dma_failed(mock))
		kunit_dma_explain(mock);

	rbtree_postorder_for_each_entry_safe(record, next, &mock->all, by_nr)
		kfree(record);
}

/**
 * kunit_dma_create() - Create mock DMA ops
 * @test: The test context, which must be running: not one of a ``param_init`` function, whose
 *	  failure KUnit would not see
 *
 * They last until @test ends. What is allocated or mapped at that time fails the test. Create them
 * before the devices that they are attached to, since KUnit takes things down in reverse order:
 * drivers are then unbound, and managed buffers freed, before that check.
 *
 * Context: Process context, in the thread of a test.
 * Return: The mock DMA ops, or an ERR_PTR(): %-ENOMEM, or %-EINVAL if no test is running.
 */
struct kunit_dma *kunit_dma_create(struct kunit *test)
{
	struct kunit_dma_mock *mock;
	int ret;

	if (!kunit_get_current_test())
		return ERR_PTR(-EINVAL);

	mock = kunit_kzalloc(test, sizeof(*mock), GFP_KERNEL);
	if (!mock)
		return ERR_PTR(-ENOMEM);

	mock->test = test;
	mock->dma.max_mapping_size = SIZE_MAX;

	ret = kunit_add_action(test, kunit_dma_destroy, mock);
	if (ret)
		return ERR_PTR(ret);

	return &mock->dma;
}
EXPORT_SYMBOL_GPL(kunit_dma_create);

/**
 * kunit_dma_attach() - Put mock DMA ops under a device
 * @dma: The mock DMA ops
 * @dev: A device that has not been used for DMA yet, for example one of
 *	 kunit_platform_device_alloc() before it is added
 *
 * From now on all DMA of @dev goes to @dma, until the test ends. Then @dev gets back the DMA ops
 * and masks that it had before; DMA that happens later is reported, and does nothing, if something
 * was left allocated or mapped. Several devices may share @dma. A device without a DMA mask is
 * given one of 32 bits. Some buses set up DMA anew when a driver is bound: attach such a device
 * from the driver's probe callback. Attach devices that are probed as they appear from a notifier
 * for %BUS_NOTIFY_ADD_DEVICE.
 *
 * Context: Process context.
 * Return:
 * * 0 - all DMA of @dev goes to @dma.
 * * %-EBUSY - @dev is attached to other mock DMA ops, or is behind an IOMMU, where the DMA layer
 *   would not call them.
 * * %-ENOMEM - there is no memory for it.
 */
int kunit_dma_attach(struct kunit_dma *dma, struct device *dev)
{
	struct kunit_dma_mock *mock = to_mock(dma), *old;
	struct kunit_dma_attachment *att;
	unsigned long flags;

	if (use_dma_iommu(dev))
		return -EBUSY;

	att = kzalloc_obj(*att);
	if (!att)
		return -ENOMEM;

	spin_lock_irqsave(&kunit_dma_lock, flags);
	old = kunit_dma_mock(dev);
	if (!old) {
		att->mock = mock;
		att->dev = get_device(dev);
		att->old_ops = dev->dma_ops;
		att->old_dma_mask = dev->dma_mask;
		att->old_mask = dev->dma_mask ? *dev->dma_mask : 0;
		att->old_coherent_mask = dev->coherent_dma_mask;
		list_add(&att->node, &kunit_dma_attachments);
	}
	spin_unlock_irqrestore(&kunit_dma_lock, flags);

	if (old) {
		kfree(att);
		if (old != mock)
			return -EBUSY;
	}
	if (!dev->dma_mask)
		dev->dma_mask = &dev->coherent_dma_mask;
	if (!dev->coherent_dma_mask)
		dev->coherent_dma_mask = DMA_BIT_MASK(32);
	set_dma_ops(dev, &kunit_dma_ops);
	/* Or the DMA layer would not ask for syncs. */
	dma_reset_need_sync(dev);
	return 0;
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
 * Return: The device, or an ERR_PTR() as kunit_device_register() or kunit_dma_attach() returns.
 */
struct device *kunit_dma_device_register(struct kunit_dma *dma, const char *name)
{
	struct device *dev = kunit_device_register(to_mock(dma)->test, name);
	int ret;

	if (IS_ERR(dev))
		return dev;
	ret = kunit_dma_attach(dma, dev);
	return ret ? ERR_PTR(ret) : dev;
}
EXPORT_SYMBOL_GPL(kunit_dma_device_register);

/**
 * kunit_dma_platform_device_add() - Add a platform device whose DMA ops are a mock
 * @dma: The mock DMA ops
 * @name: Name of the device, by which drivers match
 *
 * The device is one of kunit_platform_device_alloc(), and gone when the test has ended. Its DMA
 * masks are 32 bits wide.
 *
 * Context: Process context.
 * Return: The device, or an ERR_PTR(): %-ENOMEM, or as platform_device_add() or kunit_dma_attach()
 *	   returns.
 */
struct platform_device *kunit_dma_platform_device_add(struct kunit_dma *dma, const char *name)
{
	struct kunit *test = to_mock(dma)->test;
	struct platform_device *pdev;
	int ret;

	pdev = kunit_platform_device_alloc(test, name, PLATFORM_DEVID_NONE);
	if (!pdev)
		return ERR_PTR(-ENOMEM);
	ret = kunit_dma_attach(dma, &pdev->dev);
	if (!ret)
		ret = kunit_platform_device_add(test, pdev);
	return ret ? ERR_PTR(ret) : pdev;
}
EXPORT_SYMBOL_GPL(kunit_dma_platform_device_add);

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

	spin_lock_irqsave(&kunit_dma_lock, flags);
	to_mock(dma)->fail_call = dma->calls + nth;
	spin_unlock_irqrestore(&kunit_dma_lock, flags);
}
EXPORT_SYMBOL_GPL(kunit_dma_fail_nth);

static int kunit_dma_cmp_nr(const void *nr, const struct rb_node *node)
{
	unsigned int a = *(const unsigned int *)nr;
	unsigned int b = rb_entry(node, struct kunit_dma_record, by_nr)->call.nr;

	return (a > b) - (a < b);
}

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
	struct kunit_dma_record *record;
	unsigned long flags;

	spin_lock_irqsave(&kunit_dma_lock, flags);
	record = by_nr(rb_find(&nr, &to_mock(dma)->all, kunit_dma_cmp_nr));
	spin_unlock_irqrestore(&kunit_dma_lock, flags);

	return record ? &record->call : NULL;
}
EXPORT_SYMBOL_GPL(kunit_dma_nth_call);

/**
 * kunit_dma_lookup() - Look up what a DMA address belongs to
 * @dev: The device that the address was given to
 * @addr: DMA address, as it was written to a register or descriptor
 * @len: Length in bytes of what is there
 *
 * Nothing fails if there is nothing. See kunit_dma_dev_read() for an access.
 *
 * Context: Any context.
 * Return: The allocation or mapping that holds all of it, valid until the test ends, or %NULL.
 */
const struct kunit_dma_call *kunit_dma_lookup(struct device *dev, dma_addr_t addr, size_t len)
{
	struct kunit_dma_record *record = NULL;
	struct kunit_dma_mock *mock;
	unsigned long flags;

	spin_lock_irqsave(&kunit_dma_lock, flags);
	mock = kunit_dma_mock(dev);
	if (mock)
		record = kunit_dma_holding(mock, dev, addr, len);
	spin_unlock_irqrestore(&kunit_dma_lock, flags);

	return record ? &record->call : NULL;
}
EXPORT_SYMBOL_GPL(kunit_dma_lookup);

/**
 * kunit_dma_dev_read() - Read as the hardware does
 * @dev: The device that reads
 * @addr: DMA address
 * @to: Where the data go
 * @len: How many bytes
 *
 * Reads what the hardware would read: a coherent buffer, or for a mapping, what the CPU last gave
 * away by mapping or by dma_sync_*_for_device(). The test fails if the CPU has other data there by
 * now, unless the hardware has written to that mapping. An access that an IOMMU would not let
 * through fails the test, too, with a message that names what is mapped there or nearby, and @to is
 * filled with 0xff.
 *
 * Context: Any context.
 * Return: 0, or
 * * %-EFAULT: all these bytes are not within one buffer or mapping of @dev,
 * * %-EPERM: it is mapped for writing only,
 * * %-EOPNOTSUPP: it is mapped, but no memory, and the test has not failed.
 */
int kunit_dma_dev_read(struct device *dev, dma_addr_t addr, void *to, size_t len)
{
	int ret = kunit_dma_dev_access(dev, addr, to, len, false);

	if (ret)
		memset(to, 0xff, len);
	return ret;
}
EXPORT_SYMBOL_GPL(kunit_dma_dev_read);

/**
 * kunit_dma_dev_write() - Write as the hardware does
 * @dev: The device that writes
 * @addr: DMA address
 * @from: The data
 * @len: How many bytes
 *
 * The CPU sees what is written to a coherent buffer at once, and what is written to a mapping after
 * dma_sync_*_for_cpu() or after it has been unmapped. An access that an IOMMU would not let through
 * fails the test, with a message that names what is mapped there or nearby, and writes nothing.
 *
 * Context: Any context.
 * Return: 0, or
 * * %-EFAULT: all these bytes are not within one buffer or mapping of @dev,
 * * %-EPERM: it is mapped for reading only,
 * * %-EOPNOTSUPP: it is mapped, but no memory, and the test has not failed,
 * * %-ENOMEM: there was no memory to keep what is written to a buffer without a kernel mapping.
 */
int kunit_dma_dev_write(struct device *dev, dma_addr_t addr, const void *from, size_t len)
{
	return kunit_dma_dev_access(dev, addr, (void *)from, len, true);
}
EXPORT_SYMBOL_GPL(kunit_dma_dev_write);

MODULE_DESCRIPTION("KUnit DMA device: mock DMA ops that check the DMA contract");
MODULE_LICENSE("GPL");
