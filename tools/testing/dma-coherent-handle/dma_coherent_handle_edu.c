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
 * Before that, the device reads fresh buffers, to see what they show of the memory's past. After
 * it, while the driver is bound, /dev/dma_coherent_handle_edu lets user space map a fourth handle
 * and have the device access it, by read() and write(): see edu_mmap.c.
 *
 * QEMU wants "-device edu,dma_mask=0xffffffff", since the device has 28 address lines by default.
 */
#include <linux/atomic.h>
#include <linux/bits.h>
#include <linux/cleanup.h>
#include <linux/container_of.h>
#include <linux/device.h>
#include <linux/dma-coherent-handle.h>
#include <linux/dma-mapping.h>
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/gfp.h>
#include <linux/io.h>
#include <linux/io-64-nonatomic-lo-hi.h>
#include <linux/iopoll.h>
#include <linux/minmax.h>
#include <linux/miscdevice.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/pci.h>
#include <linux/prandom.h>
#include <linux/random.h>
#include <linux/sizes.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/time64.h>
#include <linux/types.h>
#include <linux/wait_bit.h>

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
/* A buffer reaches to the end of its last page, and so does what is promised of it. */
#define EDU_WHOLE_SIZE		PAGE_ALIGN(EDU_SIZE)

/* What free memory is filled with, in how many blocks of the order of a buffer. */
#define EDU_DIRT		0xaa
#define EDU_DIRTY_BLOCKS	32

static bool corrupt;
module_param(corrupt, bool, 0644);
MODULE_PARM_DESC(corrupt, "Flip one bit of the source, to show that probing then fails");

static bool quick;
module_param(quick, bool, 0644);
MODULE_PARM_DESC(quick, "Bind without any DMA, for tests that bind again and again");

struct edu {
	struct pci_dev *pdev;
	void __iomem *regs;
	/* Owned by the device's managed resources, hence a pointer and const. */
	const struct dma_coherent_handle *managed;
	/* Owned by this struct: freed by edu_remove(). */
	struct dma_coherent_handle embedded;
	struct dma_coherent_handle shared;
	/* Ordinary coherent memory: here the CPU sees what the device does. */
	u8 *bounce;
	dma_addr_t bounce_dma;

	/* How user space gets at @shared. */
	struct miscdevice misc;
	/* For the device's own buffer and @bounce. */
	struct mutex lock;
	atomic_t open_files;
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

	dev_info(dev, "edu device %u.%u is alive\n", id >> 24, (id >> 16) & 0xff);
	return 0;
}

