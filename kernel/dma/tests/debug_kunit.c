// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit tests for dma-debug: buffers without a kernel mapping
 *
 * A driver makes each mistake, and the report is looked for in the kernel's log, so that the kernel
 * warns on purpose while this suite runs. No mistake does any harm: where a page is freed twice, it
 * was held twice.
 */

#include <kunit/platform_device.h>
#include <kunit/resource.h>
#include <kunit/test.h>

#include <linux/array_size.h>
#include <linux/device.h>
#include <linux/dma-mapping.h>
#include <linux/err.h>
#include <linux/fcntl.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/gfp.h>
#include <linux/kmsg_dump.h>
#include <linux/mm.h>
#include <linux/mount.h>
#include <linux/pci.h>
#include <linux/platform_device.h>
#include <linux/seq_file.h>
#include <linux/sizes.h>
#include <linux/sprintf.h>
#include <linux/stdarg.h>
#include <linux/string.h>
#include <linux/uio.h>
#include <linux/vmalloc.h>

#define DRIVER_NAME	"dma-debug-kunit"
#define PCI_VENDOR	0x1234
#define PCI_DEVICE_EDU	0x11e8
#define DUMP_SIZE	SZ_4M
#define NO_MAPPING	DMA_ATTR_NO_KERNEL_MAPPING

struct debug_test {
	struct vfsmount *debugfs;
	u32 *error_count;
	u32 *all_errors;
	u32 all_errors_before;
	u32 errors_seen;
	struct kmsg_dump_iter log;
	char record[1024];
	struct device *dev;		/* without a driver */
};

/* A driver whose probe allocates a buffer and forgets it, and how that ends. */
static struct {
	struct device *dev;
	size_t size;
	void *cookie;
	dma_addr_t dma_addr;
	bool managed;
	int ret;
} leaky;

static noinline void *debug_alloc(struct device *dev, size_t size, dma_addr_t *dma_addr)
{
	void *cookie = dma_alloc_attrs(dev, size, dma_addr, GFP_KERNEL, NO_MAPPING);

	/* so that it is no tail call, and on the stack */
	barrier();
	return cookie;
}

static int leaky_probe(struct device *dev)
{
	leaky.dev = dev;
	if (leaky.managed)
		leaky.cookie = dmam_alloc_attrs(dev, leaky.size, &leaky.dma_addr, GFP_KERNEL,
						NO_MAPPING);
	else
		leaky.cookie = debug_alloc(dev, leaky.size, &leaky.dma_addr);
	return leaky.cookie ? leaky.ret : -ENOMEM;
}

static int leaky_platform_probe(struct platform_device *pdev)
{
	return leaky_probe(&pdev->dev);
}

static struct platform_driver leaky_platform_driver = {
	.driver.name = DRIVER_NAME,
	.probe = leaky_platform_probe,
};

#ifdef CONFIG_PCI
static int leaky_pci_probe(struct pci_dev *pdev, const struct pci_device_id *id)
{
	return leaky_probe(&pdev->dev);
}

static const struct pci_device_id leaky_pci_ids[] = {
	{ PCI_DEVICE(PCI_VENDOR, PCI_DEVICE_EDU) },
	{}
};

static struct pci_driver leaky_pci_driver = {
	.name = DRIVER_NAME,
	.id_table = leaky_pci_ids,
	.probe = leaky_pci_probe,
};

static void bind_and_unbind_pci(struct kunit *test)
{
	KUNIT_ASSERT_EQ(test, 0, pci_register_driver(&leaky_pci_driver));
	pci_unregister_driver(&leaky_pci_driver);
}
#else
static void bind_and_unbind_pci(struct kunit *test)
{
}
#endif

static const char *const buses[] = { "platform", "pci" };

