// SPDX-License-Identifier: GPL-2.0
/*
 * DMA-coherent handles at work: a driver for "edu", the educational PCI device of QEMU.
 *
 * The device copies between memory and a buffer of its own. Probing sends a random pattern through
 * three handles, each with a lifetime of another kind, and compares what comes back:
 *
 *	source -> managed handle -> embedded handle -> scoped handle -> sink
 *
 * Each arrow is two DMA transfers, one into the device and one out of it. The CPU writes the source
 * and reads the sink. The three buffers in between are the device's alone: there is no way for this
 * driver to touch them, so the pattern can only have passed through them by DMA.
 *
 * QEMU wants "-device edu,dma_mask=0xffffffff", since the device has 28 address lines by default.
 */
#include <linux/bits.h>
#include <linux/cleanup.h>
#include <linux/device.h>
#include <linux/dma-coherent-handle.h>
#include <linux/dma-mapping.h>
#include <linux/err.h>
#include <linux/io.h>
#include <linux/io-64-nonatomic-lo-hi.h>
#include <linux/iopoll.h>
#include <linux/minmax.h>
#include <linux/module.h>
#include <linux/pci.h>
#include <linux/prandom.h>
#include <linux/random.h>
#include <linux/sizes.h>
#include <linux/slab.h>
#include <linux/time64.h>

#define EDU_ID			0x00	/* version in the upper half, 0x00ed in the lower */
#define EDU_LIVENESS		0x04	/* reads as the inverse of what was written */
#define EDU_DMA_SRC		0x80
#define EDU_DMA_DST		0x88
#define EDU_DMA_COUNT		0x90
#define EDU_DMA_CMD		0x98
#define EDU_DMA_CMD_RUN		BIT(0)
#define EDU_DMA_CMD_TO_RAM	BIT(1)

/*
 * Where the device's transfers see its own buffer. QEMU gives up if a transfer ends where that
 * buffer of 4096 bytes does, so only half of it is used.
 */
#define EDU_BUFFER		0x40000
#define EDU_CHUNK		SZ_2K

/* Neither whole pages nor whole chunks, as sizes are outside of examples. */
#define EDU_SIZE		(3 * SZ_4K - 100)

static bool corrupt;
module_param(corrupt, bool, 0644);
MODULE_PARM_DESC(corrupt, "Flip one bit of the source, to show that probing then fails");

struct edu {
	struct pci_dev *pdev;
	void __iomem *regs;
	/* Owned by the device's managed resources, hence a pointer and const. */
	const struct dma_coherent_handle *managed;
	/* Owned by this struct: freed by edu_remove(). */
	struct dma_coherent_handle embedded;
};

static int edu_check_alive(struct edu *edu)
{
	struct device *dev = &edu->pdev->dev;
	u32 id = readl(edu->regs + EDU_ID);
	u32 challenge = get_random_u32();
	u32 answer;

	writel(challenge, edu->regs + EDU_LIVENESS);
	answer = readl(edu->regs + EDU_LIVENESS);
	if (answer != ~challenge)
		return dev_err_probe(dev, -EIO, "the device is dead: expected %#010x, got %#010x\n",
				     ~challenge, answer);

	dev_info(dev, "edu device %u.%u is alive, its DMA goes %s\n", id >> 24, (id >> 16) & 0xff,
		 device_iommu_mapped(dev) ? "through an IOMMU" : "directly to memory");
	return 0;
}

