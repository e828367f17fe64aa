// SPDX-License-Identifier: GPL-2.0
/*
 * Debugging of DMA-coherent handles: every buffer is on record, and misuse is reported.
 *
 * DMA_API_DEBUG can't do it. On most 64-bit machines the cookie of a buffer without a kernel
 * mapping isn't an address that it knows, and it doesn't see handles anyway.
 *
 * A record knows where its handle is: its home. That is how a copy is told from the original. The
 * home is known from the allocation until dma_coherent_handle_take() moves the buffer out, and not
 * after that.
 */
#include <linux/array_size.h>
#include <linux/compiler.h>
#include <linux/debugfs.h>
#include <linux/device.h>
#include <linux/dma-coherent-handle.h>
#include <linux/export.h>
#include <linux/gfp.h>
#include <linux/hash.h>
#include <linux/hashtable.h>
#include <linux/init.h>
#include <linux/jiffies.h>
#include <linux/kmemleak.h>
#include <linux/list.h>
#include <linux/notifier.h>
#include <linux/printk.h>
#include <linux/seq_buf.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/sprintf.h>
#include <linux/stackdepot.h>
#include <linux/stacktrace.h>
#include <linux/workqueue.h>

#include <kunit/static_stub.h>
#include <kunit/visibility.h>

#include "coherent_handle.h"

#define STACK_FRAMES		16
#define FREED_MAX		256	/* how many of the buffers that were freed are remembered */
#define LEAKS_SHOWN		4	/* of one driver, in one report */
#define REPORT_SIZE		8192

/* A buffer: one that is there, or one of the latest that were freed. */
struct coherent_handle_record {
	struct hlist_node by_buffer;		/* in live_by_buffer, until it is freed */
	struct hlist_node by_home;		/* in live_by_home, while the home is known */
	struct list_head freed;			/* in freed_list, once it is freed */
	struct dma_coherent_handle buffer;	/* what the handle ought to hold */
	struct dma_coherent_handle *home;
	bool bound;				/* a driver was, when it was allocated */
	char device[64];
	u64 born;				/* in jiffies */
	depot_stack_handle_t alloc_stack;
	depot_stack_handle_t free_stack;
	bool left_behind;			/* the driver has gone */
	bool forgotten;				/* ... as it may: dma_coherent_handle_forget() */
};

/* A bus whose drivers are watched, so that what they leave behind is noticed. */
struct coherent_handle_bus {
	struct list_head node;
	const struct bus_type *bus;
	struct notifier_block nb;
	bool registered;
};

/* Raw, since a handle may be moved in any context. Protects all that follows. */
static DEFINE_RAW_SPINLOCK(records_lock);
static DEFINE_HASHTABLE(live_by_buffer, 12);
static DEFINE_HASHTABLE(live_by_home, 12);
static LIST_HEAD(freed_list);
static unsigned int nr_freed;
static LIST_HEAD(buses);

static u32 buffer_key(const struct dma_coherent_handle *handle)
{
	u64 dev = (unsigned long)coherent_handle_dev(handle);

	return hash_64(dev ^ dma_coherent_handle_dma_addr(handle), 32);
}

static bool same_buffer(const struct dma_coherent_handle *a, const struct dma_coherent_handle *b)
{
	return coherent_handle_dev(a) == coherent_handle_dev(b) &&
	       coherent_handle_cookie(a) == coherent_handle_cookie(b) &&
	       dma_coherent_handle_dma_addr(a) == dma_coherent_handle_dma_addr(b) &&
	       dma_coherent_handle_size(a) == dma_coherent_handle_size(b) &&
	       coherent_handle_attrs(a) == coherent_handle_attrs(b);
}

static struct coherent_handle_record *find_buffer(const struct dma_coherent_handle *handle)
{
	struct coherent_handle_record *rec;

	hash_for_each_possible(live_by_buffer, rec, by_buffer, buffer_key(handle))
		if (same_buffer(&rec->buffer, handle))
			return rec;
	return NULL;
}

static struct coherent_handle_record *find_home(const struct dma_coherent_handle *handle)
{
	struct coherent_handle_record *rec;

	hash_for_each_possible(live_by_home, rec, by_home, (unsigned long)handle)
		if (rec->home == handle)
			return rec;
	return NULL;
}

static struct coherent_handle_record *find_freed(const struct dma_coherent_handle *handle)
{
	struct coherent_handle_record *rec;

	/* The latest: the same memory may have been somebody's before. */
	list_for_each_entry_reverse(rec, &freed_list, freed)
		if (same_buffer(&rec->buffer, handle))
			return rec;
	return NULL;
}

