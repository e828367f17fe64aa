// SPDX-License-Identifier: GPL-2.0
/*
 * PID 1 of the guest that convert/boot.sh boots: has the ftgmac100 driver do its work, and looks
 * after its scratch buffer, which the device writes packets to that there is no skb for.
 *
 * It writes what it has seen to the second serial port, a line each, and last of all "verdict:
 * success", or "verdict: failure: " and a sentence. Whatever keeps it from getting that far leaves
 * it without a verdict, which is no success.
 *
 * In the environment, which is the kernel command line, handles= says how many buffers the kernel
 * must list while the interface is up: 1 if the driver is converted, 0 if it isn't. The rest is the
 * same for both.
 */
#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/ip_icmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <stdnoreturn.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

/* The first of the machine's four controllers, which is the one that QEMU has connected. */
#define REGS		0x1e660000
#define RXR_BADR	0x24	/* where the ring of receive descriptors is */
#define MACCR		0x50	/* what the controller has been told to do */
#define MACCR_RXDMA_EN	0x2
#define MACCR_SPEED	0x80200		/* either, once there is a link */
#define DESC_SIZE	16
#define DESC_BUFFER	12	/* where in a descriptor its buffer's address is */
#define RX_BUF_SIZE	1536

#define DRIVER		"/sys/bus/platform/drivers/ftgmac100"
#define FAILSLAB	"/sys/kernel/debug/failslab/"
#define FAIL_PAGE_ALLOC	"/sys/kernel/debug/fail_page_alloc/"
#define DMA_DEBUG	"/sys/kernel/debug/dma-api/"
#define FAIL_NTH	"/proc/self/fail-nth"

/* What QEMU's user network forwards to a program that sends everything back. */
#define OUR_ADDRESS	"10.0.2.15"
#define ECHO_ADDRESS	"10.0.2.100"
#define ECHO_PORT	7
#define GATEWAY		"10.0.2.2"
#define PING_SIZE	1400
#define HEADERS		(14 + 20 + 8)	/* Ethernet, IP and ICMP */
#define LIMIT		120	/* seconds */

static FILE *results;
static int control;			/* a socket, for ioctls */
static int handles;			/* how many there must be while the interface is up */
static char device[64];			/* on the platform bus */
static char ifname[IFNAMSIZ];
static char *data;			/* what is sent */
static size_t data_size;
static unsigned int transfers;
static unsigned long handle_addr;	/* as the kernel lists it */

/* Onto the console, in order with what the kernel prints. */
static void say(const char *format, ...)
{
	FILE *kmsg = fopen("/dev/kmsg", "w");
	va_list args;

	if (!kmsg)
		return;
	va_start(args, format);
	fputs("<6>convert-boot: ", kmsg);
	vfprintf(kmsg, format, args);
	va_end(args);
	fclose(kmsg);
}

/* The end. The line must be out before the machine is reset, upon which QEMU exits. */
static noreturn void finish(const char *text)
{
	say("verdict: %s", text);
	if (results) {
		fprintf(results, "verdict: %s\n", text);
		fflush(results);
		tcdrain(fileno(results));
	}
	reboot(RB_AUTOBOOT);
	exit(1);
}

static noreturn void fail(const char *format, ...)
{
	char text[512] = "failure: ";
	va_list args;

	va_start(args, format);
	vsnprintf(text + strlen(text), sizeof(text) - strlen(text), format, args);
	va_end(args);
	finish(text);
}

static void put(const char *path, const char *format, ...)
{
	char text[64];
	va_list args;
	int fd, len;

	va_start(args, format);
	len = vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	fd = open(path, O_WRONLY);
	if (fd < 0 || write(fd, text, len) != len)
		fail("could not write %s to %s: %s", text, path, strerror(errno));
	close(fd);
}

