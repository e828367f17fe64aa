/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the KUnit suites of kernel/dma share: the devices to test on, and looking at the memory of
 * their buffers
 */
#ifndef _KERNEL_DMA_TESTS_LIB_H
#define _KERNEL_DMA_TESTS_LIB_H

#include <linux/types.h>

struct device;
struct kunit;
struct sg_table;
struct vm_area_struct;

/* What a buffer is filled with for others to find. */
#define DMA_TEST_JUNK		0xaa

/**
 * struct dma_test_device - a device to test on, the parameter of a case
 * @name: "kunit", a device of KUnit's, which is always there; "edu", the PCI device of QEMU; or the
 *	  label of a device tree node that is compatible to "linux,dma-kunit"
 * @own_memory: its buffers come from a pool of its own, and are cleared by that
 * @no_pages: its memory may have no struct page, or none that the kernel maps
 * @max: the size in bytes of its largest buffer, 0 if that is as for other devices
 */
struct dma_test_device {
	const char *name;
	bool own_memory;
	bool no_pages;
	size_t max;
};

const void *dma_test_gen_devices(struct kunit *test, const void *prev, char *desc);
struct device *dma_test_get_device(struct kunit *test);
void dma_test_dirty_memory(struct kunit *test, struct device *dev, size_t size);
size_t dma_test_count_in_pages(struct sg_table *sgt, u8 byte);

/* A driver's mmap callback for a buffer. */
typedef int dma_test_mmap_t(void *buffer, struct vm_area_struct *vma);
void dma_test_need_user(struct kunit *test);
unsigned long dma_test_map_user(struct kunit *test, dma_test_mmap_t *mmap, void *buffer,
				unsigned long pgoff, unsigned long pages);
size_t dma_test_count_in_user(struct kunit *test, unsigned long addr, size_t size, u8 byte);
void dma_test_fill_user(struct kunit *test, unsigned long addr, size_t size, u8 byte);

#endif /* _KERNEL_DMA_TESTS_LIB_H */