static void leave_home(struct coherent_handle_record *rec)
{
	hash_del(&rec->by_home);
	rec->home = NULL;
}

static noinline depot_stack_handle_t save_stack(gfp_t gfp)
{
	unsigned long entries[STACK_FRAMES];
	unsigned int n;

	/* Without this function and its caller, which are the same each time. */
	n = stack_trace_save(entries, ARRAY_SIZE(entries), 2);
	return stack_depot_save(entries, n, gfp);
}

/* A stack is 0 if there was no memory for it, or none yet. */
static void print_stack(struct seq_buf *s, const char *what, depot_stack_handle_t stack)
{
	unsigned long *entries;
	unsigned int i, n;

	if (!stack)
		return;

	n = stack_depot_fetch(stack, &entries);
	seq_buf_printf(s, "  %s by\n", what);
	for (i = 0; i < n; i++)
		seq_buf_printf(s, "    %pS\n", (void *)entries[i]);
}

static void print_record(struct seq_buf *s, const struct coherent_handle_record *rec)
{
	const struct dma_coherent_handle *buffer = &rec->buffer;
	dma_addr_t dma_addr = dma_coherent_handle_dma_addr(buffer);

	seq_buf_printf(s, "%s: %zu bytes at DMA address %pad, attrs %#lx, %llu ms old%s%s\n",
		       rec->device, dma_coherent_handle_size(buffer), &dma_addr,
		       coherent_handle_attrs(buffer),
		       jiffies64_to_msecs(get_jiffies_64() - rec->born),
		       rec->forgotten ? ", forgotten" : "",
		       rec->left_behind ? ", left behind" : "");
	print_stack(s, "allocated", rec->alloc_stack);
	print_stack(s, "freed", rec->free_stack);
}

/**
 * coherent_handle_debug_report() - report that handles are misused
 * @what: in one line
 * @details: in several, each with its newline; may be %NULL
 */
void coherent_handle_debug_report(const char *what, struct seq_buf *details)
{
	KUNIT_STATIC_STUB_REDIRECT(coherent_handle_debug_report, what, details);

	WARN(1, "DMA-coherent handle: %s\n", what);
	if (details)
		seq_buf_do_printk(details, KERN_WARNING);
}
EXPORT_SYMBOL_IF_KUNIT(coherent_handle_debug_report);

/* Reports misuse of one handle. @rec is a copy, taken while the lock was held. */
static void report_record(const char *what, const struct coherent_handle_record *rec)
{
	char *details = kmalloc(REPORT_SIZE, GFP_ATOMIC | __GFP_NOWARN);
	struct seq_buf s;

	if (!details) {
		coherent_handle_debug_report(what, NULL);
		return;
	}

	seq_buf_init(&s, details, REPORT_SIZE);
	print_record(&s, rec);
	coherent_handle_debug_report(what, &s);
	kfree(details);
}

/*
 * The driver has gone, or the next one comes: nothing that was allocated while a driver was bound
 * may be left.
 */
static void report_left_behind(struct device *dev, const char *when)
{
	struct coherent_handle_record *rec, *shown;
	unsigned int i, n = 0, bucket;
	unsigned long flags;
	struct seq_buf s;
	char *details;
	char what[128];

	shown = kcalloc(LEAKS_SHOWN, sizeof(*shown), GFP_KERNEL);
	details = kmalloc(REPORT_SIZE, GFP_KERNEL);
	if (!shown || !details)
		goto out;

	raw_spin_lock_irqsave(&records_lock, flags);
	hash_for_each(live_by_buffer, bucket, rec, by_buffer) {
		if (coherent_handle_dev(&rec->buffer) != dev || !rec->bound || rec->left_behind ||
		    rec->forgotten)
			continue;
		if (n < LEAKS_SHOWN)
			shown[n] = *rec;
		n++;
		rec->left_behind = true;
	}
	raw_spin_unlock_irqrestore(&records_lock, flags);
	if (!n)
		goto out;

	snprintf(what, sizeof(what), "leak: %u %s not freed when %s", n,
		 n == 1 ? "buffer was" : "buffers were", when);
	seq_buf_init(&s, details, REPORT_SIZE);
	for (i = 0; i < n && i < LEAKS_SHOWN; i++)
		print_record(&s, &shown[i]);
	if (n > LEAKS_SHOWN)
		seq_buf_printf(&s, "... and %u more, see dma_coherent_handle/live in debugfs\n",
			       n - LEAKS_SHOWN);
	coherent_handle_debug_report(what, &s);
out:
	kfree(details);
	kfree(shown);
}

