// SPDX-License-Identifier: GPL-2.0-only
/* A cookie is not an address: it is not read, written, nor taken for one. */
#include <linux/dma-coherent-handle.h>
#include <linux/dma-mapping.h>
#include <linux/errno.h>
#include <linux/io.h>
#include <linux/mm.h>
#include <linux/scatterlist.h>
#include <linux/sizes.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/types.h>
#include <linux/uaccess.h>

/* Arithmetic on what may be a struct page. */
static __maybe_unused void *second_half(struct dma_coherent_handle *handle)
{
	return handle->cookie + 2048; /* expect: noderef */
}

static __maybe_unused void start(struct dma_coherent_handle *handle)
{
	writel(1, (void __force __iomem *)handle->cookie); /* expect: noderef */
}

/* It is one only on some machines. */
static __maybe_unused phys_addr_t phys(struct dma_coherent_handle *handle)
{
	return page_to_phys((struct page *)handle->cookie); /* expect: noderef */
}

struct header {
	u32 magic;
};

static __maybe_unused u32 magic(struct dma_coherent_handle *handle)
{
	struct header *header = handle->cookie; /* expect: noderef */

	return header->magic;
}

/* dma_coherent_handle_mmap() shows a buffer to user space. */
static __maybe_unused int dump(struct dma_coherent_handle *handle, void __user *to)
{
	return copy_to_user(to, handle->cookie, SZ_4K) ? -EFAULT : 0; /* expect: noderef */
}

static __maybe_unused u32 first_word(struct dma_coherent_handle *handle)
{
	return *(u32 *)handle->cookie; /* expect: noderef */
}

/* The buffer has a DMA address already. */
static __maybe_unused dma_addr_t map(struct dma_coherent_handle *handle, struct device *dev)
{
	return dma_map_single(dev, handle->cookie, SZ_4K, DMA_TO_DEVICE); /* expect: noderef */
}

static __maybe_unused u8 status(struct dma_coherent_handle *handle)
{
	return ((u8 *)handle->cookie)[3]; /* expect: noderef */
}

static __maybe_unused void *snapshot(struct dma_coherent_handle *handle)
{
	return kmemdup(handle->cookie, SZ_4K, GFP_KERNEL); /* expect: noderef */
}

/* A log copied out of a buffer that the CPU cannot reach. */
static __maybe_unused void save(struct dma_coherent_handle *handle, u8 *log, size_t len)
{
	memcpy(log, handle->cookie, len); /* expect: noderef */
}

/* Firmware copied into a buffer that the CPU cannot reach. */
static __maybe_unused void load(struct dma_coherent_handle *handle, const u8 *fw, size_t len)
{
	memcpy(handle->cookie, fw, len); /* expect: noderef */
}

/* The buffer is zero already, and the cookie no address. */
static __maybe_unused void clear(struct dma_coherent_handle *handle)
{
	memset(handle->cookie, 0, SZ_4K); /* expect: noderef */
}

static __maybe_unused void *vaddr(struct dma_coherent_handle *handle)
{
	return page_address(handle->cookie); /* expect: noderef */
}

/* dma_coherent_handle_get_sgtable() knows how. */
static __maybe_unused void describe(struct dma_coherent_handle *handle, struct scatterlist *sg)
{
	sg_init_one(sg, handle->cookie, SZ_4K); /* expect: noderef */
}

static __maybe_unused struct page *page(struct dma_coherent_handle *handle)
{
	return virt_to_page(handle->cookie); /* expect: noderef */
}

static __maybe_unused phys_addr_t phys_virt_to_phys(struct dma_coherent_handle *handle)
{
	return virt_to_phys(handle->cookie); /* expect: noderef */
}
