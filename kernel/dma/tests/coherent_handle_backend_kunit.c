// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit tests for DMA-coherent handles on real DMA backends
 *
 * Every case runs on each device that is there, and looks at the memory of the buffers, through
 * its pages and through the page tables of user space:
 *
 * * "kunit", a device of KUnit's, which is always there and mostly uses dma-direct,
 * * "edu", the PCI device of QEMU, be it behind an IOMMU or not,
 * * what a device tree for this test describes: nodes compatible to
 *   "linux,dma-coherent-handle-test", whose label is the name of the device.
 */

#include <kunit/device.h>
#include <kunit/platform_device.h>
#include <kunit/resource.h>
#include <kunit/test.h>

#include <linux/anon_inodes.h>
#include <linux/array_size.h>
#include <linux/device.h>
#include <linux/dma-coherent-handle.h>
#include <linux/dma-map-ops.h>
#include <linux/dma-mapping.h>
#include <linux/err.h>
#include <linux/fcntl.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/gfp.h>
#include <linux/highmem.h>
#include <linux/mm.h>
#include <linux/mman.h>
#include <linux/mod_devicetable.h>
#include <linux/of.h>
#include <linux/of_reserved_mem.h>
#include <linux/pci.h>
#include <linux/platform_device.h>
#include <linux/prandom.h>
#include <linux/property.h>
#include <linux/sched.h>
#include <linux/scatterlist.h>
#include <linux/sizes.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/swiotlb.h>
#include <linux/uaccess.h>

#define DIRTY		0xaa
#define DIRTY_BUFFERS	16
#define NEIGHBOURS	8
#define STEPS		100000
#define STEP_HANDLES	32

struct backend {
	const char *name;
	bool clears;		/* without being told to, and without an IOMMU */
	bool no_sgtable;	/* its memory may have no struct page */
	size_t max;		/* the most that it has in one piece, if not as others */
};

static const struct backend backends[] = {
	{ .name = "kunit" },
	{ .name = "edu" },
	{ .name = "coherent" },
	{ .name = "noncoherent" },
	{ .name = "cma" },
	{ .name = "restricted", .clears = true, .max = IO_TLB_SEGSIZE << IO_TLB_SHIFT },
	{ .name = "pool", .clears = true, .no_sgtable = true },
};

