// SPDX-License-Identifier: GPL-2.0-only
/* The DMA address is read by its accessor, and never changed. */
#include <asm/byteorder.h>
#include <linux/device.h>
#include <linux/dma-coherent-handle.h>
#include <linux/dma-mapping.h>
#include <linux/io.h>
#include <linux/scatterlist.h>
#include <linux/sizes.h>
#include <linux/types.h>
#include <linux/uaccess.h>
#include <linux/wordpart.h>

/* An offset belongs in a variable of the driver's. */
static __maybe_unused void skip_header(struct dma_coherent_handle *handle)
{
	handle->dma_addr += 64; /* expect: noderef */
}

static __maybe_unused void keep(struct dma_coherent_handle *handle, dma_addr_t **addr)
{
	*addr = &handle->dma_addr; /* expect: different modifiers */
}

/* A buffer that no handle knows how to free. */
static __maybe_unused void *alloc(struct dma_coherent_handle *handle, struct device *dev)
{
	return dma_alloc_coherent(dev, SZ_4K,
				  &handle->dma_addr, /* expect: different modifiers */
				  GFP_KERNEL);
}

static __maybe_unused size_t bytes(struct dma_coherent_handle *handle)
{
	return *&handle->size; /* expect: noderef */
}

struct descriptor {
	__le64 addr;
};

static __maybe_unused void queue(struct dma_coherent_handle *handle, struct descriptor *desc)
{
	desc->addr = cpu_to_le64(handle->dma_addr); /* expect: noderef */
}

static __maybe_unused void show(struct dma_coherent_handle *handle, struct device *dev)
{
	dev_dbg(dev, "buffer at %#llx\n", (u64)handle->dma_addr); /* expect: noderef */
}

/* No business of user space's, either. */
static __maybe_unused int get_addr(struct dma_coherent_handle *handle, u64 __user *to)
{
	return put_user(handle->dma_addr, to); /* expect: noderef */
}

/* The DMA address, past its accessor. */
static __maybe_unused dma_addr_t addr(struct dma_coherent_handle *handle)
{
	return handle->dma_addr; /* expect: noderef */
}

static __maybe_unused void describe(struct dma_coherent_handle *handle, struct scatterlist *sg)
{
	sg_dma_address(sg) = handle->dma_addr; /* expect: noderef */
}

/* The buffer would be freed by another address. */
static __maybe_unused void translate(struct dma_coherent_handle *handle, dma_addr_t bus)
{
	handle->dma_addr = bus; /* expect: noderef */
}

static __maybe_unused void start(struct dma_coherent_handle *handle, void __iomem *regs)
{
	writel(lower_32_bits(handle->dma_addr), regs); /* expect: noderef */
}