/* One transfer. @cmd says which of @src and @dst is in memory and which is in the device. */
static int edu_transfer(struct edu *edu, dma_addr_t dst, dma_addr_t src, u32 count, u32 cmd)
{
	u32 status;
	int ret;

	writeq(src, edu->regs + EDU_DMA_SRC);
	writeq(dst, edu->regs + EDU_DMA_DST);
	writeq(count, edu->regs + EDU_DMA_COUNT);
	writel(cmd | EDU_DMA_CMD_RUN, edu->regs + EDU_DMA_CMD);

	/* The device takes 100 ms, however much there is to transfer. */
	ret = readl_poll_timeout(edu->regs + EDU_DMA_CMD, status, !(status & EDU_DMA_CMD_RUN),
				 20 * USEC_PER_MSEC, 2 * USEC_PER_SEC);
	if (ret) {
		/* It may still be at it, and the caller is about to free the memory. */
		pci_clear_master(edu->pdev);
		dev_err(&edu->pdev->dev, "DMA from %pad to %pad timed out, status %#x\n", &src,
			&dst, status);
	}
	return ret;
}

/*
 * Let the device copy from memory to memory. @stale is where it finds the inverse of what it is to
 * copy: that goes into its buffer first, so that nothing but a transfer from @src can make the
 * result look right.
 */
static int edu_copy(struct edu *edu, const char *what, dma_addr_t dst, dma_addr_t src,
		    dma_addr_t stale)
{
	u32 done, count;
	int ret;

	dev_info(&edu->pdev->dev, "DMA: %s\n", what);

	for (done = 0; done < EDU_SIZE; done += count) {
		count = min(EDU_SIZE - done, EDU_CHUNK);

		ret = edu_transfer(edu, EDU_BUFFER, stale + done, count, 0);
		if (ret)
			return ret;
		ret = edu_transfer(edu, EDU_BUFFER, src + done, count, 0);
		if (ret)
			return ret;
		ret = edu_transfer(edu, dst + done, EDU_BUFFER, count, EDU_DMA_CMD_TO_RAM);
		if (ret)
			return ret;
	}
	return 0;
}

static int edu_compare(struct edu *edu, const u8 *expected, const u8 *got)
{
	struct device *dev = &edu->pdev->dev;
	unsigned int i, first = 0, differ = 0;

	for (i = 0; i < EDU_SIZE; i++) {
		if (got[i] != expected[i] && !differ++)
			first = i;
	}

	if (differ) {
		dev_err(dev, "%u of %u bytes differ, first at offset %#x: expected %#04x, got %#04x\n",
			differ, EDU_SIZE, first, expected[first], got[first]);
		return -EIO;
	}

	dev_info(dev, "all %u bytes are as they were sent\n", EDU_SIZE);
	return 0;
}

static void edu_show(struct edu *edu, const char *kind, const struct dma_coherent_handle *handle)
{
	dma_addr_t dma_addr = dma_coherent_handle_dma_addr(handle);

	dev_info(&edu->pdev->dev, "%s handle: %zu bytes at DMA address %pad\n", kind,
		 dma_coherent_handle_size(handle), &dma_addr);
}