static void backend_desc(const struct backend *backend, char *desc)
{
	strscpy(desc, backend->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(backends, backends, backend_desc);

#define BACKEND_COMPATIBLE	"linux,dma-coherent-handle-test"
#define BACKEND_PCI_VENDOR	0x1234
#define BACKEND_PCI_DEVICE	0x11e8

static bool has_node(const char *wanted)
{
	struct device_node *node;
	const char *label;

	for_each_compatible_node(node, NULL, BACKEND_COMPATIBLE) {
		if (!of_property_read_string(node, "label", &label) && !strcmp(label, wanted)) {
			of_node_put(node);
			return true;
		}
	}
	return false;
}

static bool is_present(const struct backend *backend)
{
	struct pci_dev *pdev;

	if (!strcmp(backend->name, "kunit"))
		return true;
	if (strcmp(backend->name, "edu"))
		return has_node(backend->name);

	pdev = pci_get_device(BACKEND_PCI_VENDOR, BACKEND_PCI_DEVICE, NULL);
	pci_dev_put(pdev);
	return pdev;
}

static const void *present_gen_params(struct kunit *test, const void *prev, char *desc)
{
	do {
		prev = backends_gen_params(test, prev, desc);
	} while (prev && !is_present(prev));
	return prev;
}

/* The device that a driver of this test has found, of the name that the case wants. */
static const char *wanted;
static struct device *found;

static int backend_of_probe(struct platform_device *pdev)
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

static void backend_of_remove(struct platform_device *pdev)
{
	of_reserved_mem_device_release(&pdev->dev);
}

static const struct of_device_id backend_of_ids[] = {
	{ .compatible = BACKEND_COMPATIBLE },
	{}
};

static struct platform_driver backend_of_driver = {
	.driver = {
		.name = "dma-coherent-handle-backend",
		.of_match_table = backend_of_ids,
	},
	.probe = backend_of_probe,
	.remove = backend_of_remove,
};

#ifdef CONFIG_PCI
static int backend_pci_probe(struct pci_dev *pdev, const struct pci_device_id *id)
{
	int ret;

	ret = dma_set_mask_and_coherent(&pdev->dev, DMA_BIT_MASK(32));
	if (!ret)
		found = &pdev->dev;
	return ret;
}

static const struct pci_device_id backend_pci_ids[] = {
	{ PCI_DEVICE(BACKEND_PCI_VENDOR, BACKEND_PCI_DEVICE) },
	{}
};

static struct pci_driver backend_pci_driver = {
	.name = "dma-coherent-handle-backend",
	.id_table = backend_pci_ids,
	.probe = backend_pci_probe,
};

static void backend_pci_unregister(void *unused)
{
	pci_unregister_driver(&backend_pci_driver);
}

static void find_pci_device(struct kunit *test)
{
	KUNIT_ASSERT_EQ(test, 0, pci_register_driver(&backend_pci_driver));
	KUNIT_ASSERT_EQ(test, 0, kunit_add_action_or_reset(test, backend_pci_unregister, NULL));
}
#else
static void find_pci_device(struct kunit *test)
{
}
#endif

/* The device of this case, bound to a driver until the case ends. */
static struct device *backend_device(struct kunit *test)
{
	const struct backend *backend = test->param_value;

	found = NULL;
	wanted = backend->name;
	if (!strcmp(wanted, "kunit"))
		found = kunit_device_register(test, "backend");
	else if (!strcmp(wanted, "edu"))
		find_pci_device(test);
	else
		KUNIT_ASSERT_EQ(test, 0, kunit_platform_driver_register(test, &backend_of_driver));
	wait_for_device_probe();

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, found);
	/* As a driver does. The others have no need to: the device tree has told. */
	if (!strcmp(wanted, "kunit"))
		KUNIT_ASSERT_EQ(test, 0, dma_set_mask_and_coherent(found, DMA_BIT_MASK(32)));
	return found;
}

/* Fill with junk what the next buffers will be made of. */
static void dirty_memory(struct kunit *test, struct device *dev, size_t size)
{
	dma_addr_t dma_addr[DIRTY_BUFFERS];
	void *buffer[DIRTY_BUFFERS];
	unsigned int i;

	for (i = 0; i < DIRTY_BUFFERS; i++) {
		/* There may be less, in a small pool. */
		buffer[i] = dma_alloc_attrs(dev, PAGE_ALIGN(size), &dma_addr[i], GFP_KERNEL,
					    DMA_ATTR_NO_WARN);
		if (buffer[i])
			memset(buffer[i], DIRTY, PAGE_ALIGN(size));
	}
	KUNIT_ASSERT_NOT_NULL(test, buffer[0]);
	while (i--)
		if (buffer[i])
			dma_free_attrs(dev, PAGE_ALIGN(size), buffer[i], dma_addr[i],
				       DMA_ATTR_NO_WARN);
}

/* How many bytes of some pages are as a case expects? Counts them all, so that none is missed. */
static size_t count_in_pages(struct sg_table *sgt, u8 byte)
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

static int backend_mmap(struct file *file, struct vm_area_struct *vma)
{
	return dma_coherent_handle_mmap(file->private_data, vma);
}

static const struct file_operations backend_fops = {
	.owner = THIS_MODULE,
	.mmap = backend_mmap,
};

/* Give this thread an address space for user space, which it keeps. */
static void need_user_space(struct kunit *test)
{
	unsigned long addr;

	addr = kunit_vm_mmap(test, NULL, 0, PAGE_SIZE, PROT_READ, MAP_ANONYMOUS | MAP_PRIVATE, 0);
	KUNIT_ASSERT_NE(test, addr, 0);
	KUNIT_ASSERT_FALSE(test, IS_ERR_VALUE(addr));
}

/* As a process does that has opened the driver's device node. Returns the address, or an error. */
static unsigned long map_into_user_space(struct kunit *test, struct dma_coherent_handle *handle,
					 unsigned long pgoff, unsigned long pages)
{
	struct file *file;
	unsigned long addr;

	file = anon_inode_getfile("dma-coherent-handle", &backend_fops, handle, O_RDWR);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, file);
	addr = vm_mmap(file, 0, pages * PAGE_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED,
		       pgoff * PAGE_SIZE);
	/* The mapping has a reference of its own. */
	fput(file);
	return addr;
}

