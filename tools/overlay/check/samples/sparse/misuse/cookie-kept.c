// SPDX-License-Identifier: GPL-2.0-only
/* A cookie leaves its handle: stored, compared, printed, passed on. */
#include <linux/dma-coherent-handle.h>
#include <linux/errno.h>
#include <linux/minmax.h>
#include <linux/printk.h>
#include <linux/slab.h>
#include <linux/stddef.h>
#include <linux/types.h>

static __maybe_unused void **where(struct dma_coherent_handle *handle)
{
	return &handle->cookie; /* expect: different modifiers */
}

/* A cookie equals nothing but itself. */
static __maybe_unused bool is_at(struct dma_coherent_handle *handle, const void *vaddr)
{
	return handle->cookie == vaddr; /* expect: noderef */
}

static __maybe_unused unsigned long base(struct dma_coherent_handle *handle)
{
	return (unsigned long)handle->cookie; /* expect: noderef */
}

static __maybe_unused void drop(struct dma_coherent_handle *handle)
{
	kfree(handle->cookie); /* expect: noderef */
}

/* Passed to a function of the driver's. */
static void put_vaddr(void **where, void *vaddr)
{
	*where = vaddr;
}

static __maybe_unused void remember(struct dma_coherent_handle *handle, void **where)
{
	put_vaddr(where, handle->cookie); /* expect: noderef */
}

static __maybe_unused void show(struct dma_coherent_handle *handle)
{
	pr_info("buffer at %p\n", handle->cookie); /* expect: noderef */
}

/* The cookie, returned as if it were an address. */
static __maybe_unused void *vaddr(struct dma_coherent_handle *handle)
{
	return handle->cookie; /* expect: noderef */
}

static __maybe_unused void doorbell(struct dma_coherent_handle *handle)
{
	*(u32 *)handle->cookie = 1; /* expect: noderef */
}

/* Kept for later under a name that lies. */
struct scratch {
	struct dma_coherent_handle handle;
	void *vaddr;
};

static __maybe_unused void remember_store_cookie(struct scratch *scratch)
{
	scratch->vaddr = scratch->handle.cookie; /* expect: noderef */
}

/* dma_coherent_handle_take() moves a buffer. */
static __maybe_unused void exchange(struct dma_coherent_handle *handle, void **other)
{
	swap(handle->cookie, *other); /* expect: noderef */
}

/* dma_coherent_handle_is_allocated() tells. */
static __maybe_unused int start(struct dma_coherent_handle *handle)
{
	if (!handle->cookie) /* expect: noderef */
		return -ENOMEM;
	return 0;
}

/* A handle emptied by hand leaks its buffer. */
static __maybe_unused void drop_write_cookie(struct dma_coherent_handle *handle)
{
	handle->cookie = NULL; /* expect: noderef */
}
