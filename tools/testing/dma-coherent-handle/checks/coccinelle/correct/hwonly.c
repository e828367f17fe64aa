// SPDX-License-Identifier: GPL-2.0
/* Coherent buffers that the CPU does use, or may use: none may be reported. */
#include <linux/device.h>
#include <linux/dma-coherent-handle.h>
#include <linux/dma-mapping.h>
#include <linux/io.h>
#include <linux/minmax.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/stddef.h>
#include <linux/string.h>

#define CPU_BUFS	4

struct cpu_desc {
	__le32 addr;
	__le32 len;
};

struct cpu_buf {
	void *cpu;
	dma_addr_t dma;
	size_t size;
};

struct cpu_ring {
	struct cpu_desc *desc;
	dma_addr_t dma;
};

struct cpu_priv {
	struct device *dev;
	struct dma_coherent_handle handle;
	struct cpu_desc *written;
	struct cpu_desc *read;
	u32 *polled;
	void *filled;
	void *passed;
	void *aliased;
	void *moved;
	void *offset;
	void *pointed;
	void *compared;
	void *dumped;
	void *printed;
	void *mapped;
	void *returned;
	void *named;
	void *maybe;
	void *shared;
	void *exchanged;
	void *hidden;
	void *elsewhere;
	void *copied;
	void *rings[CPU_BUFS];
	void *held[CPU_BUFS];
	struct cpu_buf aux;
	struct cpu_buf whole;
	struct cpu_ring pool[2];
	union {
		void *raw;
		struct cpu_desc *descs;
	};
	dma_addr_t dma;
};

#define tx_ring			pool[0]
#define cpu_hidden(priv)	((priv)->hidden)

void cpu_take(void *buf);
void cpu_take_twice(void **buf, dma_addr_t *dma);
void cpu_take_aux(struct cpu_buf *aux);
int cpu_handle(struct cpu_priv *priv);
int cpu_written(struct cpu_priv *priv);
u32 cpu_read(struct cpu_priv *priv);
int cpu_polled(struct cpu_priv *priv);
int cpu_filled(struct cpu_priv *priv);
int cpu_passed(struct cpu_priv *priv);
int cpu_aliased(struct cpu_priv *priv);
int cpu_moved(struct cpu_priv *priv);
int cpu_pointed(struct cpu_priv *priv);
bool cpu_compared(struct cpu_priv *priv, void *addr);
int cpu_dumped(struct cpu_priv *priv, struct seq_file *m);
int cpu_mapped(struct cpu_priv *priv, struct vm_area_struct *vma);
void *cpu_returned(struct cpu_priv *priv);
size_t cpu_named(struct cpu_priv *priv);
int cpu_maybe(struct cpu_priv *priv, bool small);
int cpu_shared(struct cpu_priv *priv, void *pool);
int cpu_exchanged(struct cpu_priv *priv, struct cpu_priv *other);
int cpu_hidden_use(struct cpu_priv *priv);
int cpu_other(struct cpu_priv *priv);
void cpu_other_use(struct cpu_priv *priv);
int cpu_copied(struct cpu_priv *priv);
int cpu_arrays(struct cpu_priv *priv);
int cpu_embedded(struct cpu_priv *priv);
struct cpu_buf cpu_whole(struct cpu_priv *priv);
int cpu_macro(struct cpu_priv *priv);
u32 cpu_macro_use(struct cpu_priv *priv);
int cpu_union(struct cpu_priv *priv);
int cpu_local(struct device *dev);
void *cpu_local_returned(struct device *dev, dma_addr_t *dma);
int cpu_out(struct device *dev, void **buf, dma_addr_t *dma);
int cpu_fill(struct device *dev, const void *from, size_t len);

/* What the rule asks for. */
int cpu_handle(struct cpu_priv *priv)
{
	return dma_coherent_handle_alloc(priv->dev, &priv->handle, SZ_4K, GFP_KERNEL);
}

int cpu_written(struct cpu_priv *priv)
{
	priv->written = dma_alloc_coherent(priv->dev, SZ_4K, &priv->dma, GFP_KERNEL);
	if (!priv->written)
		return -ENOMEM;
	priv->written->addr = cpu_to_le32(lower_32_bits(priv->dma));
	return 0;
}

u32 cpu_read(struct cpu_priv *priv)
{
	priv->read = dma_alloc_coherent(priv->dev, SZ_4K, &priv->dma, GFP_KERNEL);
	if (!priv->read)
		return 0;
	return le32_to_cpu(priv->read[1].len);
}