static u8 *page_buffer(struct kunit *test)
{
	u8 *buf = kunit_kmalloc(test, PAGE_SIZE, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, buf);
	return buf;
}

static size_t count_in_user_space(struct kunit *test, unsigned long addr, size_t size, u8 byte)
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

static void fill_in_user_space(struct kunit *test, unsigned long addr, size_t size, u8 byte)
{
	u8 *buf = page_buffer(test);
	size_t done;

	memset(buf, byte, PAGE_SIZE);
	for (done = 0; done < size; done += PAGE_SIZE)
		KUNIT_ASSERT_EQ(test, 0, copy_to_user((void __user *)(addr + done), buf,
						      PAGE_SIZE));
	kunit_kfree(test, buf);
}

static void expect_zeroes_in_user_space(struct kunit *test, struct dma_coherent_handle *handle,
					size_t aligned)
{
	unsigned long addr = map_into_user_space(test, handle, 0, aligned / PAGE_SIZE);

	KUNIT_ASSERT_FALSE(test, IS_ERR_VALUE(addr));
	KUNIT_EXPECT_EQ(test, count_in_user_space(test, addr, aligned, 0), aligned);
	KUNIT_EXPECT_EQ(test, 0, vm_munmap(addr, aligned));
}

/*
 * Succeeds if this test can tell a buffer that was cleared from one that wasn't: what comes without
 * a handle from dma-direct is full of junk, unless the page allocator clears it.
 */
static void junk_is_seen_without_a_handle(struct kunit *test)
{
	const struct backend *backend = test->param_value;
	struct device *dev = backend_device(test);
	size_t size = SZ_16K, n;
	dma_addr_t dma_addr;
	struct sg_table sgt;
	void *cookie;

	if (backend->clears || get_dma_ops(dev) || device_iommu_mapped(dev))
		kunit_skip(test, "nothing to be seen: this backend clears");
	if (want_init_on_alloc(0) || want_init_on_free())
		kunit_skip(test, "nothing to be seen: the page allocator clears");

	dirty_memory(test, dev, size);
	cookie = dma_alloc_attrs(dev, size, &dma_addr, GFP_KERNEL | __GFP_ZERO,
				 DMA_ATTR_NO_KERNEL_MAPPING);
	KUNIT_ASSERT_NOT_NULL(test, cookie);
	if (!dma_get_sgtable_attrs(dev, &sgt, cookie, dma_addr, size, DMA_ATTR_NO_KERNEL_MAPPING)) {
		n = count_in_pages(&sgt, DIRTY);
		kunit_info(test, "%s: %zu of %zu bytes are junk\n", backend->name, n, size);
		KUNIT_EXPECT_GT(test, n, 0);
		sg_free_table(&sgt);
	}
	dma_free_attrs(dev, size, cookie, dma_addr, DMA_ATTR_NO_KERNEL_MAPPING);
}

