// SPDX-License-Identifier: GPL-2.0
/*
 * User space's part of init-faults.sh: binds the driver of the edu device, uses its device file and
 * unbinds it, each again and again, and has another of the allocations that the kernel makes on the
 * way fail each time, until there is none left that has not failed.
 *
 *	edu_faults NAME_OF_THE_PCI_DEVICE
 *
 * A failed allocation need not be the end: some are only made for debugging, and some can be done
 * without. But then all must be as if it had not failed, or else as if there had been no attempt.
 */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define DRIVER "dma_coherent_handle_edu"

static const char *device;
static char link_name[200];
static int bind_fd, unbind_fd, fail_fd, kmsg_fd;

/* Onto the console, in order with what the kernel prints; not by dprintf(), which seeks. */
static void say(const char *line)
{
	if (write(kmsg_fd, line, strlen(line)) < 0)
		err(1, "/dev/kmsg");
}

static int open_file(int flags, const char *path)
{
	int fd = open(path, flags | O_CLOEXEC);

	if (fd < 0)
		err(1, "%s", path);
	return fd;
}

/* This task's next allocations: have the nth fail, or none if 0. */
static void fail_nth(unsigned int nth)
{
	char text[16];
	int len = snprintf(text, sizeof(text), "%u", nth);

	if (pwrite(fail_fd, text, len, 0) != len)
		err(1, "fail-nth");
}

/* Has one failed? If not, there were fewer of them. */
static bool has_failed(void)
{
	char text[16] = "";

	if (pread(fail_fd, text, sizeof(text) - 1, 0) <= 0)
		err(1, "fail-nth");
	return atoi(text) == 0;
}

static bool is_bound(void)
{
	char target[PATH_MAX] = "", *name;

	if (readlink(link_name, target, sizeof(target) - 1) < 0 && errno != ENOENT)
		err(1, "%s", link_name);
	name = strrchr(target, '/');
	return name && !strcmp(name + 1, DRIVER);
}

/* What can be done, with no allocation of user space's own in it. Each returns an errno. */
static int write_device(int fd)
{
	return pwrite(fd, device, strlen(device), 0) < 0 ? errno : 0;
}

static int do_bind(void)
{
	return write_device(bind_fd);
}

static int do_unbind(void)
{
	return write_device(unbind_fd);
}

static int do_use(void)
{
	static char got[1 << 16];
	int fd, error = 0;
	char *map;

	fd = open("/dev/" DRIVER, O_RDWR);
	if (fd < 0)
		return errno;
	map = mmap(NULL, sizeof(got) / 16, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (map == MAP_FAILED) {
		error = errno;
	} else {
		map[1]++;
		if (pread(fd, got, sizeof(got), 0) < 0)
			error = errno;
		else if (got[1] != map[1])
			errx(1, "the device reads something else than user space");
		munmap(map, sizeof(got) / 16);
	}
	close(fd);
	return error;
}

static void must_be(bool bound, const char *when, unsigned int nth)
{
	if (is_bound() != bound)
		errx(1, "%s, allocation %u failed: %s", when, nth,
		     bound ? "the driver is not bound" : "the driver is bound");
}

/*
 * Does something to exhaustion. Before it, the driver is bound or not, as was_bound says, and
 * after that it is as is_then says if there was no error.
 */
static void exhaust(const char *what, int (*what_to_do)(void), bool was_bound, bool is_then)
{
	unsigned int nth, given_up = 0;
	char line[200];
	int error;
	bool failed;

	for (nth = 1;; nth++) {
		if (is_bound() != was_bound && (was_bound ? do_bind() : do_unbind()))
			err(1, "%s, allocation %u: before it", what, nth);
		must_be(was_bound, what, nth - 1);

		fail_nth(nth);
		error = what_to_do();
		failed = has_failed();
		fail_nth(0);

		if (error && !failed)
			errx(1, "%s: %s, but no allocation has failed", what, strerror(error));
		if (error && error != ENOMEM) {
			snprintf(line, sizeof(line), "<6>edu_faults: %s, no. %u failed: %s\n",
				 what, nth, strerror(error));
			say(line);
		}
		if (error)
			must_be(was_bound, what, nth);
		else
			must_be(is_then, what, nth);
		if (!failed)
			break;
		given_up += !!error;
	}
	if (!given_up)
		errx(1, "%s: no failure made a difference", what);
	snprintf(line, sizeof(line),
		 "<6>edu_faults: %s: each of %u allocations has failed, %u times it was given up\n",
		 what, nth - 1, given_up);
	say(line);
}

int main(int argc, char **argv)
{
	if (argc != 2)
		errx(1, "expected: edu_faults NAME_OF_THE_PCI_DEVICE");
	device = argv[1];
	snprintf(link_name, sizeof(link_name), "/sys/bus/pci/devices/%s/driver", device);
	kmsg_fd = open_file(O_WRONLY, "/dev/kmsg");
	fail_fd = open_file(O_RDWR, "/proc/thread-self/fail-nth");
	bind_fd = open_file(O_WRONLY, "/sys/bus/pci/drivers/" DRIVER "/bind");
	unbind_fd = open_file(O_WRONLY, "/sys/bus/pci/drivers/" DRIVER "/unbind");
	if (mlockall(MCL_CURRENT))
		err(1, "mlockall");

	if (!is_bound())
		errx(1, "the driver is not bound");

	exhaust("bind", do_bind, false, true);
	exhaust("use", do_use, true, true);
	exhaust("unbind", do_unbind, true, false);
	if (do_bind())
		err(1, "bind, in the end");
	must_be(true, "in the end", 0);
	return 0;
}
