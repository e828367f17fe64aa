/* SPDX-License-Identifier: GPL-2.0 */
/*
 * dma_coherent_handle/live in debugfs, for the tests to read
 */
#ifndef _KERNEL_DMA_TESTS_COHERENT_HANDLE_LIVE_H
#define _KERNEL_DMA_TESTS_COHERENT_HANDLE_LIVE_H

struct device;
struct kunit;
struct live_file;

struct live_file *live_open(struct kunit *test);
const char *live_read(struct live_file *live);
unsigned int live_count(struct live_file *live, const struct device *dev);

#endif /* _KERNEL_DMA_TESTS_COHERENT_HANDLE_LIVE_H */