/* Succeeds if buffers of all sizes read as zero to the end of their last page. */
static void buffers_read_as_zero(struct kunit *test)
{
	const size_t sizes[] = { 1, PAGE_SIZE - 1, PAGE_SIZE, 3 * PAGE_SIZE - 100, SZ_64K, SZ_1M };
	const struct backend *backend = test->param_value;
	struct device *dev = backend_device(test);
	struct dma_coherent_handle handle = {};
	struct sg_table sgt;
	unsigned int i;
	size_t aligned;
	int ret;

	need_user_space(test);
	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		aligned = PAGE_ALIGN(sizes[i]);
		if (backend->max && aligned > backend->max) {
			KUNIT_EXPECT_EQ(test, -ENOMEM,
					dma_coherent_handle_alloc(dev, &handle, sizes[i],
								  GFP_KERNEL));
			continue;
		}
		dirty_memory(test, dev, sizes[i]);
		KUNIT_ASSERT_EQ(test, 0, dma_coherent_handle_alloc(dev, &handle, sizes[i],
								   GFP_KERNEL));

		ret = dma_coherent_handle_get_sgtable(&handle, &sgt);
		KUNIT_EXPECT_EQ(test, ret, backend->no_sgtable ? -ENXIO : 0);
		if (!ret) {
			KUNIT_EXPECT_EQ(test, count_in_pages(&sgt, 0), aligned);
			sg_free_table(&sgt);
		}

		expect_zeroes_in_user_space(test, &handle, aligned);
		dma_coherent_handle_free(&handle);
	}
}

/* Succeeds if a buffer that must not sleep is there, and zeroed as well. */
static void atomic_buffer_reads_as_zero(struct kunit *test)
{
	struct device *dev = backend_device(test);
	struct dma_coherent_handle handle;
	size_t size = 4 * PAGE_SIZE;

	need_user_space(test);
	dirty_memory(test, dev, size);
	KUNIT_ASSERT_EQ(test, 0, dma_coherent_handle_alloc(dev, &handle, size - 1, GFP_ATOMIC));
	expect_zeroes_in_user_space(test, &handle, size);
	dma_coherent_handle_free(&handle);
}

/* Succeeds if nothing is written beyond the end of a buffer's last page. */
static void neighbours_are_left_alone(struct kunit *test)
{
	struct device *dev = backend_device(test);
	struct dma_coherent_handle handle;
	dma_addr_t dma_addr[NEIGHBOURS];
	u8 *buffer[NEIGHBOURS];
	unsigned int i;

	for (i = 0; i < NEIGHBOURS; i++) {
		buffer[i] = dma_alloc_coherent(dev, PAGE_SIZE, &dma_addr[i], GFP_KERNEL);
		KUNIT_ASSERT_NOT_NULL(test, buffer[i]);
		memset(buffer[i], DIRTY, PAGE_SIZE);
	}
	/* A pool gives out the first room that there is: between the others. */
	dma_free_coherent(dev, PAGE_SIZE, buffer[NEIGHBOURS / 2], dma_addr[NEIGHBOURS / 2]);
	KUNIT_ASSERT_EQ(test, 0, dma_coherent_handle_alloc(dev, &handle, PAGE_SIZE - 100,
							   GFP_KERNEL));
	dma_coherent_handle_free(&handle);

	for (i = 0; i < NEIGHBOURS; i++) {
		if (i == NEIGHBOURS / 2)
			continue;
		KUNIT_EXPECT_NULL(test, memchr_inv(buffer[i], DIRTY, PAGE_SIZE));
		dma_free_coherent(dev, PAGE_SIZE, buffer[i], dma_addr[i]);
	}
}