/* A number in a file, -1 if there is none. */
static long get(const char *path)
{
	FILE *file = fopen(path, "r");
	long number;

	if (!file)
		return -1;
	if (fscanf(file, "%ld", &number) != 1)
		number = -1;
	fclose(file);
	return number;
}

static long get_if(const char *what)
{
	char path[128];

	snprintf(path, sizeof(path), "/sys/class/net/%s/%s", ifname, what);
	return get(path);
}

/* Physical memory, a page of it: what the device sees. */
static const void *map_page(unsigned long addr)
{
	int fd = open("/dev/mem", O_RDONLY | O_SYNC);
	void *page = mmap(NULL, 4096, PROT_READ, MAP_SHARED, fd, addr & ~4095UL);

	if (page == MAP_FAILED)
		fail("could not look at the memory at %#lx: %s", addr, strerror(errno));
	close(fd);
	return page;
}

static void unmap_page(const void *page)
{
	munmap((void *)page, 4096);
}

static unsigned int peek(unsigned long addr)
{
	const void *page = map_page(addr);
	unsigned int value = *(const unsigned int *)(page + (addr & 4095));

	unmap_page(page);
	return value;
}

/* How many buffers without a mapping dma-debug lists. All must be the device's. */
static int live(void)
{
	FILE *file = fopen(DMA_DEBUG "dump", "r");
	char line[256], name[128];
	unsigned long size;
	int count = 0;

	if (!file)
		fail("the kernel has no list of handles");
	snprintf(name, sizeof(name), "ftgmac100 %s coherent-no-mapping ", device);
	while (fgets(line, sizeof(line), file)) {
		if (!strstr(line, " coherent-no-mapping "))
			continue;
		line[strcspn(line, "\n")] = '\0';
		if (strncmp(line, name, strlen(name)) ||
		    sscanf(line + strlen(name), "idx %*u P=%*s D=%lx L=%lx ", &handle_addr,
			   &size) != 2 || size != RX_BUF_SIZE)
			fail("the kernel lists a handle that must not be there: %s", line);
		count++;
	}
	fclose(file);
	return count;
}

static void must_list(int wanted, const char *when)
{
	int found = live();

	if (found != wanted)
		fail("the kernel lists %d handles %s, instead of %d", found, when, wanted);
}

/* How many mappings and coherent buffers dma-debug knows of. */
static long mappings(void)
{
	return get(DMA_DEBUG "nr_total_entries") - get(DMA_DEBUG "num_free_entries");
}

/* Nothing may be left of what it took to be up, whether in a handle or not. */
static void must_be_down(const char *when)
{
	must_list(0, when);
	if (mappings())
		fail("%ld DMA mappings are left %s", mappings(), when);
}

/* Sets the flag that says whether the interface is up. Returns 0 or an errno. */
static int try_up(bool up)
{
	struct ifreq ifr = {};

	strcpy(ifr.ifr_name, ifname);
	if (ioctl(control, SIOCGIFFLAGS, &ifr))
		return errno;
	ifr.ifr_flags = up ? ifr.ifr_flags | IFF_UP : ifr.ifr_flags & ~IFF_UP;
	return ioctl(control, SIOCSIFFLAGS, &ifr) ? errno : 0;
}

/*
 * The driver resets the device when the link comes up, from the work item of its PHY and with the
 * RTNL held. Stop waits for that work item, with the RTNL held, too. It must be over before the
 * interface is taken down, or both wait for ever: not the scratch buffer's fault.
 */
static void wait_for_link(void)
{
	unsigned int maccr;
	int i;

	for (i = 0; i < LIMIT * 100; i++) {
		maccr = peek(REGS + MACCR);
		if ((maccr & MACCR_SPEED) && (maccr & MACCR_RXDMA_EN))
			return;
		usleep(10000);
	}
	fail("the link does not come up");
}

static void bring_up(void)
{
	int err = try_up(true);

	if (err)
		fail("the interface does not come up: %s", strerror(err));
	must_list(handles, "while the interface is up");
}

