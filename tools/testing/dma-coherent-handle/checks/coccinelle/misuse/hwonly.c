// SPDX-License-Identifier: GPL-2.0
/* Coherent buffers which are mapped for nothing, each of which must be reported. */
#include <linux/bug.h>
#include <linux/device.h>
#include <linux/dma-mapping.h>
#include <linux/io.h>
#include <linux/slab.h>

#define HWONLY_BUFS	4

struct hwonly_buf {
	void *cpu;
	dma_addr_t dma;
	size_t size;
};

struct hwonly_fw {
	void *virt;
	dma_addr_t phys;
};

struct hwonly_stats {
	__le32 packets;
	__le32 bytes;
};

struct hwonly_priv {
	struct device *dev;
	void __iomem *regs;
	void *scratch;
	dma_addr_t scratch_dma;
	u32 *drain;
	struct hwonly_stats *stats;
	dma_addr_t stats_dma;
	dma_addr_t drain_dma;
	void *overflow;
	dma_addr_t overflow_dma;
	void *pages[HWONLY_BUFS];
	dma_addr_t pages_dma[HWONLY_BUFS];
	void **chunks;
	dma_addr_t *chunks_dma;
	struct {
		struct {
			void *mv;
			dma_addr_t mv_dma;
		} h264;
	} codec;
	struct hwonly_buf filter;
	struct hwonly_buf table;
	struct hwonly_fw fw;
	struct hwonly_buf rot[2];
	void *opaque;
	dma_addr_t opaque_dma;
	void *printed;
	dma_addr_t printed_dma;
	void *tested;
	dma_addr_t tested_dma;
	void *copied;
	dma_addr_t copied_dma;
	void *wc;
	dma_addr_t wc_dma;
	void *managed;
	dma_addr_t managed_dma;
	dma_addr_t dropped_dma;
	size_t size;
};

int hwonly_member(struct hwonly_priv *priv);
void hwonly_member_free(struct hwonly_priv *priv);
int hwonly_typed(struct hwonly_priv *priv);
int hwonly_wc(struct hwonly_priv *priv);
int hwonly_managed(struct hwonly_priv *priv);
int hwonly_opaque(struct hwonly_priv *priv, struct vm_area_struct *vma);
int hwonly_array(struct hwonly_priv *priv);
void hwonly_array_free(struct hwonly_priv *priv);
int hwonly_chunks(struct hwonly_priv *priv, unsigned int n);
void hwonly_chunks_free(struct hwonly_priv *priv, unsigned int n);
int hwonly_nested(struct hwonly_priv *priv);
int hwonly_embedded(struct hwonly_priv *priv);
int hwonly_fw_alloc(struct device *dev, struct hwonly_fw *fw, size_t size);
int hwonly_fw_get(struct hwonly_priv *priv);
int hwonly_rotate(struct hwonly_priv *priv, unsigned int i);
int hwonly_printed(struct hwonly_priv *priv);
int hwonly_tests(struct hwonly_priv *priv);
int hwonly_local(struct device *dev, void __iomem *regs);
int hwonly_initialised(struct device *dev, void __iomem *regs);
int hwonly_copied(struct hwonly_priv *priv);
int hwonly_dropped(struct hwonly_priv *priv);
int hwonly_static(struct device *dev);
void hwonly_static_free(struct device *dev);

int hwonly_member(struct hwonly_priv *priv)
{
	/* expect: hwonly_priv.scratch is never used by the CPU: consider a dma_coherent_handle */
	priv->scratch = dma_alloc_coherent(priv->dev, SZ_4K,
					   &priv->scratch_dma, GFP_KERNEL);
	if (!priv->scratch)
		return -ENOMEM;

	/* expect: WARNING: hwonly_priv.drain is never used by the CPU */
	priv->drain = (u32 *)dma_alloc_coherent(priv->dev, SZ_4K, &priv->drain_dma, GFP_KERNEL);
	if (priv->drain == NULL)
		return -ENOMEM;

	/* expect: hwonly_priv.overflow is never used by the CPU */
	if (!(priv->overflow = dma_alloc_coherent(priv->dev, SZ_4K, &priv->overflow_dma, GFP_KERNEL)))
		return -ENOMEM;

	writel(lower_32_bits(priv->scratch_dma), priv->regs);
	writel(lower_32_bits(priv->drain_dma), priv->regs + 4);
	return 0;
}

