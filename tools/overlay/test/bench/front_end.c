// SPDX-License-Identifier: GPL-2.0
/*
 * Front end of coherent_handle_benchmark.c: measures each variant at each size, number of live buffers
 * and number of threads, and prints a table of comma-separated values.
 *
 * In each round the variants follow each other, in the opposite order of the round before, so that
 * what changes meanwhile changes for all.
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/ioctl.h>

#include "dma_coherent_handle_benchmark.h"

#define FILE_NAME	"/sys/kernel/debug/dma_coherent_handle_benchmark"
#define MAX_VALUES	16
#define NR_VARIANTS	DMA_COHERENT_HANDLE_BENCHMARK_NR_VARIANTS

static const char * const variants[NR_VARIANTS] = {
	[DMA_COHERENT_HANDLE_BENCHMARK_BARE]		= "bare",
	[DMA_COHERENT_HANDLE_BENCHMARK_BARE_REF]	= "bare-ref",
	[DMA_COHERENT_HANDLE_BENCHMARK_HANDLE]		= "handle",
	[DMA_COHERENT_HANDLE_BENCHMARK_COHERENT]	= "coherent",
	[DMA_COHERENT_HANDLE_BENCHMARK_NONCONTIGUOUS]	= "noncontiguous",
	[DMA_COHERENT_HANDLE_BENCHMARK_POOL]		= "pool",
	[DMA_COHERENT_HANDLE_BENCHMARK_DMAM_BARE]	= "dmam-bare",
	[DMA_COHERENT_HANDLE_BENCHMARK_DMAM_HANDLE]	= "dmam-handle",
	[DMA_COHERENT_HANDLE_BENCHMARK_DMAM_COHERENT]	= "dmam-coherent",
};

struct values {
	unsigned int nr;
	unsigned long long value[MAX_VALUES];
};

static void usage(FILE *to)
{
	unsigned int i;

	fprintf(to, "Usage: dma_coherent_handle_benchmark [OPTION]...\n"
		"Needs a device that is bound to the driver of that name, and root.\n\n"
		"  -v VARIANT,...  ways to allocate a buffer (default: all)\n"
		"  -s SIZE,...     sizes in bytes, or with K or M (default: 4K,64K,1M)\n"
		"  -l LIVE,...     how many buffers are there meanwhile (default: 0)\n"
		"  -t THREADS,...  how many threads do it (default: 1)\n"
		"  -n PAIRS        allocations, each freed again, of each thread\n"
		"                  (default: what comes to 64 MiB, at least 4 and at most 1000)\n"
		"  -r ROUNDS       (default: 5)\n\nVariants:");
	for (i = 0; i < NR_VARIANTS; i++)
		fprintf(to, " %s", variants[i]);
	fprintf(to, "\n");
}

static void bad(const char *what, const char *text)
{
	fprintf(stderr, "dma_coherent_handle_benchmark: %s: %s\n", what, text);
	exit(2);
}

static unsigned long long to_number(const char *text)
{
	unsigned long long value;
	char *end;

	errno = 0;
	value = strtoull(text, &end, 0);
	if (*end == 'K' || *end == 'M')
		value <<= *end++ == 'K' ? 10 : 20;
	if (errno || *end || end == text || *text == '-')
		bad("not a number", text);
	return value;
}

static unsigned long long to_variant(const char *text)
{
	unsigned int i;

	for (i = 0; i < NR_VARIANTS; i++)
		if (!strcmp(text, variants[i]))
			return i;
	bad("no such variant", text);
	return NR_VARIANTS;
}

static void parse(struct values *values, char *list, unsigned long long (*value)(const char *))
{
	char *text;

	values->nr = 0;
	for (text = strtok(list, ","); text; text = strtok(NULL, ",")) {
		if (values->nr == MAX_VALUES)
			bad("too many values", text);
		values->value[values->nr++] = value(text);
	}
}

/* What the kernel keeps of its own, on account of what it has given out. */
struct memory {
	long long bytes;		/* structs and page tables */
	long long areas, area_bytes;	/* what it has mapped for itself, and how much of that */
};

static void add_meminfo(struct memory *memory)
{
	static const char * const names[] = { "Slab:", "PageTables:", "SecPageTables:", NULL };
	const char * const *name;
	FILE *file = fopen("/proc/meminfo", "r");
	unsigned long long kib;
	char line[256];

	while (file && fgets(line, sizeof(line), file))
		for (name = names; *name; name++)
			if (!strncmp(line, *name, strlen(*name)) &&
			    sscanf(line + strlen(*name), "%llu kB", &kib) == 1)
				memory->bytes += kib << 10;
	if (file)
		fclose(file);
}

static void add_vmallocinfo(struct memory *memory)
{
	FILE *file = fopen("/proc/vmallocinfo", "r");
	unsigned long start, end;
	char line[512];
	long long size;

	while (file && fgets(line, sizeof(line), file))
		if (sscanf(line, "%lx-%lx %lld", &start, &end, &size) == 3 &&
		    !strstr(line, "benchmark")) {
			memory->areas++;
			memory->area_bytes += size;
		}
	if (file)
		fclose(file);
}