static int coherent_handle_bus_notify(struct notifier_block *nb, unsigned long action, void *data)
{
	if (action == BUS_NOTIFY_UNBOUND_DRIVER)
		report_left_behind(data, "the driver was unbound");
	/*
	 * If probing fails, there is no notification after its managed resources have been freed.
	 * What it has left behind is found before the next attempt, or when the device goes.
	 */
	if (action == BUS_NOTIFY_BIND_DRIVER || action == BUS_NOTIFY_REMOVED_DEVICE)
		report_left_behind(data, "probing failed");
	return NOTIFY_DONE;
}

/* Not where the buffer is allocated, which might be in atomic context, or in a notifier. */
static void watch_buses(struct work_struct *work)
{
	struct coherent_handle_bus *bus;

again:
	raw_spin_lock_irq(&records_lock);
	list_for_each_entry(bus, &buses, node) {
		if (bus->registered)
			continue;
		bus->registered = true;
		raw_spin_unlock_irq(&records_lock);
		bus_register_notifier(bus->bus, &bus->nb);
		goto again;
	}
	raw_spin_unlock_irq(&records_lock);
}

static DECLARE_WORK(watch_buses_work, watch_buses);

static bool is_watched(const struct bus_type *type)
{
	struct coherent_handle_bus *bus;

	list_for_each_entry(bus, &buses, node)
		if (bus->bus == type)
			return true;
	return false;
}

static void watch_bus(const struct bus_type *type, gfp_t gfp)
{
	struct coherent_handle_bus *bus;
	unsigned long flags;
	bool known;

	raw_spin_lock_irqsave(&records_lock, flags);
	known = is_watched(type);
	raw_spin_unlock_irqrestore(&records_lock, flags);
	if (known)
		return;

	/* Without memory, the next allocation tries again. */
	bus = kzalloc_obj(*bus, gfp);
	if (!bus)
		return;
	bus->bus = type;
	bus->nb.notifier_call = coherent_handle_bus_notify;

	/* It may be there by now. Then it is notified twice, and finds nothing to report again. */
	raw_spin_lock_irqsave(&records_lock, flags);
	list_add_tail(&bus->node, &buses);
	raw_spin_unlock_irqrestore(&records_lock, flags);
	schedule_work(&watch_buses_work);
}

/* A handle is about to be filled. Any content will do, unless it is a buffer's home. */
void coherent_handle_debug_overwrite(struct dma_coherent_handle *handle)
{
	struct coherent_handle_record *rec, copy;
	unsigned long flags;
	bool intact;

	raw_spin_lock_irqsave(&records_lock, flags);
	rec = find_home(handle);
	if (rec) {
		copy = *rec;
		intact = same_buffer(&rec->buffer, handle);
		leave_home(rec);
	}
	raw_spin_unlock_irqrestore(&records_lock, flags);

	if (rec)
		report_record(intact ? "alloc into a live handle: its buffer is lost" :
			      "alloc into a live handle that was scribbled over: its buffer is lost",
			      &copy);
}

/* A handle has been filled. Returns false if there is no memory to record it. */
bool coherent_handle_debug_add(struct dma_coherent_handle *handle, gfp_t gfp)
{
	struct device *dev = coherent_handle_dev(handle);
	struct coherent_handle_record *rec;
	unsigned long flags;

	gfp &= ~GFP_ZONEMASK;
	rec = kzalloc_obj(*rec, gfp);
	if (!rec)
		return false;

	rec->buffer = *handle;
	rec->home = handle;
	rec->bound = dev->driver;
	rec->born = get_jiffies_64();
	rec->alloc_stack = save_stack(gfp);
	snprintf(rec->device, sizeof(rec->device), "%s %s", dev_driver_string(dev), dev_name(dev));
	if (dev->bus)
		watch_bus(dev->bus, gfp);
	/* The record points to the handle: to kmemleak it must not look like the driver's data. */
	kmemleak_ignore(rec);

	raw_spin_lock_irqsave(&records_lock, flags);
	hash_add(live_by_buffer, &rec->by_buffer, buffer_key(handle));
	hash_add(live_by_home, &rec->by_home, (unsigned long)handle);
	raw_spin_unlock_irqrestore(&records_lock, flags);
	return true;
}

/* A buffer is freed: its record is kept for a while. Returns one that can be dropped for that. */
static struct coherent_handle_record *retire(struct coherent_handle_record *rec,
					     depot_stack_handle_t stack)
{
	leave_home(rec);
	hash_del(&rec->by_buffer);
	rec->free_stack = stack;
	list_add_tail(&rec->freed, &freed_list);
	if (nr_freed < FREED_MAX) {
		nr_freed++;
		return NULL;
	}

	rec = list_first_entry(&freed_list, struct coherent_handle_record, freed);
	list_del(&rec->freed);
	return rec;
}