/* Succeeds if user space has the buffer's own memory, and a part of it is the part asked for. */
static void mmap_shows_the_buffer(struct kunit *test)
{
	const struct backend *backend = test->param_value;
	struct device *dev = backend_device(test);
	struct dma_coherent_handle handle;
	unsigned long all, part;
	struct sg_table sgt;

	need_user_space(test);
	KUNIT_ASSERT_EQ(test, 0, dma_coherent_handle_alloc(dev, &handle, 4 * PAGE_SIZE - 1,
							   GFP_KERNEL));
	all = map_into_user_space(test, &handle, 0, 4);
	KUNIT_ASSERT_FALSE(test, IS_ERR_VALUE(all));
	fill_in_user_space(test, all, PAGE_SIZE, 1);
	fill_in_user_space(test, all + PAGE_SIZE, 2 * PAGE_SIZE, 2);
	fill_in_user_space(test, all + 3 * PAGE_SIZE, PAGE_SIZE, 3);

	part = map_into_user_space(test, &handle, 1, 2);
	KUNIT_ASSERT_FALSE(test, IS_ERR_VALUE(part));
	KUNIT_EXPECT_EQ(test, count_in_user_space(test, part, 2 * PAGE_SIZE, 2), 2 * PAGE_SIZE);
	KUNIT_EXPECT_EQ(test, 0, vm_munmap(part, 2 * PAGE_SIZE));

	part = map_into_user_space(test, &handle, 3, 1);
	KUNIT_ASSERT_FALSE(test, IS_ERR_VALUE(part));
	KUNIT_EXPECT_EQ(test, count_in_user_space(test, part, PAGE_SIZE, 3), PAGE_SIZE);
	fill_in_user_space(test, part, PAGE_SIZE, 4);
	KUNIT_EXPECT_EQ(test, 0, vm_munmap(part, PAGE_SIZE));
	KUNIT_EXPECT_EQ(test, count_in_user_space(test, all, 4 * PAGE_SIZE, 4), PAGE_SIZE);

	if (!backend->no_sgtable) {
		KUNIT_ASSERT_EQ(test, 0, dma_coherent_handle_get_sgtable(&handle, &sgt));
		KUNIT_EXPECT_EQ(test, count_in_pages(&sgt, 1), PAGE_SIZE);
		KUNIT_EXPECT_EQ(test, count_in_pages(&sgt, 2), 2 * PAGE_SIZE);
		KUNIT_EXPECT_EQ(test, count_in_pages(&sgt, 4), PAGE_SIZE);
		sg_free_table(&sgt);
	}

	KUNIT_EXPECT_EQ(test, 0, vm_munmap(all, 4 * PAGE_SIZE));
	dma_coherent_handle_free(&handle);
}

/* Succeeds if user space gets nothing that isn't the buffer's. */
static void mmap_beyond_the_buffer_fails(struct kunit *test)
{
	struct device *dev = backend_device(test);
	struct dma_coherent_handle handle;

	need_user_space(test);
	KUNIT_ASSERT_EQ(test, 0, dma_coherent_handle_alloc(dev, &handle, 3 * PAGE_SIZE,
							   GFP_KERNEL));
	KUNIT_EXPECT_EQ(test, (long)map_into_user_space(test, &handle, 0, 4), -ENXIO);
	KUNIT_EXPECT_EQ(test, (long)map_into_user_space(test, &handle, 1, 3), -ENXIO);
	KUNIT_EXPECT_EQ(test, (long)map_into_user_space(test, &handle, 3, 1), -ENXIO);
	KUNIT_EXPECT_EQ(test, (long)map_into_user_space(test, &handle, 1000, 1), -ENXIO);
	dma_coherent_handle_free(&handle);
	KUNIT_EXPECT_EQ(test, (long)map_into_user_space(test, &handle, 0, 1), -EINVAL);
}

/* Succeeds if nobody gets to see a buffer that was not cleared. */
static void uninit_buffer_is_not_shared(struct kunit *test)
{
	struct device *dev = backend_device(test);
	struct dma_coherent_handle handle;
	struct sg_table sgt;

	need_user_space(test);
	KUNIT_ASSERT_EQ(test, 0, dma_coherent_handle_alloc_uninit(dev, &handle, SZ_16K, GFP_KERNEL,
								  0));
	KUNIT_EXPECT_EQ(test, (long)map_into_user_space(test, &handle, 0, 1), -EPERM);
	KUNIT_EXPECT_EQ(test, dma_coherent_handle_get_sgtable(&handle, &sgt), -EPERM);
	dma_coherent_handle_free(&handle);
}