static void take_down(void)
{
	int err;

	wait_for_link();
	err = try_up(false);
	if (err)
		fail("the interface can't be taken down: %s", strerror(err));
	must_be_down("while the interface is down");
}

/* Waits for the interface of the device, and gives it an address. */
static void configure(void)
{
	struct sockaddr_in *addr;
	struct ifreq ifr = {};
	struct dirent *entry;
	char path[128];
	DIR *dir;
	int i;

	snprintf(path, sizeof(path), DRIVER "/%s/net", device);
	ifname[0] = '\0';
	for (i = 0; !ifname[0]; i++) {
		if (i == 100)
			fail("the driver has no network interface");
		usleep(100000);
		dir = opendir(path);
		while (dir && (entry = readdir(dir)))
			if (entry->d_name[0] != '.')
				snprintf(ifname, sizeof(ifname), "%.15s", entry->d_name);
		if (dir)
			closedir(dir);
	}

	strcpy(ifr.ifr_name, ifname);
	addr = (struct sockaddr_in *)&ifr.ifr_addr;
	addr->sin_family = AF_INET;
	inet_aton(OUR_ADDRESS, &addr->sin_addr);
	if (ioctl(control, SIOCSIFADDR, &ifr))
		fail("could not set the address of %s: %s", ifname, strerror(errno));
	inet_aton("255.255.255.0", &addr->sin_addr);
	if (ioctl(control, SIOCSIFNETMASK, &ifr))
		fail("could not set the network mask of %s: %s", ifname, strerror(errno));
}

static void get_rings(struct ethtool_ringparam *rings)
{
	struct ifreq ifr = {};

	strcpy(ifr.ifr_name, ifname);
	rings->cmd = ETHTOOL_GRINGPARAM;
	ifr.ifr_data = (void *)rings;
	if (ioctl(control, SIOCETHTOOL, &ifr))
		fail("could not get the size of the rings: %s", strerror(errno));
}

/* The driver resets the device: all is freed and allocated but for the rings and the scratch. */
static void set_rings(unsigned int entries)
{
	struct ethtool_ringparam rings = {};
	struct ifreq ifr = {};
	int i;

	get_rings(&rings);
	strcpy(ifr.ifr_name, ifname);
	rings.cmd = ETHTOOL_SRINGPARAM;
	rings.rx_pending = entries;
	rings.tx_pending = entries;
	ifr.ifr_data = (void *)&rings;
	if (ioctl(control, SIOCETHTOOL, &ifr))
		fail("could not set the size of the rings: %s", strerror(errno));
	for (i = 0; get_rings(&rings), rings.rx_pending != entries; i++) {
		if (i == 100)
			fail("the rings have %u entries instead of %u", rings.rx_pending, entries);
		usleep(100000);
	}
}

/*
 * Sends the data, and has it sent back at the same time. Half-way through, the rings get a new
 * size, unless it is 0: what is on its way is lost then, and sent again.
 */