void hwonly_member_free(struct hwonly_priv *priv)
{
	if (priv->scratch)
		dma_free_coherent(priv->dev, SZ_4K, priv->scratch, priv->scratch_dma);
	priv->scratch = NULL;
	priv->scratch_dma = 0;

	if (NULL != priv->drain && priv->drain_dma)
		dma_free_coherent(priv->dev, SZ_4K, (void *)priv->drain, priv->drain_dma);
	dma_free_coherent(priv->dev, SZ_4K, priv->overflow, priv->overflow_dma);
	priv->drain = priv->overflow = NULL;
}

/* Its type is good for the size only. */
int hwonly_typed(struct hwonly_priv *priv)
{
	/* expect: hwonly_priv.stats is never used by the CPU */
	priv->stats = dma_alloc_coherent(priv->dev, sizeof(*priv->stats), &priv->stats_dma, GFP_KERNEL);
	if (!priv->stats)
		return -ENOMEM;
	writel(lower_32_bits(priv->stats_dma), priv->regs);
	dma_free_coherent(priv->dev, sizeof(*priv->stats), priv->stats, priv->stats_dma);
	return 0;
}

int hwonly_wc(struct hwonly_priv *priv)
{
	/* expect: hwonly_priv.wc is never used by the CPU */
	priv->wc = dma_alloc_wc(priv->dev, priv->size, &priv->wc_dma, GFP_KERNEL);
	if (!priv->wc)
		return -ENOMEM;
	writel(lower_32_bits(priv->wc_dma), priv->regs);
	dma_free_wc(priv->dev, priv->size, priv->wc, priv->wc_dma);
	return 0;
}

int hwonly_managed(struct hwonly_priv *priv)
{
	/* expect: hwonly_priv.managed is never used by the CPU */
	priv->managed = dmam_alloc_coherent(priv->dev, SZ_64K, &priv->managed_dma, GFP_KERNEL);
	return priv->managed ? 0 : -ENOMEM;
}

/* An open-coded handle: what is kept is no address at all. */
int hwonly_opaque(struct hwonly_priv *priv, struct vm_area_struct *vma)
{
	int ret;

	/* expect: hwonly_priv.opaque is never used by the CPU */
	priv->opaque = dma_alloc_attrs(priv->dev, priv->size, &priv->opaque_dma, GFP_KERNEL,
				       DMA_ATTR_NO_KERNEL_MAPPING);
	if (!priv->opaque)
		return -ENOMEM;

	ret = dma_mmap_attrs(priv->dev, vma, priv->opaque, priv->opaque_dma, priv->size,
			     DMA_ATTR_NO_KERNEL_MAPPING);
	if (ret)
		dma_free_attrs(priv->dev, priv->size, priv->opaque, priv->opaque_dma,
			       DMA_ATTR_NO_KERNEL_MAPPING);
	return ret;
}

int hwonly_array(struct hwonly_priv *priv)
{
	int i;

	for (i = 0; i < HWONLY_BUFS; i++) {
		/* expect: hwonly_priv.pages is never used by the CPU */
		priv->pages[i] = dma_alloc_coherent(priv->dev, SZ_4K, &priv->pages_dma[i], GFP_KERNEL);
		if (!priv->pages[i])
			return -ENOMEM;
	}
	return 0;
}

void hwonly_array_free(struct hwonly_priv *priv)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(priv->pages); i++) {
		dma_free_coherent(priv->dev, SZ_4K, priv->pages[i], priv->pages_dma[i]);
		priv->pages[i] = NULL;
	}
}

