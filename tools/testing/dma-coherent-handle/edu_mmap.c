// SPDX-License-Identifier: GPL-2.0
/*
 * User space's part of the demo: maps a handle of dma_coherent_handle_edu.ko, and compares what it
 * sees there with what the device sees. To write() is to have the device write into the buffer, to
 * read() is to have it read. In the guest that run.sh boots, init.sh runs this.
 *
 * With the argument "hold" it maps a page, and keeps it until it is killed.
 */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <unistd.h>

#define DEVICE "/dev/dma_coherent_handle_edu"

static unsigned char pattern[1 << 16], got[1 << 16];

/* Onto the console, in order with what the kernel prints; not by dprintf(), which seeks. */
static void say(size_t bytes, const char *what)
{
	int fd = open("/dev/kmsg", O_WRONLY);
	char line[200];
	int len;

	len = snprintf(line, sizeof(line), "<6>edu_mmap: %zu bytes %s\n", bytes, what);
	if (fd < 0 || write(fd, line, len) < 0)
		err(1, "/dev/kmsg");
	close(fd);
}

static void *map_buffer(int fd, size_t offset, size_t size)
{
	void *map = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, offset);

	if (map == MAP_FAILED)
		err(1, "mmap() of %zu bytes at offset %zu", size, offset);
	return map;
}

static void must_not_map(int fd, size_t offset, size_t size)
{
	if (mmap(NULL, size, PROT_READ, MAP_SHARED, fd, offset) != MAP_FAILED)
		errx(1, "mmap() of %zu bytes at offset %zu worked, beyond the end", size, offset);
	if (errno != ENXIO)
		errx(1, "mmap() beyond the end gave \"%s\" instead of ENXIO", strerror(errno));
}

static void new_pattern(size_t size)
{
	if (getrandom(pattern, size, GRND_INSECURE) != (ssize_t)size)
		errx(1, "there are no random numbers");
}

static void compare(const char *what, const unsigned char *seen, const unsigned char *expected,
		    size_t size)
{
	size_t i;

	for (i = 0; i < size; i++) {
		if (seen[i] != expected[i])
			errx(1, "%s: at offset 0x%zx it is 0x%02x, expected 0x%02x", what, i,
			     seen[i], expected[i]);
	}
}

static void device_read(int fd, size_t size)
{
	if (pread(fd, got, size, 0) != (ssize_t)size)
		err(1, "the device could not read the buffer");
}

static void device_write(int fd, size_t size)
{
	if (pwrite(fd, pattern, size, 0) != (ssize_t)size)
		err(1, "the device could not write the buffer");
}

static void check(int fd)
{
	size_t page = sysconf(_SC_PAGESIZE), size, whole;
	unsigned char *map, *second;
	ssize_t len;

	len = pread(fd, got, sizeof(got), 0);
	if (len < 0)
		err(1, "the device could not read the buffer");
	if (len <= (ssize_t)page || len == sizeof(got))
		errx(1, "the buffer has a size of %zd bytes, expected some pages", len);
	size = len;
	whole = (size + page - 1) / page * page;

	/* The pattern is all zero so far. */
	map = map_buffer(fd, 0, whole);
	compare("a fresh mapping", map, pattern, whole);
	compare("a fresh buffer, read by the device", got, pattern, size);
	say(whole, "of a fresh handle are zero, to the end of its last page");

	new_pattern(size);
	device_write(fd, size);
	/* Beyond them still zero. */
	compare("what the device wrote, in the mapping", map, pattern, whole);
	say(size, "that the device wrote are what user space reads");

	new_pattern(size);
	memcpy(map, pattern, size);
	device_read(fd, size);
	compare("what user space wrote, read by the device", got, pattern, size);
	say(size, "that user space wrote are what the device reads");

	second = map_buffer(fd, page, page);
	compare("the second page, mapped by itself", second, pattern + page,
		size - page < page ? size - page : page);
	must_not_map(fd, 0, whole + page);
	must_not_map(fd, whole, page);
	say(page, "at an offset are the right page, and beyond the last there is none");
}

int main(int argc, char **argv)
{
	int fd = open(DEVICE, O_RDWR);

	if (fd < 0)
		err(1, DEVICE);

	if (argc == 2 && !strcmp(argv[1], "hold")) {
		map_buffer(fd, 0, sysconf(_SC_PAGESIZE));
		close(fd);
		pause();
	}
	check(fd);
	return 0;
}
