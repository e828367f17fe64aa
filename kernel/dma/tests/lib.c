// SPDX-License-Identifier: GPL-2.0
/*
 * What the KUnit suites of kernel/dma share: the devices to test on, and looking at the memory of
 * their buffers
 */

#include <kunit/device.h>
#include <kunit/platform_device.h>
#include <kunit/resource.h>
#include <kunit/test.h>

#include <linux/anon_inodes.h>
#include <linux/device.h>
#include <linux/dma-mapping.h>
#include <linux/err.h>
#include <linux/export.h>
#include <linux/fcntl.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/gfp.h>
#include <linux/highmem.h>
#include <linux/mm.h>
#include <linux/mman.h>
#include <linux/mod_devicetable.h>
#include <linux/module.h>
#include <linux/of.h>
#include <linux/of_reserved_mem.h>
#include <linux/pci.h>
#include <linux/platform_device.h>
#include <linux/property.h>
#include <linux/scatterlist.h>
#include <linux/string.h>
#include <linux/swiotlb.h>
#include <linux/uaccess.h>

#include "lib.h"

#define COMPATIBLE	"linux,dma-kunit"
#define PCI_VENDOR	0x1234
#define PCI_DEVICE_EDU	0x11e8
#define DRIVER_NAME	"dma-kunit"
#define DIRTY_BUFFERS	16

static const struct dma_test_device devices[] = {
	{ .name = "kunit" },
	{ .name = "edu" },
	{ .name = "coherent" },
	{ .name = "noncoherent" },
	{ .name = "cma" },
	{ .name = "restricted", .own_memory = true, .max = IO_TLB_SEGSIZE << IO_TLB_SHIFT },
	{ .name = "pool", .own_memory = true, .no_pages = true },
};

KUNIT_ARRAY_PARAM_DESC(devices, devices, name);

static bool has_node(const char *wanted)
{
	struct device_node *node;
	const char *label;

	for_each_compatible_node(node, NULL, COMPATIBLE) {
		if (!of_property_read_string(node, "label", &label) && !strcmp(label, wanted)) {
			of_node_put(node);
			return true;
		}
	}
	return false;
}

static bool is_present(const struct dma_test_device *device)
{
	struct pci_dev *pdev;

	if (!strcmp(device->name, "kunit"))
		return true;
	if (strcmp(device->name, "edu"))
		return has_node(device->name);

	pdev = pci_get_device(PCI_VENDOR, PCI_DEVICE_EDU, NULL);
	pci_dev_put(pdev);
	return pdev;
}

/**
 * dma_test_gen_devices() - generate the devices that are present, for KUNIT_CASE_PARAM()
 * @test: the test
 * @prev: the previous device, %NULL at first
 * @desc: filled with its name
 *
 * Return: the next &struct dma_test_device, or %NULL.
 */
const void *dma_test_gen_devices(struct kunit *test, const void *prev, char *desc)
{
	do {
		prev = devices_gen_params(test, prev, desc);
	} while (prev && !is_present(prev));
	return prev;
}
EXPORT_SYMBOL_GPL(dma_test_gen_devices);

/* The device that a driver of this test has found, of the name that the case wants. */
static const char *wanted;
static struct device *found;

static int of_probe(struct platform_device *pdev)
{
	struct device *dev = &pdev->dev;
	const char *label;
	int ret;

	if (device_property_read_string(dev, "label", &label) || strcmp(label, wanted))
		return -ENODEV;

	/* The driver core has seen to a restricted pool already. */
	if (strcmp(label, "restricted")) {
		ret = of_reserved_mem_device_init(dev);
		if (ret && ret != -ENODEV)
			return ret;
	}
	found = dev;
	return 0;
}

static void of_remove(struct platform_device *pdev)
{
	of_reserved_mem_device_release(&pdev->dev);
}

static const struct of_device_id of_ids[] = {
	{ .compatible = COMPATIBLE },
	{}
};