int hwonly_chunks(struct hwonly_priv *priv, unsigned int n)
{
	unsigned int i;

	priv->chunks = kcalloc(n, sizeof(*priv->chunks), GFP_KERNEL);
	if (!priv->chunks)
		return -ENOMEM;

	for (i = 0; i < n; i++) {
		dma_addr_t dma;
		/* expect: hwonly_priv.chunks is never used by the CPU */
		void *buf = dma_alloc_coherent(priv->dev, SZ_4K, &dma, GFP_KERNEL);

		if (!buf)
			return -ENOMEM;
		priv->chunks[i] = buf;
		priv->chunks_dma[i] = dma;
	}
	return 0;
}

void hwonly_chunks_free(struct hwonly_priv *priv, unsigned int n)
{
	while (n--)
		dma_free_coherent(priv->dev, SZ_4K, priv->chunks[n], priv->chunks_dma[n]);
	kfree(priv->chunks);
}

int hwonly_nested(struct hwonly_priv *priv)
{
	/* expect: hwonly_priv.codec.h264.mv is never used by the CPU */
	priv->codec.h264.mv = dma_alloc_coherent(priv->dev, SZ_4K,
						 &priv->codec.h264.mv_dma, GFP_KERNEL);
	if (WARN_ON(!priv->codec.h264.mv))
		return -ENOMEM;
	writel(lower_32_bits(priv->codec.h264.mv_dma), priv->regs);
	dma_free_coherent(priv->dev, SZ_4K, priv->codec.h264.mv, priv->codec.h264.mv_dma);
	return 0;
}

/* Two of the same type in one struct: the CPU fills the table, only the device uses the filter. */
int hwonly_embedded(struct hwonly_priv *priv)
{
	priv->table.cpu = dma_alloc_coherent(priv->dev, SZ_4K, &priv->table.dma, GFP_KERNEL);
	if (!priv->table.cpu)
		return -ENOMEM;
	memset(priv->table.cpu, 0xff, SZ_4K);

	priv->filter.size = SZ_4K;
	/* expect: hwonly_priv.filter.cpu is never used by the CPU */
	priv->filter.cpu = dma_alloc_coherent(priv->dev, SZ_4K, &priv->filter.dma, GFP_KERNEL);
	if (!priv->filter.cpu) {
		dma_free_coherent(priv->dev, SZ_4K, priv->table.cpu, priv->table.dma);
		return -ENOMEM;
	}
	writel(lower_32_bits(priv->filter.dma), priv->regs);
	dma_free_coherent(priv->dev, priv->filter.size, priv->filter.cpu, priv->filter.dma);
	return 0;
}

/* By a pointer to the struct within the struct. */
int hwonly_fw_alloc(struct device *dev, struct hwonly_fw *fw, size_t size)
{
	/* expect: hwonly_fw.virt is never used by the CPU */
	fw->virt = dma_alloc_coherent(dev, size, &fw->phys, GFP_KERNEL);
	if (!fw->virt)
		return -ENOMEM;
	return 0;
}

int hwonly_fw_get(struct hwonly_priv *priv)
{
	int ret = hwonly_fw_alloc(priv->dev, &priv->fw, SZ_4K);

	if (!ret)
		dma_free_coherent(priv->dev, SZ_4K, priv->fw.virt, priv->fw.phys);
	return ret;
}

int hwonly_rotate(struct hwonly_priv *priv, unsigned int i)
{
	/* expect: hwonly_priv.rot.cpu is never used by the CPU */
	priv->rot[i].cpu = dma_alloc_coherent(priv->dev, SZ_4K, &priv->rot[i].dma, GFP_KERNEL);
	if (!priv->rot[i].cpu)
		return -ENOMEM;
	dma_free_coherent(priv->dev, SZ_4K, priv->rot[i].cpu, priv->rot[i].dma);
	return 0;
}

/* The address is printed, not what lies there. */
int hwonly_printed(struct hwonly_priv *priv)
{
	/* expect: hwonly_priv.printed is never used by the CPU */
	priv->printed = dma_alloc_coherent(priv->dev, SZ_4K, &priv->printed_dma, GFP_KERNEL);
	if (!priv->printed)
		return -ENOMEM;

	dev_dbg(priv->dev, "%s: buffer %pad at %p\n", __func__, &priv->printed_dma, priv->printed);
	dev_err(priv->dev, "%zu bytes at %p, %u%% full\n", priv->size, priv->printed, 0);
	dma_free_coherent(priv->dev, SZ_4K, priv->printed, priv->printed_dma);
	return 0;
}