/* One step of many: whatever is done, what is allocated reads as zero, and all is freed again. */
static void random_step(struct kunit *test, struct device *dev, struct rnd_state *rnd,
			struct dma_coherent_handle *handles)
{
	struct dma_coherent_handle *handle = &handles[prandom_u32_state(rnd) % STEP_HANDLES];
	struct dma_coherent_handle *other = &handles[prandom_u32_state(rnd) % STEP_HANDLES];
	size_t size = prandom_u32_state(rnd) % (4 * PAGE_SIZE) + 1;
	unsigned long addr, pages, pgoff;
	unsigned long last = ~0UL;

	switch (prandom_u32_state(rnd) % 8) {
	case 0 ... 2:
		if (dma_coherent_handle_is_allocated(handle))
			break;
		/* A small pool may be full. */
		if (dma_coherent_handle_alloc_attrs(dev, handle, size, GFP_KERNEL,
						    DMA_ATTR_NO_WARN))
			KUNIT_ASSERT_FALSE(test, dma_coherent_handle_is_allocated(handle));
		break;
	case 3 ... 4:
		dma_coherent_handle_free(handle);
		break;
	case 5 ... 6:
		if (handle == other || dma_coherent_handle_is_allocated(other))
			break;
		*other = dma_coherent_handle_take(handle);
		break;
	case 7:
		if (!dma_coherent_handle_is_allocated(handle))
			break;
		pages = PAGE_ALIGN(dma_coherent_handle_size(handle)) / PAGE_SIZE;
		pgoff = prandom_u32_state(rnd) % pages;
		pages -= pgoff;
		addr = map_into_user_space(test, handle, pgoff, pages);
		KUNIT_ASSERT_FALSE(test, IS_ERR_VALUE(addr));
		KUNIT_ASSERT_EQ(test, 0, copy_from_user(&last, (void __user *)
							(addr + pages * PAGE_SIZE - sizeof(last)),
							sizeof(last)));
		KUNIT_ASSERT_EQ(test, last, 0);
		KUNIT_ASSERT_EQ(test, 0, copy_to_user((void __user *)addr, &pgoff, sizeof(pgoff)));
		KUNIT_ASSERT_EQ(test, 0, vm_munmap(addr, pages * PAGE_SIZE));
		break;
	}
}

/* Succeeds if nothing goes wrong, and nobody complains, in very many steps. */
static void random_steps(struct kunit *test)
{
	struct device *dev = backend_device(test);
	struct dma_coherent_handle *handles;
	unsigned int dev_refs, i;
	struct rnd_state rnd;

	handles = kunit_kcalloc(test, STEP_HANDLES, sizeof(*handles), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, handles);
	need_user_space(test);
	dev_refs = kref_read(&dev->kobj.kref);
	prandom_seed_state(&rnd, 0x5eed);

	for (i = 0; i < STEPS; i++) {
		random_step(test, dev, &rnd, handles);
		cond_resched();
	}

	for (i = 0; i < STEP_HANDLES; i++)
		dma_coherent_handle_free(&handles[i]);
	KUNIT_EXPECT_EQ(test, kref_read(&dev->kobj.kref), dev_refs);
}

static struct kunit_case handle_backend_test_cases[] = {
	KUNIT_CASE_PARAM(junk_is_seen_without_a_handle, present_gen_params),
	KUNIT_CASE_PARAM(buffers_read_as_zero, present_gen_params),
	KUNIT_CASE_PARAM(atomic_buffer_reads_as_zero, present_gen_params),
	KUNIT_CASE_PARAM(neighbours_are_left_alone, present_gen_params),
	KUNIT_CASE_PARAM(mmap_shows_the_buffer, present_gen_params),
	KUNIT_CASE_PARAM(mmap_beyond_the_buffer_fails, present_gen_params),
	KUNIT_CASE_PARAM(uninit_buffer_is_not_shared, present_gen_params),
	KUNIT_CASE_PARAM_ATTR(random_steps, present_gen_params, { .speed = KUNIT_SPEED_SLOW }),
	{}
};

static struct kunit_suite handle_backend_test_suite = {
	.name = "dma_coherent_handle_backend",
	.test_cases = handle_backend_test_cases,
};

kunit_test_suite(handle_backend_test_suite);