static struct memory memory_now(void)
{
	struct memory memory = {};

	add_meminfo(&memory);
	add_vmallocinfo(&memory);
	return memory;
}

static bool call(int fd, unsigned long cmd, struct dma_coherent_handle_benchmark *param)
{
	if (!ioctl(fd, cmd, param))
		return true;
	/* A buffer that there is no memory for, and what can't be done by several threads. */
	if (errno != ENOMEM && errno != EOPNOTSUPP) {
		perror("dma_coherent_handle_benchmark: " FILE_NAME);
		exit(1);
	}
	return false;
}

/* Buffers to be around. One line says what they take. */
static bool keep_buffers(int fd, struct dma_coherent_handle_benchmark *param)
{
	unsigned int live = param->live;
	struct memory before, now;

	/* First none, so that what the last ones have left has gone. */
	param->live = 0;
	param->ns = 0;
	call(fd, DMA_COHERENT_HANDLE_BENCHMARK_HOLD, param);
	if (!live)
		return true;
	before = memory_now();
	param->live = live;
	if (!call(fd, DMA_COHERENT_HANDLE_BENCHMARK_HOLD, param))
		return false;
	now = memory_now();
	printf("keep,%s,%llu,%u,,,,%llu,%lld,%lld,%lld\n", variants[param->variant], param->size,
	       param->live, param->ns, now.bytes - before.bytes, now.areas - before.areas,
	       now.area_bytes - before.area_bytes);
	return true;
}

static void measure(int fd, struct dma_coherent_handle_benchmark *param, unsigned int round)
{
	if (!call(fd, DMA_COHERENT_HANDLE_BENCHMARK_RUN, param))
		return;
	printf("run,%s,%llu,%u,%u,%u,%u,%llu,,,\n", variants[param->variant], param->size,
	       param->live, param->threads, round, param->pairs, param->ns);
	fflush(stdout);
}

/* With nothing else around, variants alternate. */
static void measure_all(int fd, struct dma_coherent_handle_benchmark *param,
			const struct values *chosen, unsigned int rounds)
{
	unsigned int round, i;

	for (round = 0; round < rounds; round++)
		for (i = 0; i < chosen->nr; i++) {
			param->variant = chosen->value[round & 1 ? chosen->nr - 1 - i : i];
			measure(fd, param, round);
		}
}

static void measure_with_live(int fd, struct dma_coherent_handle_benchmark *param,
			      const struct values *chosen, unsigned int rounds)
{
	unsigned int round, i, live = param->live;

	for (i = 0; i < chosen->nr; i++) {
		param->variant = chosen->value[i];
		if (!keep_buffers(fd, param))
			continue;
		for (round = 0; round < rounds; round++)
			measure(fd, param, round);
		param->live = 0;
		keep_buffers(fd, param);
		param->live = live;
	}
}

int main(int argc, char **argv)
{
	struct values chosen = {}, sizes = { 3, { 4096, 65536, 1048576 } }, live = { 1, { 0 } },
		      threads = { 1, { 1 } };
	struct dma_coherent_handle_benchmark param = {};
	unsigned int s, l, t, pairs = 0, rounds = 5;
	int opt, fd;

	while ((opt = getopt(argc, argv, "v:s:l:t:n:r:h")) != -1) {
		switch (opt) {
		case 'v':
			parse(&chosen, optarg, to_variant);
			break;
		case 's':
			parse(&sizes, optarg, to_number);
			break;
		case 'l':
			parse(&live, optarg, to_number);
			break;
		case 't':
			parse(&threads, optarg, to_number);
			break;
		case 'n':
			pairs = to_number(optarg);
			break;
		case 'r':
			rounds = to_number(optarg);
			break;
		case 'h':
			usage(stdout);
			return 0;
		default:
			usage(stderr);
			return 2;
		}
	}
	if (optind != argc)
		bad("unexpected", argv[optind]);
	if (!chosen.nr)
		for (; chosen.nr < NR_VARIANTS; chosen.nr++)
			chosen.value[chosen.nr] = chosen.nr;

	fd = open(FILE_NAME, O_RDWR);
	if (fd < 0) {
		perror("dma_coherent_handle_benchmark: " FILE_NAME);
		return 1;
	}

	printf("what,variant,size,live,threads,round,pairs,ns,bytes,vmalloc areas,vmalloc bytes\n");
	for (s = 0; s < sizes.nr; s++)
		for (l = 0; l < live.nr; l++)
			for (t = 0; t < threads.nr; t++) {
				param.size = sizes.value[s];
				param.live = live.value[l];
				param.threads = threads.value[t];
				param.pairs = pairs ?: (64 << 20) / (param.size ?: 1);
				if (!pairs && param.pairs > 1000)
					param.pairs = 1000;
				if (!pairs && param.pairs < 4)
					param.pairs = 4;
				if (param.live)
					measure_with_live(fd, &param, &chosen, rounds);
				else
					measure_all(fd, &param, &chosen, rounds);
			}
	return 0;
}