/*
 * A handle is about to be freed. Returns false, with the handle empty, if there is nothing to free,
 * or if that must not happen: better to leak a buffer than to free one that is somebody else's.
 */
bool coherent_handle_debug_remove(struct dma_coherent_handle *handle)
{
	bool allocated = dma_coherent_handle_is_allocated(handle);
	struct coherent_handle_record *rec, *old = NULL, copy;
	depot_stack_handle_t stack = 0;
	const char *what = NULL;
	unsigned long flags;
	bool ok = false;

	if (allocated)
		stack = save_stack(GFP_NOWAIT | __GFP_NOWARN);

	raw_spin_lock_irqsave(&records_lock, flags);
	rec = allocated ? find_buffer(handle) : NULL;
	if (rec) {
		if (rec->home && rec->home != handle)
			what = "freed through a copy: the handle was not moved by take";
		else if (rec->left_behind)
			what = "freed after the driver was unbound";
		copy = *rec;
		old = retire(rec, stack);
		ok = true;
		goto unlock;
	}

	rec = find_home(handle);
	if (rec) {
		what = "the struct was scribbled over: its buffer is lost";
		copy = *rec;
		leave_home(rec);
		goto unlock;
	}

	rec = allocated ? find_freed(handle) : NULL;
	if (rec) {
		what = "double free: this is a copy of a handle that was freed";
		copy = *rec;
	}
unlock:
	raw_spin_unlock_irqrestore(&records_lock, flags);
	kfree(old);
	if (!ok)
		*handle = (struct dma_coherent_handle){};

	if (what)
		report_record(what, &copy);
	else if (allocated && !ok)
		coherent_handle_debug_report("free of a handle that was never allocated", NULL);
	return ok;
}

/**
 * dma_coherent_handle_debug_move() - the buffer of a handle moves elsewhere
 * @handle: where it was
 */
void dma_coherent_handle_debug_move(const struct dma_coherent_handle *handle)
{
	struct coherent_handle_record *rec;
	unsigned long flags;

	raw_spin_lock_irqsave(&records_lock, flags);
	rec = find_home(handle);
	if (rec && same_buffer(&rec->buffer, handle))
		leave_home(rec);
	raw_spin_unlock_irqrestore(&records_lock, flags);
}
EXPORT_SYMBOL_GPL(dma_coherent_handle_debug_move);

/* The buffer of a handle is to stay for ever. */
void coherent_handle_debug_forget(struct dma_coherent_handle *handle)
{
	struct coherent_handle_record *rec;
	unsigned long flags;

	raw_spin_lock_irqsave(&records_lock, flags);
	rec = find_buffer(handle);
	if (rec) {
		leave_home(rec);
		rec->forgotten = true;
	}
	raw_spin_unlock_irqrestore(&records_lock, flags);
}

/* dma_coherent_handle/live in debugfs: a hash bucket at a time, so that others get a turn. */
static void *live_start(struct seq_file *m, loff_t *pos)
{
	return *pos < HASH_SIZE(live_by_buffer) ? pos : NULL;
}

static void *live_next(struct seq_file *m, void *v, loff_t *pos)
{
	++*pos;
	return live_start(m, pos);
}

static void live_stop(struct seq_file *m, void *v)
{
}

static int live_show(struct seq_file *m, void *v)
{
	static char text[REPORT_SIZE];
	struct coherent_handle_record *rec;
	struct seq_buf s;

	raw_spin_lock_irq(&records_lock);
	hlist_for_each_entry(rec, &live_by_buffer[*(loff_t *)v], by_buffer) {
		seq_buf_init(&s, text, sizeof(text));
		print_record(&s, rec);
		seq_puts(m, seq_buf_str(&s));
	}
	raw_spin_unlock_irq(&records_lock);
	return 0;
}

static const struct seq_operations live_sops = {
	.start	= live_start,
	.next	= live_next,
	.stop	= live_stop,
	.show	= live_show,
};
DEFINE_SEQ_ATTRIBUTE(live);

/* Before any driver allocates. */
static int __init coherent_handle_debug_stacks(void)
{
	return stack_depot_init();
}
core_initcall(coherent_handle_debug_stacks);

static int __init coherent_handle_debug_init(void)
{
	struct dentry *dir = debugfs_create_dir("dma_coherent_handle", NULL);

	debugfs_create_file("live", 0400, dir, NULL, &live_fops);
	return 0;
}
late_initcall(coherent_handle_debug_init);