static void bus_desc(const char *const *bus, char *desc)
{
	strscpy(desc, *bus, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(buses, buses, bus_desc);

static void bind_and_unbind(struct kunit *test)
{
	const char *const *bus = test->param_value;

	if (!strcmp(*bus, "pci")) {
		bind_and_unbind_pci(test);
	} else {
		KUNIT_ASSERT_EQ(test, 0, platform_driver_register(&leaky_platform_driver));
		platform_driver_unregister(&leaky_platform_driver);
	}
	if (!leaky.dev)
		kunit_skip(test, "no such device");
	KUNIT_ASSERT_NOT_NULL(test, leaky.cookie);
}

static struct file *debugfs_open(struct debug_test *t, const char *name)
{
	return file_open_root_mnt(t->debugfs, name, O_RDONLY, 0);
}

static void *debugfs_value(struct kunit *test, const char *name)
{
	struct file *file = debugfs_open(test->priv, name);
	void *value;

	KUNIT_ASSERT_FALSE_MSG(test, IS_ERR(file), "%s: %pe", name, file);
	value = file_inode(file)->i_private;
	fput(file);
	return value;
}

/* What the log has since the last call must be, or must not be, N reports, which have all texts. */
static void expect_reports(struct kunit *test, u32 n, ...)
{
	struct debug_test *t = test->priv;
	u32 errors = READ_ONCE(*t->error_count) - t->errors_seen;
	struct kmsg_dump_iter start = t->log;
	const char *text;
	va_list args;
	size_t len;
	bool found;

	t->errors_seen += errors;
	KUNIT_EXPECT_EQ(test, errors, n);
	va_start(args, n);
	while ((text = va_arg(args, const char *))) {
		struct kmsg_dump_iter iter = start;

		found = false;
		while (kmsg_dump_get_line(&iter, false, t->record, sizeof(t->record), &len))
			found |= !!strnstr(t->record, text, len);
		KUNIT_EXPECT_TRUE_MSG(test, found, "no report has '%s'", text);
	}
	va_end(args);
	while (kmsg_dump_get_line(&t->log, false, t->record, sizeof(t->record), &len))
		;
}

/* Succeeds if a driver that is unbound, or whose probe fails, can't leave a buffer behind. */
static void leak_is_reported(struct kunit *test)
{
	leaky.size = 12345;
	bind_and_unbind(test);
	expect_reports(test, 1, DRIVER_NAME " ", "driver has pending DMA allocations", "[count=1]",
		       "[size=12345 bytes]", "coherent-no-mapping", "Mapped at:", "debug_alloc",
		       NULL);
	dma_free_attrs(leaky.dev, leaky.size, leaky.cookie, leaky.dma_addr, NO_MAPPING);
	expect_reports(test, 0, NULL);
}

static void leak_of_failed_probe_is_reported(struct kunit *test)
{
	leaky.size = 23456;
	leaky.ret = -ENODEV;
	bind_and_unbind(test);
	expect_reports(test, 1, "driver has pending DMA allocations", "[size=23456 bytes]",
		       "Mapped at:", "debug_alloc", NULL);
	dma_free_attrs(leaky.dev, leaky.size, leaky.cookie, leaky.dma_addr, NO_MAPPING);
	expect_reports(test, 0, NULL);
}

/* Succeeds if what devres frees is no leak. */
static void managed_buffer_is_no_leak(struct kunit *test)
{
	leaky.size = SZ_4K;
	leaky.managed = true;
	bind_and_unbind(test);
	expect_reports(test, 0, NULL);
}

/* On dma-direct, which is where all the rest is tried, the cookie is a page. */
static struct page *alloc_page_cookie(struct kunit *test, size_t size, dma_addr_t *dma_addr)
{
	struct debug_test *t = test->priv;
	struct page *page = debug_alloc(t->dev, size, dma_addr);

	KUNIT_ASSERT_NOT_NULL(test, page);
	return page;
}

static void double_free_is_reported(struct kunit *test)
{
	struct debug_test *t = test->priv;
	dma_addr_t dma_addr;
	struct page *page = alloc_page_cookie(test, 1234, &dma_addr);

	get_page(page);
	dma_free_attrs(t->dev, 1234, page, dma_addr, NO_MAPPING);
	expect_reports(test, 0, NULL);
	dma_free_attrs(t->dev, 1234, page, dma_addr, NO_MAPPING);
	expect_reports(test, 1, "tries to free DMA memory it has not allocated",
		       "[size=1234 bytes]", NULL);
}

static void wrong_size_is_reported(struct kunit *test)
{
	struct debug_test *t = test->priv;
	dma_addr_t dma_addr;
	struct page *page = alloc_page_cookie(test, 100, &dma_addr);

	dma_free_attrs(t->dev, 101, page, dma_addr, NO_MAPPING);
	expect_reports(test, 1, "frees DMA memory with different size", "[map size=100 bytes]",
		       "[unmap size=101 bytes]", "Mapped at:", "debug_alloc", NULL);
}

static void wrong_attributes_are_reported(struct kunit *test)
{
	struct debug_test *t = test->priv;
	dma_addr_t dma_addr;
	struct page *page;

	if (IS_ENABLED(CONFIG_ARCH_HAS_DMA_ALLOC))
		kunit_skip(test, "this architecture would lose the page");
	page = alloc_page_cookie(test, PAGE_SIZE, &dma_addr);
	dma_free_attrs(t->dev, PAGE_SIZE, page, dma_addr, 0);
	expect_reports(test, 1, "frees DMA memory with different attributes", "Mapped at:",
		       "debug_alloc", NULL);
}

/* Succeeds if the function is named, though its attributes are wrong, too. */
static void wrong_function_is_reported(struct kunit *test)
{
	struct debug_test *t = test->priv;
	dma_addr_t dma_addr;
	struct page *page = alloc_page_cookie(test, PAGE_SIZE, &dma_addr);

	dma_unmap_page(t->dev, dma_addr, PAGE_SIZE, DMA_BIDIRECTIONAL);
	expect_reports(test, 2, "frees DMA memory with wrong function",
		       "[mapped as coherent-no-mapping]", "Mapped at:", "debug_alloc", NULL);
	dma_free_attrs(t->dev, PAGE_SIZE, page, dma_addr, NO_MAPPING);
	expect_reports(test, 1, "tries to free DMA memory it has not allocated", NULL);
}

static void wrong_cookie_is_reported(struct kunit *test)
{
	struct page *other = alloc_page(GFP_KERNEL);
	struct debug_test *t = test->priv;
	dma_addr_t dma_addr;
	struct page *page;

	KUNIT_ASSERT_NOT_NULL(test, other);
	page = alloc_page_cookie(test, PAGE_SIZE, &dma_addr);
	dma_free_attrs(t->dev, PAGE_SIZE, other, dma_addr, NO_MAPPING);
	expect_reports(test, 1, "frees DMA memory with different cookie", "Mapped at:",
		       "debug_alloc", NULL);
	__free_page(page);
}

/* Succeeds if what is right is not reported, though the cookies lie side by side. */
static void neighbours_do_not_overlap(struct kunit *test)
{
	struct debug_test *t = test->priv;
	dma_addr_t dma_addr[16];
	struct page *page[16];
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(page); i++)
		page[i] = alloc_page_cookie(test, PAGE_SIZE, &dma_addr[i]);
	for (i = 0; i < ARRAY_SIZE(page); i++)
		dma_free_attrs(t->dev, PAGE_SIZE, page[i], dma_addr[i], NO_MAPPING);
	expect_reports(test, 0, NULL);
}

static const char *read_dump(struct kunit *test)
{
	struct file *file = debugfs_open(test->priv, "dma-api/dump");
	struct iov_iter iter;
	struct kiocb kiocb;
	struct kvec vec;
	ssize_t n;

	KUNIT_ASSERT_FALSE(test, IS_ERR(file));
	vec.iov_len = DUMP_SIZE;
	vec.iov_base = vzalloc(vec.iov_len + 1);
	if (vec.iov_base) {
		init_sync_kiocb(&kiocb, file);
		iov_iter_kvec(&iter, ITER_DEST, &vec, 1, vec.iov_len);
		do {
			n = seq_read_iter(&kiocb, &iter);
		} while (n > 0);
	}
	fput(file);
	KUNIT_ASSERT_NOT_NULL(test, vec.iov_base);
	return vec.iov_base;
}

/* Succeeds if the buffer is in the dump, once and until it is freed, and its cookie is not. */
static void dump_lists_the_buffer(struct kunit *test)
{
	struct debug_test *t = test->priv;
	char wanted[80], cookie[20];
	dma_addr_t dma_addr;
	struct page *page = alloc_page_cookie(test, 1234, &dma_addr);
	const char *dump, *line;

	snprintf(wanted, sizeof(wanted), "D=%llx L=%x ", (u64)dma_addr, 1234);
	snprintf(cookie, sizeof(cookie), "%lx", (unsigned long)page);
	dump = read_dump(test);
	line = strstr(dump, wanted);
	KUNIT_EXPECT_NOT_NULL(test, line);
	KUNIT_EXPECT_NOT_NULL(test, strstr(dump, " coherent-no-mapping idx "));
	KUNIT_EXPECT_NULL(test, strstr(dump, cookie));
	if (line)
		KUNIT_EXPECT_NULL(test, strstr(line + 1, wanted));
	vfree(dump);

	dma_free_attrs(t->dev, 1234, page, dma_addr, NO_MAPPING);
	dump = read_dump(test);
	KUNIT_EXPECT_NULL(test, strstr(dump, wanted));
	vfree(dump);
	expect_reports(test, 0, NULL);
}

static void restore_and_unmount(void *data)
{
	struct debug_test *t = data;

	if (t->all_errors)
		WRITE_ONCE(*t->all_errors, t->all_errors_before);
	kern_unmount(t->debugfs);
}

static int debug_test_init(struct kunit *test)
{
	struct file_system_type *debugfs = get_fs_type("debugfs");
	struct platform_device *pdev;
	struct debug_test *t;
	size_t len;

	memset(&leaky, 0, sizeof(leaky));
	t = kunit_kzalloc(test, sizeof(*t), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, t);
	test->priv = t;

	KUNIT_ASSERT_NOT_NULL(test, debugfs);
	t->debugfs = kern_mount(debugfs);
	KUNIT_ASSERT_FALSE(test, IS_ERR(t->debugfs));
	KUNIT_ASSERT_EQ(test, 0, kunit_add_action_or_reset(test, restore_and_unmount, t));
	if (*(bool *)debugfs_value(test, "dma-api/disabled"))
		kunit_skip(test, "dma-debug is disabled");
	t->error_count = debugfs_value(test, "dma-api/error_count");
	t->errors_seen = READ_ONCE(*t->error_count);
	t->all_errors = debugfs_value(test, "dma-api/all_errors");
	t->all_errors_before = READ_ONCE(*t->all_errors);
	WRITE_ONCE(*t->all_errors, 1);

	kmsg_dump_rewind(&t->log);
	while (kmsg_dump_get_line(&t->log, false, t->record, sizeof(t->record), &len))
		;

	pdev = kunit_platform_device_alloc(test, DRIVER_NAME, PLATFORM_DEVID_NONE);
	KUNIT_ASSERT_NOT_NULL(test, pdev);
	KUNIT_ASSERT_EQ(test, 0, kunit_platform_device_add(test, pdev));
	t->dev = &pdev->dev;
	return 0;
}

static struct kunit_case debug_test_cases[] = {
	KUNIT_CASE_PARAM(leak_is_reported, buses_gen_params),
	KUNIT_CASE_PARAM(leak_of_failed_probe_is_reported, buses_gen_params),
	KUNIT_CASE_PARAM(managed_buffer_is_no_leak, buses_gen_params),
	KUNIT_CASE(double_free_is_reported),
	KUNIT_CASE(wrong_size_is_reported),
	KUNIT_CASE(wrong_attributes_are_reported),
	KUNIT_CASE(wrong_function_is_reported),
	KUNIT_CASE(wrong_cookie_is_reported),
	KUNIT_CASE(neighbours_do_not_overlap),
	KUNIT_CASE(dump_lists_the_buffer),
	{}
};

static struct kunit_suite debug_test_suite = {
	.name = "dma_debug",
	.init = debug_test_init,
	.test_cases = debug_test_cases,
};

kunit_test_suite(debug_test_suite);