static struct platform_driver of_driver = {
	.driver = {
		.name = DRIVER_NAME,
		.of_match_table = of_ids,
	},
	.probe = of_probe,
	.remove = of_remove,
};

#ifdef CONFIG_PCI
static int pci_probe(struct pci_dev *pdev, const struct pci_device_id *id)
{
	int ret;

	ret = dma_set_mask_and_coherent(&pdev->dev, DMA_BIT_MASK(32));
	if (!ret)
		found = &pdev->dev;
	return ret;
}

static const struct pci_device_id pci_ids[] = {
	{ PCI_DEVICE(PCI_VENDOR, PCI_DEVICE_EDU) },
	{}
};

static struct pci_driver pci_driver = {
	.name = DRIVER_NAME,
	.id_table = pci_ids,
	.probe = pci_probe,
};

static void pci_unregister(void *unused)
{
	pci_unregister_driver(&pci_driver);
}

static void find_pci_device(struct kunit *test)
{
	KUNIT_ASSERT_EQ(test, 0, pci_register_driver(&pci_driver));
	KUNIT_ASSERT_EQ(test, 0, kunit_add_action_or_reset(test, pci_unregister, NULL));
}
#else
static void find_pci_device(struct kunit *test)
{
}
#endif

/**
 * dma_test_get_device() - bind the device of this case to a driver until the case ends
 * @test: the test, whose parameter is a &struct dma_test_device
 *
 * Return: the device. The test has failed if there is none.
 */
struct device *dma_test_get_device(struct kunit *test)
{
	const struct dma_test_device *device = test->param_value;

	found = NULL;
	wanted = device->name;
	if (!strcmp(wanted, "kunit"))
		found = kunit_device_register(test, "dma");
	else if (!strcmp(wanted, "edu"))
		find_pci_device(test);
	else
		KUNIT_ASSERT_EQ(test, 0, kunit_platform_driver_register(test, &of_driver));
	wait_for_device_probe();

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, found);
	/* As a driver does. The others have no need to: the device tree has told. */
	if (!strcmp(wanted, "kunit"))
		KUNIT_ASSERT_EQ(test, 0, dma_set_mask_and_coherent(found, DMA_BIT_MASK(32)));
	return found;
}
EXPORT_SYMBOL_GPL(dma_test_get_device);

/**
 * dma_test_dirty_memory() - fill with junk what the next buffers of a device will be made of
 * @test: the test
 * @dev: the device
 * @size: the size of the buffers in bytes
 */
void dma_test_dirty_memory(struct kunit *test, struct device *dev, size_t size)
{
	dma_addr_t dma_addr[DIRTY_BUFFERS];
	void *buffer[DIRTY_BUFFERS];
	unsigned int i;

	for (i = 0; i < DIRTY_BUFFERS; i++) {
		/* There may be less, in a small pool. */
		buffer[i] = dma_alloc_attrs(dev, PAGE_ALIGN(size), &dma_addr[i], GFP_KERNEL,
					    DMA_ATTR_NO_WARN);
		if (buffer[i])
			memset(buffer[i], DMA_TEST_JUNK, PAGE_ALIGN(size));
	}
	KUNIT_ASSERT_NOT_NULL(test, buffer[0]);
	while (i--)
		if (buffer[i])
			dma_free_attrs(dev, PAGE_ALIGN(size), buffer[i], dma_addr[i],
				       DMA_ATTR_NO_WARN);
}
EXPORT_SYMBOL_GPL(dma_test_dirty_memory);

/**
 * dma_test_count_in_pages() - count the bytes of a scatterlist's pages that have a value
 * @sgt: the scatterlist, of whole pages
 * @byte: the value
 *
 * Return: how many there are.
 */
size_t dma_test_count_in_pages(struct sg_table *sgt, u8 byte)
{
	struct sg_page_iter iter;
	size_t n = 0;

	for_each_sgtable_page(sgt, &iter, 0) {
		u8 *mapped = kmap_local_page(sg_page_iter_page(&iter));
		unsigned int i;

		for (i = 0; i < PAGE_SIZE; i++)
			n += mapped[i] == byte;
		kunmap_local(mapped);
	}
	return n;
}
EXPORT_SYMBOL_GPL(dma_test_count_in_pages);