static int edu_run(struct edu *edu)
{
	struct device *dev = &edu->pdev->dev;
	dma_addr_t managed, embedded, scoped, source_dma, sink_dma;
	u64 seed = get_random_u64();
	struct rnd_state rnd;
	u8 *source, *sink;
	unsigned int i;
	int ret;

	/* Only needed in here, so freed on every way out of here. */
	struct dma_coherent_handle scratch __free(dma_coherent_handle) = {};
	u8 *pattern __free(kfree) = kmalloc(EDU_SIZE, GFP_KERNEL);
	if (!pattern)
		return -ENOMEM;

	ret = dma_coherent_handle_alloc(dev, &scratch, EDU_SIZE, GFP_KERNEL);
	if (ret)
		return dev_err_probe(dev, ret, "no scoped handle\n");
	edu_show(edu, "scoped", &scratch);

	/* The two ends are for the CPU to write and read: ordinary coherent memory. */
	source = dmam_alloc_coherent(dev, EDU_SIZE, &source_dma, GFP_KERNEL);
	sink = dmam_alloc_coherent(dev, EDU_SIZE, &sink_dma, GFP_KERNEL);
	if (!source || !sink)
		return -ENOMEM;

	/* Another pattern each time: memory that is left from the last run must not look right. */
	prandom_seed_state(&rnd, seed);
	prandom_bytes_state(&rnd, pattern, EDU_SIZE);
	for (i = 0; i < EDU_SIZE; i++) {
		source[i] = pattern[i];
		sink[i] = ~pattern[i];
	}
	/* The last byte: a comparison that ends too early would not notice either. */
	if (corrupt)
		source[EDU_SIZE - 1] ^= BIT(0);

	managed = dma_coherent_handle_dma_addr(edu->managed);
	embedded = dma_coherent_handle_dma_addr(&edu->embedded);
	scoped = dma_coherent_handle_dma_addr(&scratch);

	ret = edu_copy(edu, "source -> managed handle", managed, source_dma, sink_dma);
	if (ret)
		return ret;
	ret = edu_copy(edu, "managed handle -> embedded handle", embedded, managed, sink_dma);
	if (ret)
		return ret;
	ret = edu_copy(edu, "embedded handle -> scoped handle", scoped, embedded, sink_dma);
	if (ret)
		return ret;
	ret = edu_copy(edu, "scoped handle -> sink", sink_dma, scoped, sink_dma);
	if (ret)
		return ret;

	return edu_compare(edu, pattern, sink);
}

static int edu_probe(struct pci_dev *pdev, const struct pci_device_id *id)
{
	struct device *dev = &pdev->dev;
	struct edu *edu;
	int ret;

	edu = devm_kzalloc(dev, sizeof(*edu), GFP_KERNEL);
	if (!edu)
		return -ENOMEM;
	edu->pdev = pdev;
	pci_set_drvdata(pdev, edu);

	ret = pcim_enable_device(pdev);
	if (ret)
		return dev_err_probe(dev, ret, "cannot enable the device\n");

	edu->regs = pcim_iomap_region(pdev, 0, KBUILD_MODNAME);
	if (IS_ERR(edu->regs))
		return dev_err_probe(dev, PTR_ERR(edu->regs), "cannot map the registers\n");

	ret = edu_check_alive(edu);
	if (ret)
		return ret;

	ret = dma_set_mask_and_coherent(dev, DMA_BIT_MASK(32));
	if (ret)
		return dev_err_probe(dev, ret, "no 32-bit DMA\n");
	pci_set_master(pdev);

	/* Freed when the driver is unbound, or when probing fails: nothing to be done for it. */
	edu->managed = dmam_coherent_handle_alloc(dev, EDU_SIZE, GFP_KERNEL);
	if (IS_ERR(edu->managed))
		return dev_err_probe(dev, PTR_ERR(edu->managed), "no managed handle\n");
	edu_show(edu, "managed", edu->managed);

	/* The driver's own to free, from here on. */
	ret = dma_coherent_handle_alloc(dev, &edu->embedded, EDU_SIZE, GFP_KERNEL);
	if (ret)
		return dev_err_probe(dev, ret, "no embedded handle\n");
	edu_show(edu, "embedded", &edu->embedded);

	ret = edu_run(edu);
	if (ret)
		dma_coherent_handle_free(&edu->embedded);
	return ret;
}

static void edu_remove(struct pci_dev *pdev)
{
	struct edu *edu = pci_get_drvdata(pdev);

	dma_coherent_handle_free(&edu->embedded);
}

static const struct pci_device_id edu_ids[] = {
	{ PCI_DEVICE(0x1234, 0x11e8) },
	{ }
};
MODULE_DEVICE_TABLE(pci, edu_ids);

static struct pci_driver edu_driver = {
	.name = KBUILD_MODNAME,
	.id_table = edu_ids,
	.probe = edu_probe,
	.remove = edu_remove,
};
module_pci_driver(edu_driver);

MODULE_DESCRIPTION("DMA-coherent handles on QEMU's edu device");
MODULE_LICENSE("GPL");