int cpu_polled(struct cpu_priv *priv)
{
	priv->polled = dma_alloc_coherent(priv->dev, sizeof(u32), &priv->dma, GFP_KERNEL);
	if (!priv->polled)
		return -ENOMEM;
	return *priv->polled == 0 ? -EIO : 0;
}

int cpu_filled(struct cpu_priv *priv)
{
	priv->filled = dmam_alloc_coherent(priv->dev, SZ_4K, &priv->dma, GFP_KERNEL);
	if (!priv->filled)
		return -ENOMEM;
	memset(priv->filled, 0, SZ_4K);
	return 0;
}

int cpu_passed(struct cpu_priv *priv)
{
	priv->passed = dma_alloc_wc(priv->dev, SZ_4K, &priv->dma, GFP_KERNEL);
	if (!priv->passed)
		return -ENOMEM;
	cpu_take(priv->passed);
	return 0;
}

int cpu_aliased(struct cpu_priv *priv)
{
	u32 *words;

	priv->aliased = dma_alloc_coherent(priv->dev, SZ_4K, &priv->dma, GFP_KERNEL);
	words = priv->aliased;
	if (!words)
		return -ENOMEM;
	words[0] = 1;
	return 0;
}

/* Part of the buffer, by arithmetic. */
int cpu_moved(struct cpu_priv *priv)
{
	priv->moved = dma_alloc_coherent(priv->dev, SZ_8K, &priv->dma, GFP_KERNEL);
	if (!priv->moved)
		return -ENOMEM;
	priv->offset = priv->moved + SZ_4K;
	return 0;
}

int cpu_pointed(struct cpu_priv *priv)
{
	priv->pointed = dma_alloc_coherent(priv->dev, SZ_4K, &priv->dma, GFP_KERNEL);
	cpu_take_twice(&priv->pointed, &priv->dma);
	return priv->pointed ? 0 : -ENOMEM;
}

bool cpu_compared(struct cpu_priv *priv, void *addr)
{
	priv->compared = dma_alloc_coherent(priv->dev, SZ_4K, &priv->dma, GFP_KERNEL);
	return priv->compared == addr;
}

/* These print what lies there, not the address. */
int cpu_dumped(struct cpu_priv *priv, struct seq_file *m)
{
	priv->dumped = dma_alloc_coherent(priv->dev, SZ_4K, &priv->dma, GFP_KERNEL);
	if (!priv->dumped)
		return -ENOMEM;
	dev_info(priv->dev, "%pad starts with %*ph\n", &priv->dma, 16, priv->dumped);

	priv->printed = dma_alloc_coherent(priv->dev, SZ_4K, &priv->dma, GFP_KERNEL);
	if (!priv->printed)
		return -ENOMEM;
	dev_info(priv->dev, "version %d: %s\n", 1, (char *)priv->printed);
	return 0;
}

/* User space sees it, and what the attributes are is unknown. */
int cpu_mapped(struct cpu_priv *priv, struct vm_area_struct *vma)
{
	priv->mapped = dma_alloc_coherent(priv->dev, SZ_4K, &priv->dma, GFP_KERNEL);
	if (!priv->mapped)
		return -ENOMEM;
	return dma_mmap_coherent(priv->dev, vma, priv->mapped, priv->dma, SZ_4K);
}

void *cpu_returned(struct cpu_priv *priv)
{
	priv->returned = dma_alloc_coherent(priv->dev, SZ_4K, &priv->dma, GFP_KERNEL);
	return priv->returned;
}

/* Whoever knows the offset may use it. */
size_t cpu_named(struct cpu_priv *priv)
{
	priv->named = dma_alloc_coherent(priv->dev, SZ_4K, &priv->dma, GFP_KERNEL);
	return offsetof(struct cpu_priv, named);
}

int cpu_maybe(struct cpu_priv *priv, bool small)
{
	if (small)
		priv->maybe = kzalloc(SZ_1K, GFP_KERNEL);
	else
		priv->maybe = dma_alloc_coherent(priv->dev, SZ_4K, &priv->dma, GFP_KERNEL);
	return priv->maybe ? 0 : -ENOMEM;
}

int cpu_shared(struct cpu_priv *priv, void *pool)
{
	priv->shared = pool;
	if (!priv->shared)
		priv->shared = dma_alloc_coherent(priv->dev, SZ_4K, &priv->dma, GFP_KERNEL);
	return priv->shared ? 0 : -ENOMEM;
}

int cpu_exchanged(struct cpu_priv *priv, struct cpu_priv *other)
{
	priv->exchanged = dma_alloc_coherent(priv->dev, SZ_4K, &priv->dma, GFP_KERNEL);
	swap(priv->exchanged, other->exchanged);
	return 0;
}