struct user_buffer {
	dma_test_mmap_t *mmap;
	void *buffer;
};

static int user_mmap(struct file *file, struct vm_area_struct *vma)
{
	struct user_buffer *user = file->private_data;

	return user->mmap(user->buffer, vma);
}

static const struct file_operations user_fops = {
	.owner = THIS_MODULE,
	.mmap = user_mmap,
};

/**
 * dma_test_need_user() - give this thread an address space, as a process has one
 * @test: the test
 */
void dma_test_need_user(struct kunit *test)
{
	unsigned long addr;

	addr = kunit_vm_mmap(test, NULL, 0, PAGE_SIZE, PROT_READ, MAP_ANONYMOUS | MAP_PRIVATE, 0);
	KUNIT_ASSERT_NE(test, addr, 0);
	KUNIT_ASSERT_FALSE(test, IS_ERR_VALUE(addr));
}
EXPORT_SYMBOL_GPL(dma_test_need_user);

/**
 * dma_test_map_user() - map a buffer as a process does that has opened a driver's device node
 * @test: the test, after dma_test_need_user()
 * @mmap: the driver's mmap callback
 * @buffer: passed to it
 * @pgoff: the first page that is asked for
 * @pages: the number of pages
 *
 * Return: the user space address, or an error as vm_mmap() returns it.
 */
unsigned long dma_test_map_user(struct kunit *test, dma_test_mmap_t *mmap, void *buffer,
				unsigned long pgoff, unsigned long pages)
{
	struct user_buffer user = { .mmap = mmap, .buffer = buffer };
	struct file *file;
	unsigned long addr;

	file = anon_inode_getfile("dma-kunit", &user_fops, &user, O_RDWR);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, file);
	addr = vm_mmap(file, 0, pages * PAGE_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED,
		       pgoff * PAGE_SIZE);
	/* The mapping has a reference of its own. */
	fput(file);
	return addr;
}
EXPORT_SYMBOL_GPL(dma_test_map_user);

static u8 *page_buffer(struct kunit *test)
{
	u8 *buf = kunit_kmalloc(test, PAGE_SIZE, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, buf);
	return buf;
}

/**
 * dma_test_count_in_user() - count the bytes in user space that have a value
 * @test: the test
 * @addr: a user space address
 * @size: the number of bytes to look at, in whole pages
 * @byte: the value
 *
 * Return: how many there are.
 */
size_t dma_test_count_in_user(struct kunit *test, unsigned long addr, size_t size, u8 byte)
{
	u8 *buf = page_buffer(test);
	size_t i, n = 0, done;

	for (done = 0; done < size; done += PAGE_SIZE) {
		KUNIT_ASSERT_EQ(test, 0, copy_from_user(buf, (void __user *)(addr + done),
							PAGE_SIZE));
		for (i = 0; i < PAGE_SIZE; i++)
			n += buf[i] == byte;
	}
	kunit_kfree(test, buf);
	return n;
}
EXPORT_SYMBOL_GPL(dma_test_count_in_user);

/**
 * dma_test_fill_user() - fill memory in user space
 * @test: the test
 * @addr: a user space address
 * @size: the number of bytes, in whole pages
 * @byte: what to fill it with
 */
void dma_test_fill_user(struct kunit *test, unsigned long addr, size_t size, u8 byte)
{
	u8 *buf = page_buffer(test);
	size_t done;

	memset(buf, byte, PAGE_SIZE);
	for (done = 0; done < size; done += PAGE_SIZE)
		KUNIT_ASSERT_EQ(test, 0, copy_to_user((void __user *)(addr + done), buf,
						      PAGE_SIZE));
	kunit_kfree(test, buf);
}
EXPORT_SYMBOL_GPL(dma_test_fill_user);