static void transfer(const char *when, unsigned int rings)
{
	struct sockaddr_in addr = { .sin_family = AF_INET, .sin_port = htons(ECHO_PORT) };
	struct timeval limit = { .tv_sec = LIMIT };
	size_t done = 0;
	char buf[8192];
	int sock, status;
	ssize_t len;
	pid_t child;

	wait_for_link();
	say("send and receive %s", when);
	inet_aton(ECHO_ADDRESS, &addr.sin_addr);
	sock = socket(AF_INET, SOCK_STREAM, 0);
	setsockopt(sock, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
	setsockopt(sock, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
	if (connect(sock, (struct sockaddr *)&addr, sizeof(addr)))
		fail("no connection %s: %s", when, strerror(errno));

	child = fork();
	if (!child) {
		for (done = 0; done < data_size; done += len) {
			len = write(sock, data + done, data_size - done);
			if (len <= 0)
				_exit(errno);
		}
		shutdown(sock, SHUT_WR);
		_exit(0);
	}

	while ((len = read(sock, buf, sizeof(buf))) > 0) {
		if (len > data_size - done || memcmp(buf, data + done, len))
			fail("what came back is not what was sent %s, after %zu bytes", when, done);
		done += len;
		if (rings && done > data_size / 2) {
			set_rings(rings);
			rings = 0;
		}
	}
	if (done != data_size)
		fail("%zu of %zu bytes came back %s: %s", done, data_size, when,
		     len ? strerror(errno) : "end of file");
	if (waitpid(child, &status, 0) != child || status)
		fail("could not send all %s: %s", when, strerror(WEXITSTATUS(status)));
	close(sock);
	transfers++;
}

/*
 * Sends packets that are answered by packets of the same content, and waits until the driver has
 * received each of those, or dropped it. The device puts its own address, and more, before that.
 */
static void ping(unsigned int count, const char *content, size_t size)
{
	struct sockaddr_in addr = { .sin_family = AF_INET };
	int sock = socket(AF_INET, SOCK_RAW, IPPROTO_ICMP), i;
	unsigned char packet[1500] = { ICMP_ECHO };
	unsigned int sum = 0, n;
	long before, after;

	memcpy(packet + 8, content, size);
	for (n = 0; n < size + 8; n += 2)
		sum += packet[n] << 8 | packet[n + 1];
	sum = ~(sum % 0xffff);
	packet[2] = sum >> 8;
	packet[3] = sum;

	inet_aton(GATEWAY, &addr.sin_addr);
	for (n = 0; n < count; n++) {
		before = get_if("statistics/rx_packets") + get_if("statistics/rx_dropped");
		if (sendto(sock, packet, size + 8, 0, (struct sockaddr *)&addr, sizeof(addr)) < 0)
			fail("could not send a packet: %s", strerror(errno));
		for (i = 0; i < LIMIT * 1000; i++) {
			after = get_if("statistics/rx_packets") + get_if("statistics/rx_dropped");
			if (after > before)
				break;
			usleep(1000);
		}
		if (after == before)
			fail("packet %u of %u is not answered", n, count);
	}
	close(sock);
}

/* Where in the kernel a function is. The compiler may have given its name a suffix. */
static void find_function(const char *name, unsigned long *start, unsigned long *end)
{
	FILE *file = fopen("/proc/kallsyms", "r");
	char line[512], symbol[256], type;
	unsigned long addr;

	*start = 0;
	while (file && fgets(line, sizeof(line), file)) {
		if (sscanf(line, "%lx %c %255s", &addr, &type, symbol) != 3)
			continue;
		if (*start && addr > *start) {
			*end = addr;
			fclose(file);
			return;
		}
		symbol[strcspn(symbol, ".")] = '\0';
		if (!strcmp(symbol, name))
			*start = addr;
	}
	fail("the kernel has no function %s", name);
}

static void put_in(const char *dir, const char *name, const char *value)
{
	char path[128];

	snprintf(path, sizeof(path), "%s%s", dir, name);
	put(path, "%s", value);
}

static void put_range(const char *dir, const char *name, const char *function)
{
	unsigned long start, end;
	char path[128];

	find_function(function, &start, &end);
	snprintf(path, sizeof(path), "%s%s-start", dir, name);
	put(path, "%#lx", start);
	snprintf(path, sizeof(path), "%s%s-end", dir, name);
	put(path, "%#lx", end);
}

/*
 * Which allocations can be made to fail: those of a function, and of those that it calls. But not
 * those of dma-debug, which would go to sleep for good.
 */
static void aim_at(const char *function)
{
	static const char * const dirs[] = { FAILSLAB, FAIL_PAGE_ALLOC };
	unsigned int i;

	for (i = 0; i < 2; i++) {
		put_range(dirs[i], "require", function);
		put_range(dirs[i], "reject", "add_dma_entry");
		put_in(dirs[i], "ignore-gfp-wait", "N");
		put_in(dirs[i], "verbose", "0");
		put_in(dirs[i], "times", "-1");
	}
	put_in(FAIL_PAGE_ALLOC, "min-order", "0");
}

/* The handle promises zeroes up to the end of the page, and nobody writes to the rest of it. */
static void must_be_zero(unsigned long addr, unsigned int from, const char *when)
{
	const unsigned char *page = map_page(addr);
	unsigned int i;

	for (i = from; i < 4096; i++)
		if (page[i])
			fail("byte %u of the handle's buffer is %#x %s", i, page[i], when);
	unmap_page(page);
}

/*
 * No receive buffer is to be had, until all that is in the ring is the scratch buffer: what comes
 * then is written to it, and dropped. It must be the handle's.
 */
static void starve(void)
{
	struct ethtool_ringparam rings = {};
	unsigned long ring, addr, scratch;
	const char *page;
	long dropped;
	unsigned int i;

	say("no receive buffers");
	set_rings(32);
	if (handles)
		must_be_zero(handle_addr, 0, "before anything was dropped");
	ping(1, data, PING_SIZE);
	dropped = get_if("statistics/rx_dropped");
	aim_at("ftgmac100_alloc_rx_buf");
	put_in(FAILSLAB, "probability", "100");
	ping(40, data, PING_SIZE);
	ping(1, data + PING_SIZE, PING_SIZE);

	get_rings(&rings);
	ring = peek(REGS + RXR_BADR);
	scratch = peek(ring + DESC_BUFFER);
	for (i = 0; i < rings.rx_pending; i++) {
		addr = peek(ring + i * DESC_SIZE + DESC_BUFFER);
		if (addr != scratch)
			fail("there are two scratch buffers, at %#lx and %#lx", scratch, addr);
	}
	if (handles && scratch != handle_addr)
		fail("the device writes to %#lx, but the handle's buffer is at %#lx", scratch,
		     handle_addr);
	page = map_page(scratch);
	if (memcmp(page + scratch % 4096 + HEADERS, data + PING_SIZE, PING_SIZE))
		fail("what has come last is not in the scratch buffer");
	unmap_page(page);
	if (handles)
		must_be_zero(handle_addr, RX_BUF_SIZE, "beyond its end");

	put_in(FAILSLAB, "probability", "0");
	ping(40, data, PING_SIZE);
	dropped = get_if("statistics/rx_dropped") - dropped;
	if (dropped < 41)
		fail("too few packets were dropped: %ld", dropped);
	fprintf(results, "packets that the device wrote to the scratch buffer: %ld\n", dropped);
	transfer("after that", 0);
}

/* One sweep: each allocation that it takes to bring the interface up fails once. */
static void fail_each(unsigned int *failed, unsigned int *coped)
{
	unsigned int nth;
	long left;
	int err;

	for (nth = 1;; nth++) {
		put(FAIL_NTH, "%u", nth);
		err = try_up(true);
		left = get(FAIL_NTH);
		put(FAIL_NTH, "0");
		if (err) {
			if (err != ENOMEM || left)
				fail("open says, when allocation %u fails: %s", nth, strerror(err));
			must_be_down("after open has failed");
			(*failed)++;
			continue;
		}
		must_list(handles, "after an allocation has failed, but not open");
		take_down();
		if (left)
			return;
		(*coped)++;
	}
}

/* Three sweeps: an open that allocates a page more, for stack traces, makes a sweep skip one. */
static void fail_to_open(void)
{
	unsigned int i, failed = 0, coped = 0;

	say("each allocation of open fails");
	take_down();
	aim_at("ftgmac100_open");
	for (i = 0; i < 3; i++)
		fail_each(&failed, &coped);
	fprintf(results, "opens that failed for want of memory: %u\n", failed);
	fprintf(results, "opens that did without: %u\n", coped);
	if (failed < 30)
		fail("too few opens failed: %u", failed);
}

static void rebind(void)
{
	char path[128];

	say("unbind");
	put(DRIVER "/unbind", "%s", device);
	snprintf(path, sizeof(path), DRIVER "/%s", device);
	if (!access(path, F_OK))
		fail("the driver could not be unbound");
	must_be_down("after unbind");
	say("bind");
	put(DRIVER "/bind", "%s", device);
	must_be_down("before the interface is up");
	configure();
}

static void read_data(void)
{
	struct stat st;
	FILE *file;

	file = fopen("/data", "r");
	if (!file || fstat(fileno(file), &st))
		fail("there is nothing to send");
	data_size = st.st_size;
	data = malloc(data_size);
	if (fread(data, 1, data_size, file) != data_size)
		fail("could not read what is to be sent");
	fclose(file);
}

static void find_device(void)
{
	char prefix[16];
	struct dirent *entry;
	DIR *dir;

	dir = opendir(DRIVER);
	snprintf(prefix, sizeof(prefix), "%x.", REGS);
	while (dir && (entry = readdir(dir)))
		if (!strncmp(entry->d_name, prefix, strlen(prefix)))
			snprintf(device, sizeof(device), "%.63s", entry->d_name);
	if (!device[0])
		fail("the driver is not bound to the controller at %#x", REGS);
	closedir(dir);
}

static void prepare(void)
{
	const char *text = getenv("handles");
	struct termios raw;

	mkdir("/proc", 0755);
	mkdir("/sys", 0755);
	mkdir("/dev", 0755);
	mount("none", "/proc", "proc", 0, NULL);
	mount("none", "/sys", "sysfs", 0, NULL);
	mount("none", "/dev", "devtmpfs", 0, NULL);
	mount("none", "/sys/kernel/debug", "debugfs", 0, NULL);

	results = fopen("/dev/ttyS0", "w");
	if (!results)
		fail("there is no second serial port: %s", strerror(errno));
	if (!tcgetattr(fileno(results), &raw)) {
		cfmakeraw(&raw);
		tcsetattr(fileno(results), TCSANOW, &raw);
	}
	setlinebuf(results);
	if (!text)
		fail("handles= is missing on the kernel command line");
	handles = atoi(text);
	control = socket(AF_INET, SOCK_DGRAM, 0);
}

int main(void)
{
	unsigned int i;
	FILE *file;

	prepare();
	find_device();
	read_data();
	must_be_down("before the interface is up");
	configure();
	bring_up();
	fprintf(results, "handles while the interface is up: %d\n", live());
	wait_for_link();
	fprintf(results, "DMA mappings and buffers, rings included: %ld\n", mappings());
	transfer("as it came up", 0);
	transfer("while the rings grow", 1024);
	starve();
	/* In one or the other reset, the segments of a packet wrap around the end of the ring. */
	for (i = 0; i < 40; i++)
		transfer("while the rings change", i % 2 ? 32 : 64);
	transfer("while the rings get their old size", 128);
	for (i = 0; i < 3; i++) {
		take_down();
		bring_up();
		transfer("after down and up", 0);
	}
	set_rings(32);
	fail_to_open();
	for (i = 0; i < 2; i++) {
		bring_up();
		transfer("before unbind", 0);
		rebind();
	}
	bring_up();
	transfer("at the end", 0);
	take_down();

	file = fopen(DMA_DEBUG "disabled", "r");
	if (!file || fgetc(file) != 'N')
		fail("dma-debug has disabled itself");

	fprintf(results, "transfers: %u\n", transfers);
	fprintf(results, "bytes sent: %llu\n", (unsigned long long)transfers * data_size);
	fprintf(results, "bytes received: %llu\n", (unsigned long long)transfers * data_size);
	fprintf(results, "errors that dma-debug has counted: %ld\n", get(DMA_DEBUG "error_count"));
	fprintf(results, "taint: %ld\n", get("/proc/sys/kernel/tainted"));
	finish("success");
}
