/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Debugging of DMA-coherent handles on a kernel whose dma-debug doesn't see their buffers
 *
 * "make modules DEBUG=1": a list of all buffers, by which double frees, and what a driver leaves
 * when it is unbound, are reported.
 */
#ifndef _COHERENT_HANDLE_STOCK_DEBUG_H
#define _COHERENT_HANDLE_STOCK_DEBUG_H

#include <linux/device.h>
#include <linux/jiffies.h>
#include <linux/list.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/stacktrace.h>
#include <linux/workqueue.h>

struct stock_buffer {
	struct list_head node;
	struct device *dev;		/* to which its handle has a reference */
	void *cookie;
	dma_addr_t dma_addr;
	size_t size;
	unsigned long deadline;		/* since the driver has gone, or 0 */
	bool reported;
	char stack[640];		/* of the allocation, while the driver is there to be named */
};

static LIST_HEAD(stock_buffers);
static DEFINE_SPINLOCK(stock_lock);	/* protects the list */
static bool stock_incomplete;		/* there was no memory for an entry */

static void stock_report_leak(struct stock_buffer *buffer)
{
	dev_err(buffer->dev, "DMA buffer lost: %zu bytes at %pad were not freed, allocated at:\n%s",
		buffer->size, &buffer->dma_addr, buffer->stack);
}

static void stock_look_for_leaks(struct work_struct *work)
{
	struct stock_buffer *buffer;
	unsigned long flags;

	spin_lock_irqsave(&stock_lock, flags);
	list_for_each_entry(buffer, &stock_buffers, node) {
		if (buffer->deadline && !buffer->reported &&
		    time_before(jiffies, buffer->deadline)) {
			schedule_delayed_work(to_delayed_work(work), HZ);
		} else if (buffer->deadline && !buffer->reported) {
			buffer->reported = true;
			stock_report_leak(buffer);
		}
	}
	spin_unlock_irqrestore(&stock_lock, flags);
}

static DECLARE_DELAYED_WORK(stock_work, stock_look_for_leaks);

/*
 * A driver is unbound, or its probe has failed. What other managed resources free is still there,
 * so that it is too early to look.
 */
static void stock_unbind(struct device *dev, void *res)
{
	struct stock_buffer *buffer;
	unsigned long flags;

	spin_lock_irqsave(&stock_lock, flags);
	list_for_each_entry(buffer, &stock_buffers, node)
		if (buffer->dev == dev && !buffer->deadline)
			buffer->deadline = (jiffies + HZ / 2) | 1;
	spin_unlock_irqrestore(&stock_lock, flags);
	schedule_delayed_work(&stock_work, HZ);
}

static void *stock_debug_alloc_attrs(struct device *dev, size_t size, dma_addr_t *dma_addr,
				     gfp_t gfp, unsigned long attrs)
{
	void *cookie = stock_alloc_attrs(dev, size, dma_addr, gfp, attrs);
	struct stock_buffer *buffer;
	unsigned long flags;
#ifdef CONFIG_STACKTRACE
	unsigned long entries[8];
#endif
	void *res;

	if (!cookie)
		return NULL;

	gfp &= ~(GFP_ZONEMASK | __GFP_ZERO);
	buffer = kzalloc(sizeof(*buffer), gfp);
	if (!buffer) {
		stock_incomplete = true;
		return cookie;
	}
	buffer->dev = dev;
	buffer->cookie = cookie;
	buffer->dma_addr = *dma_addr;
	buffer->size = size;
#ifdef CONFIG_STACKTRACE
	stack_trace_snprint(buffer->stack, sizeof(buffer->stack), entries,
			    stack_trace_save(entries, ARRAY_SIZE(entries), 1), 2);
#endif
	spin_lock_irqsave(&stock_lock, flags);
	list_add(&buffer->node, &stock_buffers);
	spin_unlock_irqrestore(&stock_lock, flags);

	if (dev->driver && !devres_find(dev, stock_unbind, NULL, NULL)) {
		res = devres_alloc(stock_unbind, 0, gfp);
		if (res)
			devres_add(dev, res);
	}
	return cookie;
}

static void stock_debug_free_attrs(struct device *dev, size_t size, void *cookie,
				   dma_addr_t dma_addr, unsigned long attrs)
{
	struct stock_buffer *buffer, *found = NULL;
	unsigned long flags;

	spin_lock_irqsave(&stock_lock, flags);
	list_for_each_entry(buffer, &stock_buffers, node)
		if (buffer->dev == dev && buffer->cookie == cookie && buffer->size == size)
			found = buffer;
	if (found)
		list_del(&found->node);
	spin_unlock_irqrestore(&stock_lock, flags);

	if (!WARN(!found && !stock_incomplete, "DMA buffer not freed: it was freed before\n"))
		dma_free_attrs(dev, size, cookie, dma_addr, attrs);
	else
		get_device(dev);	/* for the reference that the handle drops */
	kfree(found);
}

static void __exit stock_debug_exit(void)
{
	struct stock_buffer *buffer, *next;

	cancel_delayed_work_sync(&stock_work);
	list_for_each_entry_safe(buffer, next, &stock_buffers, node) {
		if (!buffer->reported)
			stock_report_leak(buffer);
		kfree(buffer);
	}
}
module_exit(stock_debug_exit);

#define dma_free_attrs	stock_debug_free_attrs

#endif /* _COHERENT_HANDLE_STOCK_DEBUG_H */