static void edu_show_path(struct edu *edu)
{
	struct device *dev = &edu->pdev->dev;

	if (device_iommu_mapped(dev))
		dev_info(dev, "its DMA goes through an IOMMU\n");
	else if (dma_need_sync(dev, edu->bounce_dma))
		dev_info(dev, "its DMA goes directly to memory, past the CPU caches\n");
	else
		dev_info(dev, "its DMA goes directly to memory, coherent with the CPU caches\n");
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
static int edu_copy(struct edu *edu, dma_addr_t dst, dma_addr_t src, dma_addr_t stale, u32 size)
{
	u32 done, count;
	int ret;

	for (done = 0; done < size; done += count) {
		count = min(size - done, EDU_CHUNK);

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

static int edu_pass(struct edu *edu, const char *what, dma_addr_t dst, dma_addr_t src)
{
	dev_info(&edu->pdev->dev, "DMA: %s\n", what);
	return edu_copy(edu, dst, src, edu->bounce_dma, EDU_SIZE);
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

/*
 * Leave dirt in free memory. The page allocator gives out first what it got back last, so a buffer
 * of the same order, from the same zone, is dirty then unless somebody clears it. What it gets back
 * in great numbers it merges, and may give out something else: less each time, then.
 */
static void edu_make_dirty(void)
{
	unsigned long blocks[EDU_DIRTY_BLOCKS];
	unsigned int order = get_order(EDU_SIZE);
	unsigned int n, count;

	for (count = ARRAY_SIZE(blocks); count; count /= 2) {
		for (n = 0; n < count; n++) {
			blocks[n] = __get_free_pages(GFP_KERNEL | GFP_DMA32, order);
			if (!blocks[n])
				break;
			memset((void *)blocks[n], EDU_DIRT, PAGE_SIZE << order);
		}
		while (n--)
			free_pages(blocks[n], order);
	}
}

/* Have the device show what is in a buffer, where the bytes are neither dirty nor zero by now. */
static int edu_look(struct edu *edu, dma_addr_t src)
{
	memset(edu->bounce, ~EDU_DIRT, EDU_WHOLE_SIZE);
	return edu_copy(edu, edu->bounce_dma, src, edu->bounce_dma, EDU_WHOLE_SIZE);
}

static unsigned int edu_count_dirt(const u8 *bytes)
{
	unsigned int i, n = 0;

	for (i = 0; i < EDU_WHOLE_SIZE; i++)
		n += bytes[i] == EDU_DIRT;
	return n;
}

/* How dirty will a fresh buffer be, if nobody clears it? */
static int edu_show_free_memory(struct edu *edu)
{
	unsigned int order = get_order(EDU_SIZE);
	unsigned long block;

	edu_make_dirty();
	block = __get_free_pages(GFP_KERNEL | GFP_DMA32, order);
	if (!block)
		return -ENOMEM;
	dev_info(&edu->pdev->dev, "stale bytes in free memory: %u of %u\n",
		 edu_count_dirt((u8 *)block), EDU_WHOLE_SIZE);
	free_pages(block, order);
	return 0;
}

/* What does the device find in a fresh buffer? Through a handle, there must be nothing to find. */
static int edu_test_stale(struct edu *edu)
{
	struct dma_coherent_handle handle __free(dma_coherent_handle) = {};
	struct device *dev = &edu->pdev->dev;
	unsigned int raw, dirt;
	dma_addr_t dma_addr;
	void *cookie, *byte;
	int ret;

	ret = edu_show_free_memory(edu);
	if (ret)
		return ret;

	edu_make_dirty();
	cookie = dma_alloc_attrs(dev, EDU_SIZE, &dma_addr, GFP_KERNEL | __GFP_ZERO,
				 DMA_ATTR_NO_KERNEL_MAPPING);
	if (!cookie)
		return -ENOMEM;
	ret = edu_look(edu, dma_addr);
	dma_free_attrs(dev, EDU_SIZE, cookie, dma_addr, DMA_ATTR_NO_KERNEL_MAPPING);
	if (ret)
		return ret;
	raw = edu_count_dirt(edu->bounce);

	edu_make_dirty();
	ret = dma_coherent_handle_alloc(dev, &handle, EDU_SIZE, GFP_KERNEL);
	if (ret)
		return dev_err_probe(dev, ret, "no handle to be read when fresh\n");
	ret = edu_look(edu, dma_coherent_handle_dma_addr(&handle));
	if (ret)
		return ret;
	dirt = edu_count_dirt(edu->bounce);
	dev_info(dev, "stale bytes that the device read: %u of %u from the bare call, %u of %u from a handle\n",
		 raw, EDU_WHOLE_SIZE, dirt, EDU_WHOLE_SIZE);

	byte = memchr_inv(edu->bounce, 0, EDU_WHOLE_SIZE);
	if (byte)
		return dev_err_probe(dev, -EIO,
				     "a fresh handle is not zero: at offset %#tx the device read %#04x\n",
				     byte - (void *)edu->bounce, *(u8 *)byte);
	return 0;
}

static int edu_run(struct edu *edu)
{
	struct device *dev = &edu->pdev->dev;
	dma_addr_t managed, embedded, scoped, source_dma;
	u8 *source, *sink = edu->bounce;
	u64 seed = get_random_u64();
	struct rnd_state rnd;
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
	if (!source)
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

	ret = edu_pass(edu, "source -> managed handle", managed, source_dma);
	if (ret)
		return ret;
	ret = edu_pass(edu, "managed handle -> embedded handle", embedded, managed);
	if (ret)
		return ret;
	ret = edu_pass(edu, "embedded handle -> scoped handle", scoped, embedded);
	if (ret)
		return ret;
	ret = edu_pass(edu, "scoped handle -> sink", edu->bounce_dma, scoped);
	if (ret)
		return ret;

	return edu_compare(edu, pattern, sink);
}

static struct edu *edu_of(struct file *file)
{
	return container_of(file->private_data, struct edu, misc);
}

static int edu_open(struct inode *inode, struct file *file)
{
	atomic_inc(&edu_of(file)->open_files);
	return 0;
}

static int edu_release(struct inode *inode, struct file *file)
{
	atomic_t *open_files = &edu_of(file)->open_files;

	/* After the last one, edu_remove() is free to go, and all of struct edu with it. */
	if (atomic_dec_and_test(open_files))
		wake_up_var(open_files);
	return 0;
}

/* The device reads the buffer, and user space gets what it has read. */
static ssize_t edu_read(struct file *file, char __user *to, size_t count, loff_t *ppos)
{
	struct edu *edu = edu_of(file);
	int ret;

	guard(mutex)(&edu->lock);
	ret = edu_copy(edu, edu->bounce_dma, dma_coherent_handle_dma_addr(&edu->shared),
		       edu->bounce_dma, EDU_SIZE);
	if (ret)
		return ret;
	return simple_read_from_buffer(to, count, ppos, edu->bounce, EDU_SIZE);
}

/* The device writes into the buffer what user space gives it. */
static ssize_t edu_write(struct file *file, const char __user *from, size_t count, loff_t *ppos)
{
	struct edu *edu = edu_of(file);
	loff_t start = *ppos, end = start;
	dma_addr_t dst;
	ssize_t len;
	int ret;

	guard(mutex)(&edu->lock);
	len = simple_write_to_buffer(edu->bounce, EDU_SIZE, &end, from, count);
	if (len <= 0)
		return len;

	dst = dma_coherent_handle_dma_addr(&edu->shared) + start;
	ret = edu_copy(edu, dst, edu->bounce_dma + start, dst, len);
	if (ret)
		return ret;
	*ppos = end;
	return len;
}

static int edu_mmap(struct file *file, struct vm_area_struct *vma)
{
	return dma_coherent_handle_mmap(&edu_of(file)->shared, vma);
}

static const struct file_operations edu_fops = {
	.owner = THIS_MODULE,
	.open = edu_open,
	.release = edu_release,
	.read = edu_read,
	.write = edu_write,
	.llseek = default_llseek,
	.mmap = edu_mmap,
};

static int edu_share(struct edu *edu)
{
	struct device *dev = &edu->pdev->dev;
	int ret;

	mutex_init(&edu->lock);
	edu->misc.minor = MISC_DYNAMIC_MINOR;
	edu->misc.name = KBUILD_MODNAME;
	edu->misc.fops = &edu_fops;
	edu->misc.parent = dev;
	edu->misc.mode = 0600;
	ret = misc_register(&edu->misc);
	if (ret)
		return dev_err_probe(dev, ret, "no device file\n");
	return 0;
}

/*
 * The buffer must go with the driver, and no mapping may outlive it: wait until the last one has
 * gone. A mapping holds its file open, even after user space has closed that.
 *
 * To take mappings away by unmap_mapping_range() instead would not find one whose mmap() is still
 * under way: it has all its pages before the kernel adds it to the file's mappings.
 */
static void edu_unshare(struct edu *edu)
{
	/* From here on, nobody can open it any more. */
	misc_deregister(&edu->misc);
	wait_var_event(&edu->open_files, !atomic_read(&edu->open_files));
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

	edu->bounce = dmam_alloc_coherent(dev, EDU_WHOLE_SIZE, &edu->bounce_dma, GFP_KERNEL);
	if (!edu->bounce)
		return -ENOMEM;
	edu_show_path(edu);

	ret = quick ? 0 : edu_test_stale(edu);
	if (ret)
		return ret;

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

	/* If it weren't cleared, user space would see that. */
	edu_make_dirty();
	ret = dma_coherent_handle_alloc(dev, &edu->shared, EDU_SIZE, GFP_KERNEL);
	if (ret) {
		dev_err_probe(dev, ret, "no handle for user space\n");
		goto err_free;
	}
	edu_show(edu, "shared", &edu->shared);

	ret = quick ? 0 : edu_run(edu);
	if (ret)
		goto err_free;
	ret = edu_share(edu);
	if (ret)
		goto err_free;
	return 0;

err_free:
	/* One of them may be empty, which does no harm. */
	dma_coherent_handle_free(&edu->shared);
	dma_coherent_handle_free(&edu->embedded);
	return ret;
}

static void edu_remove(struct pci_dev *pdev)
{
	struct edu *edu = pci_get_drvdata(pdev);

	edu_unshare(edu);
	dma_coherent_handle_free(&edu->shared);
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