int cpu_hidden_use(struct cpu_priv *priv)
{
	priv->hidden = dma_alloc_coherent(priv->dev, SZ_4K, &priv->dma, GFP_KERNEL);
	if (!priv->hidden)
		return -ENOMEM;
	memset(cpu_hidden(priv), 0, SZ_4K);
	return 0;
}

/* Allocated in one function, used in another one. */
int cpu_other(struct cpu_priv *priv)
{
	priv->elsewhere = dma_alloc_coherent(priv->dev, SZ_4K, &priv->dma, GFP_KERNEL);
	return priv->elsewhere ? 0 : -ENOMEM;
}

void cpu_other_use(struct cpu_priv *priv)
{
	*(u32 *)priv->elsewhere = 0;
	dma_free_coherent(priv->dev, SZ_4K, priv->elsewhere, priv->dma);
}

int cpu_copied(struct cpu_priv *priv)
{
	void *virt = dma_alloc_coherent(priv->dev, SZ_4K, &priv->dma, GFP_KERNEL);

	if (!virt)
		return -ENOMEM;
	priv->copied = virt;
	memset(priv->copied, 0, SZ_4K);
	return 0;
}

int cpu_arrays(struct cpu_priv *priv)
{
	int i;

	for (i = 0; i < CPU_BUFS; i++) {
		priv->rings[i] = dma_alloc_coherent(priv->dev, SZ_4K, &priv->dma, GFP_KERNEL);
		if (!priv->rings[i])
			return -ENOMEM;
		memset(priv->rings[i], 0, SZ_4K);
	}

	for (i = 0; i < CPU_BUFS; i++) {
		priv->held[i] = dma_alloc_coherent(priv->dev, SZ_4K, &priv->dma, GFP_KERNEL);
		if (!priv->held[i])
			return -ENOMEM;
	}
	cpu_take(priv->held);
	return 0;
}

/* Who gets the struct within the struct may use the buffer. */
int cpu_embedded(struct cpu_priv *priv)
{
	priv->aux.cpu = dma_alloc_coherent(priv->dev, SZ_4K, &priv->aux.dma, GFP_KERNEL);
	if (!priv->aux.cpu)
		return -ENOMEM;
	cpu_take_aux(&priv->aux);
	return 0;
}

void cpu_take_aux(struct cpu_buf *aux)
{
	memset(aux->cpu, 0, SZ_4K);
}

struct cpu_buf cpu_whole(struct cpu_priv *priv)
{
	priv->whole.cpu = dma_alloc_coherent(priv->dev, SZ_4K, &priv->whole.dma, GFP_KERNEL);
	return priv->whole;
}

/* The struct within the struct goes by another name. */
int cpu_macro(struct cpu_priv *priv)
{
	priv->pool[0].desc = dma_alloc_coherent(priv->dev, SZ_4K, &priv->pool[0].dma, GFP_KERNEL);
	return priv->pool[0].desc ? 0 : -ENOMEM;
}

u32 cpu_macro_use(struct cpu_priv *priv)
{
	return le32_to_cpu(priv->tx_ring.desc[2].len);
}

int cpu_union(struct cpu_priv *priv)
{
	priv->raw = dma_alloc_coherent(priv->dev, SZ_4K, &priv->dma, GFP_KERNEL);
	if (!priv->raw)
		return -ENOMEM;
	priv->descs[0].len = 0;
	return 0;
}

int cpu_local(struct device *dev)
{
	dma_addr_t dma;
	__le32 *words = dma_alloc_coherent(dev, SZ_4K, &dma, GFP_KERNEL);
	int ret;

	if (!words)
		return -ENOMEM;
	ret = le32_to_cpu(*words) ? 0 : -EIO;
	dma_free_coherent(dev, SZ_4K, words, dma);
	return ret;
}

void *cpu_local_returned(struct device *dev, dma_addr_t *dma)
{
	void *buf = dma_alloc_coherent(dev, SZ_4K, dma, GFP_KERNEL);

	if (!buf)
		dev_err(dev, "no memory\n");
	return buf;
}

int cpu_out(struct device *dev, void **buf, dma_addr_t *dma)
{
	*buf = dma_alloc_coherent(dev, SZ_4K, dma, GFP_KERNEL);
	return *buf ? 0 : -ENOMEM;
}

int cpu_fill(struct device *dev, const void *from, size_t len)
{
	dma_addr_t dma;
	void *buf;

	buf = dma_alloc_coherent(dev, len, &dma, GFP_KERNEL);
	if (!buf)
		return -ENOMEM;
	memcpy(buf, from, len);
	dma_free_coherent(dev, len, buf, dma);
	return 0;
}
