/* SPDX-License-Identifier: GPL-2.0-only WITH Linux-syscall-note */
/*
 * What kernel/dma/coherent_handle_benchmark.c is asked to do, and what it found.
 */
#ifndef _UAPI_LINUX_DMA_COHERENT_HANDLE_BENCHMARK_H
#define _UAPI_LINUX_DMA_COHERENT_HANDLE_BENCHMARK_H

#include <linux/ioctl.h>
#include <linux/types.h>

#define DMA_COHERENT_HANDLE_BENCHMARK_MAX_LIVE		1000000
#define DMA_COHERENT_HANDLE_BENCHMARK_MAX_PAIRS		1000000
#define DMA_COHERENT_HANDLE_BENCHMARK_MAX_THREADS	64

/* How to allocate and free a buffer. "Bare": dma_alloc_attrs() with NO_KERNEL_MAPPING. */
enum dma_coherent_handle_benchmark_variant {
	DMA_COHERENT_HANDLE_BENCHMARK_BARE,
	DMA_COHERENT_HANDLE_BENCHMARK_BARE_REF,		/* and a reference to the device */
	DMA_COHERENT_HANDLE_BENCHMARK_HANDLE,
	DMA_COHERENT_HANDLE_BENCHMARK_COHERENT,		/* dma_alloc_coherent() */
	DMA_COHERENT_HANDLE_BENCHMARK_NONCONTIGUOUS,	/* dma_alloc_noncontiguous() */
	DMA_COHERENT_HANDLE_BENCHMARK_POOL,		/* dma_pool_alloc() */
	DMA_COHERENT_HANDLE_BENCHMARK_DMAM_BARE,	/* dmam_alloc_attrs(), bare otherwise */
	DMA_COHERENT_HANDLE_BENCHMARK_DMAM_HANDLE,	/* a managed handle */
	DMA_COHERENT_HANDLE_BENCHMARK_DMAM_COHERENT,	/* dmam_alloc_coherent() */
	DMA_COHERENT_HANDLE_BENCHMARK_NR_VARIANTS
};

/**
 * struct dma_coherent_handle_benchmark - one measurement
 * @size: of each buffer, in bytes
 * @variant: one of &enum dma_coherent_handle_benchmark_variant
 * @live: how many buffers; read by DMA_COHERENT_HANDLE_BENCHMARK_HOLD
 * @threads: how many do the same at a time; read by DMA_COHERENT_HANDLE_BENCHMARK_RUN
 * @pairs: how often each allocates and frees a buffer; read by DMA_COHERENT_HANDLE_BENCHMARK_RUN
 * @ns: how long that took in all, in nanoseconds
 */
struct dma_coherent_handle_benchmark {
	__u64 size;
	__u32 variant;
	__u32 live;
	__u32 threads;
	__u32 pairs;
	__u64 ns;
};

/* Allocate buffers and keep them, instead of those that were kept before. */
#define DMA_COHERENT_HANDLE_BENCHMARK_HOLD	_IOWR('d', 2, struct dma_coherent_handle_benchmark)
/* Allocate and free, with those buffers around. */
#define DMA_COHERENT_HANDLE_BENCHMARK_RUN	_IOWR('d', 3, struct dma_coherent_handle_benchmark)

#endif /* _UAPI_LINUX_DMA_COHERENT_HANDLE_BENCHMARK_H */