int hwonly_tests(struct hwonly_priv *priv)
{
	if (!priv->tested)
		/* expect: hwonly_priv.tested is never used by the CPU */
		priv->tested = dma_alloc_coherent(priv->dev, SZ_4K, &priv->tested_dma, GFP_KERNEL);
	if (unlikely(!priv->tested) || !priv->tested_dma)
		return -ENOMEM;
	if (priv->size && priv->tested)
		writel(lower_32_bits(priv->tested_dma), priv->regs);
	WARN_ON_ONCE(priv->tested == NULL);
	while (priv->tested) {
		dma_free_attrs(priv->dev, SZ_4K, priv->tested, priv->tested_dma, 0);
		priv->tested = NULL;
	}
	return 0;
}

int hwonly_local(struct device *dev, void __iomem *regs)
{
	dma_addr_t dma;
	void *virt;

	/* expect: WARNING: virt is never used by the CPU: consider a dma_coherent_handle */
	virt = dma_alloc_coherent(dev, sizeof(u64), &dma, GFP_KERNEL);
	if (!virt)
		return -ENOMEM;

	writel(lower_32_bits(dma), regs);
	readl(regs + 4);
	dma_free_coherent(dev, sizeof(u64), virt, dma);
	return 0;
}

int hwonly_initialised(struct device *dev, void __iomem *regs)
{
	dma_addr_t dma;
	/* expect: WARNING: msg is never used by the CPU */
	void *msg = dmam_alloc_coherent(dev, sizeof(u64), &dma, GFP_KERNEL);

	if (!msg) {
		dev_err(dev, "no room for the message\n");
		return -ENOMEM;
	}
	writel(lower_32_bits(dma), regs);
	return 0;
}

int hwonly_copied(struct hwonly_priv *priv)
{
	dma_addr_t dma;
	void *virt;

	/* expect: hwonly_priv.copied is never used by the CPU */
	virt = dma_alloc_coherent(priv->dev, SZ_4K, &dma, GFP_KERNEL);
	if (!virt)
		return -ENOMEM;

	priv->copied = virt;
	priv->copied_dma = dma;
	dma_free_coherent(priv->dev, SZ_4K, priv->copied, priv->copied_dma);
	return 0;
}

/* Nobody even keeps the address. */
int hwonly_dropped(struct hwonly_priv *priv)
{
	/* expect: the buffer at priv->dropped_dma is never used by the CPU */
	if (!dmam_alloc_coherent(priv->dev, SZ_4K, &priv->dropped_dma, GFP_KERNEL))
		return -ENOMEM;
	writel(lower_32_bits(priv->dropped_dma), priv->regs);
	return 0;
}

static struct {
	void *vaddr;
	dma_addr_t paddr;
} hwonly_workaround;

static void *hwonly_page;
static dma_addr_t hwonly_page_dma;

int hwonly_static(struct device *dev)
{
	/* expect: hwonly_workaround.vaddr is never used by the CPU */
	hwonly_workaround.vaddr = dma_alloc_wc(dev, SZ_4K, &hwonly_workaround.paddr, GFP_KERNEL);
	if (!hwonly_workaround.vaddr)
		return -ENOMEM;

	/* expect: WARNING: hwonly_page is never used by the CPU */
	hwonly_page = dma_alloc_coherent(dev, SZ_4K, &hwonly_page_dma, GFP_KERNEL);
	return hwonly_page ? 0 : -ENOMEM;
}

void hwonly_static_free(struct device *dev)
{
	dma_free_wc(dev, SZ_4K, hwonly_workaround.vaddr, hwonly_workaround.paddr);
	dma_free_coherent(dev, SZ_4K, hwonly_page, hwonly_page_dma);
}
