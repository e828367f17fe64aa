// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit tests for the debugging of DMA-coherent handles
 *
 * Every kind of misuse is tried, and the report is read: it must be the only one, say what went
 * wrong with which buffer, and show where that was allocated. The reports do not reach the log,
 * where they would look like those of a kernel that is broken.
 *
 * The buffers are those of a KUnit DMA device, which fails a case if one is freed twice or never.
 */

#include <kunit/device.h>
#include <kunit/dma.h>
#include <kunit/platform_device.h>
#include <kunit/static_stub.h>
#include <kunit/test.h>

#include <linux/array_size.h>
#include <linux/bits.h>
#include <linux/cleanup.h>
#include <linux/container_of.h>
#include <linux/delay.h>
#include <linux/device.h>
#include <linux/dma-coherent-handle.h>
#include <linux/dma-map-ops.h>
#include <linux/dma-mapping.h>
#include <linux/err.h>
#include <linux/gfp.h>
#include <linux/jiffies.h>
#include <linux/minmax.h>
#include <linux/mmzone.h>
#include <linux/module.h>
#include <linux/platform_device.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/seq_buf.h>
#include <linux/sizes.h>
#include <linux/sprintf.h>
#include <linux/string.h>
#include <linux/vmstat.h>

#include "../coherent_handle.h"
#include "coherent_handle_live.h"
#include "coherent_handle_log.h"

#define DEVICE_NAME	"dma-coherent-handle-debug"

struct debug_test {
	struct kunit_dma *dma;
	struct device *dev;
	/* Of the driver below. */
	struct platform_driver drv;
	struct dma_coherent_handle handles[6];
	unsigned int nr;
	size_t size;
	int probe_ret;
	unsigned int deepest;
	/* The latest report, and how many there have been. */
	unsigned int reports;
	char what[128];
	char details[8192];
};

static void catch_report(const char *what, struct seq_buf *details)
{
	struct debug_test *t = kunit_get_current_test()->priv;

	t->reports++;
	strscpy(t->what, what);
	strscpy(t->details, details ? seq_buf_str(details) : "");
}

/* Has many buffers, and never frees one. */
static noinline int leaky_probe(struct platform_device *pdev)
{
	struct platform_driver *drv = to_platform_driver(pdev->dev.driver);
	struct debug_test *t = container_of(drv, struct debug_test, drv);
	unsigned int i;
	int ret;

	for (i = 0; i < t->nr; i++) {
		ret = dma_coherent_handle_alloc(&pdev->dev, &t->handles[i], t->size, GFP_KERNEL);
		if (ret)
			return ret;
	}
	return t->probe_ret;
}

/*
 * A bus is watched a moment after the first allocation for one of its devices. This is that
 * allocation, and the moment.
 */
static int handle_debug_suite_init(struct kunit_suite *suite)
{
	struct dma_coherent_handle handle;
	struct platform_device *pdev;

	pdev = platform_device_register_simple("dma-coherent-handle-first", PLATFORM_DEVID_NONE,
					       NULL, 0);
	if (IS_ERR(pdev))
		return PTR_ERR(pdev);
	pdev->dev.coherent_dma_mask = DMA_BIT_MASK(32);
	if (!dma_coherent_handle_alloc(&pdev->dev, &handle, SZ_4K, GFP_KERNEL))
		dma_coherent_handle_free(&handle);
	platform_device_unregister(pdev);
	msleep(100);
	return 0;
}

/* Every case finds a device without a driver, the driver not bound, and reports caught. */
static int handle_debug_test_init(struct kunit *test)
{
	struct platform_device *pdev;
	struct debug_test *t;

	t = kunit_kzalloc(test, sizeof(*t), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, t);
	test->priv = t;
	t->dma = kunit_dma_create(test);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, t->dma);
	pdev = kunit_platform_device_alloc(test, DEVICE_NAME, PLATFORM_DEVID_NONE);
	KUNIT_ASSERT_NOT_NULL(test, pdev);
	kunit_dma_attach(t->dma, &pdev->dev);
	KUNIT_ASSERT_EQ(test, 0, kunit_platform_device_add(test, pdev));
	t->dev = &pdev->dev;

	t->drv.probe = leaky_probe;
	t->drv.driver.name = DEVICE_NAME;
	t->nr = 1;
	t->size = SZ_8K;

	kunit_activate_static_stub(test, coherent_handle_debug_report, catch_report);
	return 0;
}

static noinline void alloc(struct kunit *test, struct dma_coherent_handle *handle)
{
	struct debug_test *t = test->priv;

	KUNIT_ASSERT_EQ(test, 0, dma_coherent_handle_alloc(t->dev, handle, 12345, GFP_KERNEL));
}

/* Never the same buffer as alloc() would allocate, even if it is at the same place. */
static void alloc_another(struct kunit *test, struct dma_coherent_handle *handle)
{
	struct debug_test *t = test->priv;

	KUNIT_ASSERT_EQ(test, 0, dma_coherent_handle_alloc(t->dev, handle, SZ_4K, GFP_KERNEL));
}

static noinline void free_and_look(struct kunit *test, struct dma_coherent_handle *handle)
{
	dma_coherent_handle_free(handle);
	KUNIT_EXPECT_FALSE(test, dma_coherent_handle_is_allocated(handle));
}

static void expect_in(struct kunit *test, const char *text, const char *words)
{
	KUNIT_EXPECT_TRUE_MSG(test, strstr(text, words), "\"%s\" is not in \"%s\"", words, text);
}

/* In a stack trace, in which names of big-endian powerpc64's functions have a dot before them. */
static void expect_function(struct kunit *test, const char *text, const char *name)
{
	char words[32];

	if (!IS_ENABLED(CONFIG_KALLSYMS))
		return;

	snprintf(words, sizeof(words), "    %s%s+0x",
		 IS_ENABLED(CONFIG_PPC64_ELF_ABI_V1) ? "." : "", name);
	expect_in(test, text, words);
}

/* One report, which says this, and shows the buffer that alloc() has allocated. */
static void expect_report(struct kunit *test, const char *what)
{
	struct debug_test *t = test->priv;

	KUNIT_EXPECT_EQ(test, t->reports, 1);
	KUNIT_EXPECT_STREQ(test, t->what, what);
	expect_in(test, t->details, DEVICE_NAME);
	expect_in(test, t->details, ": 12345 bytes at DMA address 0x");
	expect_in(test, t->details, ", attrs 0x10, ");
	expect_in(test, t->details, " ms old");
	expect_in(test, t->details, "allocated by\n");
	expect_function(test, t->details, "alloc");
	t->reports = 0;
}

/* Succeeds if a report has the numbers of the buffer. */
static void numbers_in_a_report(struct kunit *test)
{
	struct dma_coherent_handle handle, copy;
	struct debug_test *t = test->priv;
	unsigned long long dma_addr, age;
	u64 before, after, start, end;
	unsigned long size, attrs;
	int n;

	before = get_jiffies_64();
	KUNIT_ASSERT_EQ(test, 0, dma_coherent_handle_alloc_attrs(t->dev, &handle, 12345, GFP_KERNEL,
								 DMA_ATTR_WRITE_COMBINE));
	start = get_jiffies_64();
	msleep(60);
	end = get_jiffies_64();
	copy = handle;
	dma_coherent_handle_free(&copy);
	after = get_jiffies_64();

	KUNIT_ASSERT_EQ(test, t->reports, 1);
	n = sscanf(strstr(t->details, ": ") ?: "",
		   ": %lu bytes at DMA address %llx, attrs %lx, %llu ms old", &size, &dma_addr,
		   &attrs, &age);
	KUNIT_ASSERT_EQ(test, n, 4);
	KUNIT_EXPECT_EQ(test, size, 12345);
	KUNIT_EXPECT_EQ(test, dma_addr, dma_coherent_handle_dma_addr(&handle));
	KUNIT_EXPECT_EQ(test, attrs, DMA_ATTR_NO_KERNEL_MAPPING | DMA_ATTR_WRITE_COMBINE);
	KUNIT_EXPECT_GE(test, age, jiffies64_to_msecs(end - start));
	KUNIT_EXPECT_LE(test, age, jiffies64_to_msecs(after - before));
}

/* Allocates after so many calls of itself, no two of which the compiler may make one. */
static noinline int alloc_deep_down(struct kunit *test, struct dma_coherent_handle *handle,
				    unsigned int depth)
{
	struct debug_test *t = test->priv;
	int ret;

	if (!depth)
		return dma_coherent_handle_alloc(t->dev, handle, SZ_4K, GFP_KERNEL);
	ret = alloc_deep_down(test, handle, depth - 1);
	t->deepest = max(t->deepest, depth);
	return ret;
}

/* Succeeds if a stack starts with the API, has what leads there, and sixteen entries at most. */
static void stack_in_a_report(struct kunit *test)
{
	struct dma_coherent_handle handle, copy;
	struct debug_test *t = test->priv;
	unsigned int entries = 0;
	const char *pos;

	KUNIT_ASSERT_EQ(test, 0, alloc_deep_down(test, &handle, 20));
	copy = handle;
	dma_coherent_handle_free(&copy);
	KUNIT_ASSERT_EQ(test, t->reports, 1);
	if (IS_ENABLED(CONFIG_KALLSYMS))
		expect_in(test, t->details, "alloc_deep_down");
	pos = strstr(t->details, "allocated by\n    ");
	KUNIT_ASSERT_NOT_NULL(test, pos);
	/* UML skips no entry, whatever it is asked to, and RISC-V one too few at times. */
	if (IS_ENABLED(CONFIG_KALLSYMS) && !IS_ENABLED(CONFIG_UML) && !IS_ENABLED(CONFIG_RISCV))
		KUNIT_EXPECT_NOT_NULL(test, strnstr(pos, "coherent_handle_alloc",
						    strcspn(pos + 15, "\n") + 15));
	for (; (pos = strstr(pos, "\n    ")); pos++)
		entries++;
	KUNIT_EXPECT_EQ(test, entries, 16);
}

/* Succeeds if nothing is reported that is right. */
static void right_use(struct kunit *test)
{
	struct debug_test *t = test->priv;
	const struct dma_coherent_handle *managed;
	struct dma_coherent_handle a, b = {};

	alloc(test, &a);
	b = dma_coherent_handle_take(&a);
	dma_coherent_handle_free(&a);
	alloc(test, &a);
	dma_coherent_handle_free(&b);
	b = dma_coherent_handle_take(&a);
	a = dma_coherent_handle_take(&b);
	dma_coherent_handle_free(&a);
	dma_coherent_handle_free(&a);

	/* The same place, with what the last buffer has left of itself, or with anything. */
	alloc(test, &a);
	b = a;
	dma_coherent_handle_free(&a);
	memcpy(&a, &b, sizeof(a));
	alloc(test, &a);
	dma_coherent_handle_free(&a);
	memset(&a, 0x5a, sizeof(a));
	KUNIT_EXPECT_EQ(test, -EINVAL, dma_coherent_handle_alloc(t->dev, &a, 0, GFP_KERNEL));
	dma_coherent_handle_free(&a);

	managed = dmam_coherent_handle_alloc(t->dev, SZ_4K, GFP_KERNEL);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, managed);
	dmam_coherent_handle_free(t->dev, managed);

	do {
		struct dma_coherent_handle scoped __free(dma_coherent_handle) = {};

		alloc(test, &scoped);
	} while (0);

	KUNIT_EXPECT_EQ(test, t->reports, 0);
	KUNIT_EXPECT_EQ(test, t->dma->nr_live, 0);
}

/* Succeeds if what a driver leaves behind is reported, and once more if it is freed after all. */
static void leak_at_unbind(struct kunit *test)
{
	struct debug_test *t = test->priv;

	KUNIT_ASSERT_EQ(test, 0, kunit_platform_driver_register(test, &t->drv));
	KUNIT_ASSERT_TRUE(test, device_is_bound(t->dev));
	KUNIT_EXPECT_EQ(test, t->reports, 0);

	device_release_driver(t->dev);
	KUNIT_EXPECT_EQ(test, t->reports, 1);
	KUNIT_EXPECT_STREQ(test, t->what,
			   "leak: 1 buffer was not freed when the driver was unbound");
	/* Driver and device, as the log has them. */
	expect_in(test, t->details, DEVICE_NAME " " DEVICE_NAME ": 8192 bytes at DMA address 0x");
	expect_function(test, t->details, "leaky_probe");

	dma_coherent_handle_free(&t->handles[0]);
	KUNIT_EXPECT_EQ(test, t->reports, 2);
	KUNIT_EXPECT_STREQ(test, t->what, "freed after the driver was unbound");
	expect_in(test, t->details, ", left behind");
}

/* Lets the driver, which has left so many buffers behind, be unbound: one report must say so. */
static void unbind_and_look(struct kunit *test)
{
	struct debug_test *t = test->priv;
	unsigned int i, shown = 0;
	const char *pos;
	char words[80];

	device_release_driver(t->dev);
	KUNIT_EXPECT_EQ(test, t->reports, 1);
	snprintf(words, sizeof(words), "leak: %u %s not freed when the driver was unbound", t->nr,
		 t->nr == 1 ? "buffer was" : "buffers were");
	KUNIT_EXPECT_STREQ(test, t->what, words);

	expect_in(test, t->details, ": 8192 bytes at ");
	for (pos = t->details; (pos = strstr(pos, " bytes at ")); pos++)
		shown++;
	KUNIT_EXPECT_EQ(test, shown, min(t->nr, 4));
	KUNIT_EXPECT_NULL(test, strstr(t->details, ": 0 bytes at "));
	if (t->nr > 4) {
		snprintf(words, sizeof(words), "... and %u more", t->nr - 4);
		expect_in(test, t->details, words);
	} else {
		KUNIT_EXPECT_NULL(test, strstr(t->details, "more"));
	}

	for (i = 0; i < t->nr; i++)
		dma_coherent_handle_free(&t->handles[i]);
	t->reports = 0;
}

/* Succeeds if many leaks are one report, too, which shows the first few. */
static void many_leaks_at_unbind(struct kunit *test)
{
	struct debug_test *t = test->priv;

	KUNIT_ASSERT_EQ(test, 0, kunit_platform_driver_register(test, &t->drv));
	unbind_and_look(test);
	while (++t->nr <= ARRAY_SIZE(t->handles)) {
		KUNIT_ASSERT_EQ(test, 1, device_attach(t->dev));
		unbind_and_look(test);
	}
}

/* Succeeds if they are told from very many buffers of others, some of them in the same bucket. */
static void leaks_among_many(struct kunit *test)
{
	const unsigned int n = 3000;
	struct dma_coherent_handle *handles;
	struct debug_test *t = test->priv;
	struct device *other;
	unsigned int i;

	handles = kunit_kcalloc(test, n, sizeof(*handles), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, handles);
	other = kunit_dma_device_register(t->dma, "other");
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, other);
	t->nr = ARRAY_SIZE(t->handles);
	KUNIT_ASSERT_EQ(test, 0, kunit_platform_driver_register(test, &t->drv));
	for (i = 0; i < n; i++)
		KUNIT_ASSERT_EQ(test, 0, dma_coherent_handle_alloc(other, &handles[i], 1,
								   GFP_KERNEL));
	unbind_and_look(test);
	for (i = 0; i < n; i++)
		dma_coherent_handle_free(&handles[i]);
	KUNIT_EXPECT_EQ(test, t->reports, 0);
}

/* Succeeds if what a probe leaves behind that fails is reported before the next attempt. */
static void leak_of_failed_probe(struct kunit *test)
{
	struct debug_test *t = test->priv;

	t->probe_ret = -ENODEV;
	KUNIT_ASSERT_EQ(test, 0, kunit_platform_driver_register(test, &t->drv));
	KUNIT_ASSERT_FALSE(test, device_is_bound(t->dev));
	KUNIT_EXPECT_EQ(test, t->reports, 0);

	t->nr = 0;
	KUNIT_EXPECT_EQ(test, 0, device_attach(t->dev));
	KUNIT_EXPECT_EQ(test, t->reports, 1);
	KUNIT_EXPECT_STREQ(test, t->what, "leak: 1 buffer was not freed when probing failed");
	dma_coherent_handle_free(&t->handles[0]);
}

/* Succeeds if it is reported when the device goes, if there is no next attempt. */
static void leak_of_failed_probe_of_removed_device(struct kunit *test)
{
	struct debug_test *t = test->priv;
	struct platform_device *pdev;

	t->nr = 0;
	KUNIT_ASSERT_EQ(test, 0, kunit_platform_driver_register(test, &t->drv));
	pdev = platform_device_alloc(DEVICE_NAME, PLATFORM_DEVID_AUTO);
	KUNIT_ASSERT_NOT_NULL(test, pdev);
	kunit_dma_attach(t->dma, &pdev->dev);
	t->nr = 1;
	t->probe_ret = -ENODEV;
	KUNIT_EXPECT_EQ(test, 0, platform_device_add(pdev));
	KUNIT_EXPECT_EQ(test, t->reports, 0);

	platform_device_unregister(pdev);
	KUNIT_EXPECT_EQ(test, t->reports, 1);
	KUNIT_EXPECT_STREQ(test, t->what, "leak: 1 buffer was not freed when probing failed");
	dma_coherent_handle_free(&t->handles[0]);
}

/* Succeeds if a buffer is nobody's leak that is meant to stay. */
static void forgotten_buffer_is_no_leak(struct kunit *test)
{
	struct dma_coherent_handle handle;
	struct debug_test *t = test->priv;

	KUNIT_ASSERT_EQ(test, 0, kunit_platform_driver_register(test, &t->drv));
	handle = t->handles[0];
	dma_coherent_handle_forget(&t->handles[0]);
	KUNIT_EXPECT_FALSE(test, dma_coherent_handle_is_allocated(&t->handles[0]));
	dma_coherent_handle_free(&t->handles[0]);
	device_release_driver(t->dev);
	KUNIT_EXPECT_EQ(test, t->reports, 0);
	KUNIT_EXPECT_EQ(test, t->dma->nr_live, 1);

	/* Only since the KUnit DMA device knows of no such thing. */
	dma_coherent_handle_free(&handle);
	KUNIT_EXPECT_EQ(test, t->reports, 0);
}

/* Succeeds if what was a leak may be meant to stay after all. */
static void leak_is_forgotten(struct kunit *test)
{
	struct live_file *live = live_open(test);
	struct dma_coherent_handle handle;
	struct debug_test *t = test->priv;

	KUNIT_ASSERT_EQ(test, 0, kunit_platform_driver_register(test, &t->drv));
	device_release_driver(t->dev);
	KUNIT_EXPECT_EQ(test, t->reports, 1);
	handle = t->handles[0];
	dma_coherent_handle_forget(&t->handles[0]);
	expect_in(test, live_read(live), " ms old, forgotten, left behind\n");

	dma_coherent_handle_free(&handle);
}

/* Succeeds if a buffer that was allocated while there was no driver is nobody's leak. */
static void buffer_of_no_driver_is_no_leak(struct kunit *test)
{
	struct dma_coherent_handle handle;
	struct debug_test *t = test->priv;

	alloc(test, &handle);
	t->nr = 0;
	KUNIT_ASSERT_EQ(test, 0, kunit_platform_driver_register(test, &t->drv));
	device_release_driver(t->dev);
	dma_coherent_handle_free(&handle);
	KUNIT_EXPECT_EQ(test, t->reports, 0);
}

/* Succeeds if a driver isn't blamed for what belongs to another one's device. */
static void buffer_of_other_device_is_no_leak(struct kunit *test)
{
	struct debug_test *t = test->priv;
	struct dma_coherent_handle handle;
	struct device *other;

	other = kunit_dma_device_register(t->dma, "other");
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, other);
	KUNIT_ASSERT_EQ(test, 0, dma_coherent_handle_alloc(other, &handle, SZ_4K, GFP_KERNEL));
	t->nr = 0;
	KUNIT_ASSERT_EQ(test, 0, kunit_platform_driver_register(test, &t->drv));
	device_release_driver(t->dev);
	dma_coherent_handle_free(&handle);
	KUNIT_EXPECT_EQ(test, t->reports, 0);
}

/* Succeeds if the second of two copies isn't freed. */
static void double_free(struct kunit *test)
{
	struct dma_coherent_handle handle, copy;
	struct debug_test *t = test->priv;

	alloc(test, &handle);
	copy = handle;
	free_and_look(test, &handle);
	KUNIT_EXPECT_EQ(test, t->reports, 0);

	/* It need not be the latest. */
	alloc(test, &handle);
	dma_coherent_handle_free(&handle);
	KUNIT_EXPECT_EQ(test, t->reports, 0);

	free_and_look(test, &copy);
	expect_in(test, t->details, "freed by\n");
	expect_function(test, t->details, "free_and_look");
	expect_report(test, "double free: this is a copy of a handle that was freed");
	KUNIT_EXPECT_EQ(test, t->dma->frees, 2);
}

/* Succeeds if the latest 256 that were freed are known, for a double free, and no more. */
static void freed_some_time_ago(struct kunit *test)
{
	struct dma_coherent_handle handle, copy, again;
	struct debug_test *t = test->priv;
	unsigned int i;

	alloc(test, &handle);
	again = handle;
	copy = handle;
	dma_coherent_handle_free(&handle);
	for (i = 1; i < 256; i++) {
		alloc_another(test, &handle);
		dma_coherent_handle_free(&handle);
	}
	KUNIT_EXPECT_EQ(test, t->reports, 0);
	dma_coherent_handle_free(&copy);
	expect_report(test, "double free: this is a copy of a handle that was freed");

	alloc_another(test, &handle);
	dma_coherent_handle_free(&handle);
	dma_coherent_handle_free(&again);
	KUNIT_EXPECT_EQ(test, t->reports, 1);
	KUNIT_EXPECT_STREQ(test, t->what, "free of a handle that was never allocated");
}

/* Succeeds if a copy is told from the original, which is the second one then. */
static void free_through_a_copy(struct kunit *test)
{
	struct dma_coherent_handle handle, copy;
	struct debug_test *t = test->priv;

	alloc(test, &handle);
	copy = handle;
	dma_coherent_handle_free(&copy);
	expect_report(test, "freed through a copy: the handle was not moved by take");
	KUNIT_EXPECT_EQ(test, t->dma->frees, 1);

	dma_coherent_handle_free(&handle);
	expect_report(test, "double free: this is a copy of a handle that was freed");
	KUNIT_EXPECT_EQ(test, t->dma->frees, 1);
}

/* Succeeds if a buffer isn't lost in silence. */
static void alloc_into_live_handle(struct kunit *test)
{
	struct dma_coherent_handle handle, copy;
	struct debug_test *t = test->priv;

	alloc(test, &handle);
	copy = handle;
	alloc(test, &handle);
	expect_report(test, "alloc into a live handle: its buffer is lost");

	dma_coherent_handle_free(&handle);
	dma_coherent_handle_free(&copy);
	KUNIT_EXPECT_EQ(test, t->reports, 0);
}

/* Succeeds if that is noticed even if the handle has been written over before. */
static void alloc_into_scribbled_handle(struct kunit *test)
{
	struct dma_coherent_handle handle, copy;

	alloc(test, &handle);
	copy = handle;
	memset(&handle, 0, sizeof(handle));
	alloc(test, &handle);
	expect_report(test,
		      "alloc into a live handle that was scribbled over: its buffer is lost");

	dma_coherent_handle_free(&handle);
	dma_coherent_handle_free(&copy);
}

/* Succeeds if one bit is noticed, wherever it is, and the wrong thing isn't freed for it. */
static void scribbled_handle(struct kunit *test)
{
	struct dma_coherent_handle handle, copy, scribbled;
	struct debug_test *t = test->priv;
	unsigned int i;

	for (i = 0; i < sizeof(handle); i += sizeof(long)) {
		alloc(test, &handle);
		copy = handle;
		((unsigned long *)&handle)[i / sizeof(long)] ^= BIT(4);
		scribbled = handle;
		free_and_look(test, &handle);
		expect_report(test, "the struct was scribbled over: its buffer is lost");
		KUNIT_EXPECT_EQ(test, t->dma->nr_live, 1);
		dma_coherent_handle_free(&copy);
		KUNIT_EXPECT_EQ(test, t->dma->nr_live, 0);
		KUNIT_EXPECT_EQ(test, t->reports, 0);

		/* Nor is it taken for one that was freed. */
		free_and_look(test, &scribbled);
		KUNIT_EXPECT_EQ(test, t->reports, 1);
		KUNIT_EXPECT_STREQ(test, t->what, "free of a handle that was never allocated");
		t->reports = 0;
	}

	alloc(test, &handle);
	copy = handle;
	memset(&handle, 0, sizeof(handle));
	dma_coherent_handle_free(&handle);
	expect_report(test, "the struct was scribbled over: its buffer is lost");
	dma_coherent_handle_free(&copy);
	KUNIT_EXPECT_EQ(test, t->reports, 0);
}

/* Succeeds if a live handle that was written over isn't taken for a copy of a freed one. */
static void scribbled_with_a_copy(struct kunit *test)
{
	struct dma_coherent_handle handle, other, copy, freed;

	alloc_another(test, &other);
	freed = other;
	dma_coherent_handle_free(&other);
	alloc(test, &handle);
	copy = handle;
	handle = freed;
	dma_coherent_handle_free(&handle);
	expect_report(test, "the struct was scribbled over: its buffer is lost");
	dma_coherent_handle_free(&copy);
}

/* Succeeds if nothing is taken for the buffer that was written over, and that one not for taken. */
static void take_from_scribbled_handle(struct kunit *test)
{
	struct dma_coherent_handle handle, copy, taken;
	struct debug_test *t = test->priv;

	alloc(test, &handle);
	copy = handle;
	((unsigned long *)&handle)[0] ^= BIT(4);
	taken = dma_coherent_handle_take(&handle);
	free_and_look(test, &taken);
	KUNIT_EXPECT_EQ(test, t->reports, 1);
	KUNIT_EXPECT_STREQ(test, t->what, "free of a handle that was never allocated");
	t->reports = 0;

	free_and_look(test, &handle);
	expect_report(test, "the struct was scribbled over: its buffer is lost");
	dma_coherent_handle_free(&copy);
	KUNIT_EXPECT_EQ(test, t->reports, 0);
}

/* Succeeds if what never was a handle isn't freed. */
static void free_of_garbage(struct kunit *test)
{
	struct dma_coherent_handle handle;
	struct debug_test *t = test->priv;

	memset(&handle, 0xa5, sizeof(handle));
	dma_coherent_handle_free(&handle);
	KUNIT_EXPECT_EQ(test, t->reports, 1);
	KUNIT_EXPECT_STREQ(test, t->what, "free of a handle that was never allocated");
	KUNIT_EXPECT_EQ(test, t->dma->frees, 0);
}

static unsigned long slab_pages(void)
{
	/* What is still to be freed. */
	rcu_barrier();
	return global_node_page_state_pages(NR_SLAB_UNRECLAIMABLE_B);
}

/* Three reports, as often as that: of a leak, of the late free, of the second free. */
static void report_misuse(struct kunit *test, struct device *dev, unsigned int n)
{
	struct dma_coherent_handle copy;
	struct debug_test *t = test->priv;
	unsigned int i;

	t->reports = 0;
	for (i = 0; i < n; i++) {
		KUNIT_ASSERT_EQ(test, 1, device_attach(dev));
		device_release_driver(dev);
		copy = t->handles[0];
		dma_coherent_handle_free(&t->handles[0]);
		dma_coherent_handle_free(&copy);
	}
	KUNIT_EXPECT_EQ(test, t->reports, 3 * n);
}

/* Succeeds if a report leaves no memory behind, which takes many of them to be seen. */
static void reports_leave_nothing(struct kunit *test)
{
	/* What that many leave behind takes some pages, large ones, too. */
	const unsigned int n = PAGE_SHIFT > 12 ? 4000 : 1000;
	struct debug_test *t = test->priv;
	struct platform_device *pdev;
	unsigned int tries = 3;
	long pages, more;

	if (IS_ENABLED(CONFIG_KASAN))
		kunit_skip(test, "KASAN holds on to memory that was freed");

	/* Not on the KUnit DMA device, which keeps a record of every call. */
	pdev = kunit_platform_device_alloc(test, DEVICE_NAME, PLATFORM_DEVID_AUTO);
	KUNIT_ASSERT_NOT_NULL(test, pdev);
	KUNIT_ASSERT_EQ(test, 0, kunit_platform_device_add(test, pdev));
	t->nr = 0;
	KUNIT_ASSERT_EQ(test, 0, kunit_platform_driver_register(test, &t->drv));
	device_release_driver(&pdev->dev);
	t->nr = 1;
	/* More may come from the contiguous memory allocator, which takes its time. */
	t->size = PAGE_SIZE;

	/* Until as many freed buffers are remembered as ever will be. */
	report_misuse(test, &pdev->dev, 300);
	/* Somebody else may take as much meanwhile, but not each time. */
	do {
		pages = slab_pages();
		report_misuse(test, &pdev->dev, n);
		more = slab_pages() - pages;
		/* The smallest of it all is the record of a buffer. */
	} while (more >= (long)(n * 128 / PAGE_SIZE / 2) && --tries);
	KUNIT_EXPECT_NE(test, tries, 0);
}

/* Succeeds if a report is a warning, when nobody catches it, with details or without, anywhere. */
static void report_is_a_warning(struct kunit *test)
{
#ifdef kunit_warning_suppress
	struct dma_coherent_handle handle, copy, garbage;
	struct kmsg_dump_iter iter;
	unsigned int warnings = 0;

	kmsg_dump_rewind(&iter);
	kernel_says(&iter, "");
	kunit_deactivate_static_stub(test, coherent_handle_debug_report);
	alloc(test, &handle);
	copy = handle;
	dma_coherent_handle_free(&handle);
	memset(&garbage, 0xa5, sizeof(garbage));
	kunit_warning_suppress(test) {
		dma_coherent_handle_free(&copy);
		dma_coherent_handle_free(&garbage);

		/* As from a thread that belongs to no test. */
		current->kunit_test = NULL;
		memset(&garbage, 0xa5, sizeof(garbage));
		dma_coherent_handle_free(&garbage);
		current->kunit_test = test;
		warnings = KUNIT_SUPPRESSED_WARNING_COUNT();
	}
	KUNIT_EXPECT_EQ(test, warnings, 3);
	if (IS_ENABLED(CONFIG_PRINTK))
		KUNIT_EXPECT_TRUE(test, kernel_says(&iter, DEVICE_NAME ": 12345 bytes at DMA"));
#else
	kunit_skip(test, "this kernel can't suppress a warning that a test expects");
#endif
}

/* Succeeds if the file in debugfs lists what is there, and says what has become of it. */
static void live_list(struct kunit *test)
{
	struct dma_coherent_handle handle, forgotten, copy;
	struct live_file *live = live_open(test);
	struct debug_test *t = test->priv;
	const char *text;

	alloc(test, &handle);
	KUNIT_EXPECT_EQ(test, live_count(live, t->dev), 1);
	text = live_read(live);
	KUNIT_ASSERT_NOT_NULL(test, text);
	expect_in(test, text, DEVICE_NAME ": 12345 bytes at DMA address 0x");
	expect_in(test, text, ", attrs 0x10, ");
	expect_in(test, text, " ms old\n  allocated by\n");
	KUNIT_EXPECT_NULL(test, strstr(text, "freed by"));
	expect_function(test, text, "alloc");

	alloc(test, &forgotten);
	copy = forgotten;
	dma_coherent_handle_forget(&forgotten);
	KUNIT_EXPECT_EQ(test, live_count(live, t->dev), 2);
	expect_in(test, live_read(live), " ms old, forgotten\n");

	dma_coherent_handle_free(&copy);
	dma_coherent_handle_free(&handle);
	KUNIT_EXPECT_EQ(test, live_count(live, t->dev), 0);
}

/* DMA ops whose buffers are all at one address, so that they share a bucket of whatever hash. */
static void *same_address_alloc(struct device *dev, size_t size, dma_addr_t *dma_addr, gfp_t gfp,
				unsigned long attrs)
{
	*dma_addr = SZ_4K;
	return (void *)size;
}

static void same_address_free(struct device *dev, size_t size, void *cookie, dma_addr_t dma_addr,
			      unsigned long attrs)
{
}

static const struct dma_map_ops same_address_ops = {
	.alloc	= same_address_alloc,
	.free	= same_address_free,
};

/* Succeeds if it leaves none out of those that share a bucket. */
static void live_list_is_complete(struct kunit *test)
{
	struct live_file *live = live_open(test);
	struct dma_coherent_handle handles[4];
	struct device *dev;
	unsigned int i;

	dev = kunit_device_register(test, "bucket");
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, dev);
	dev->coherent_dma_mask = DMA_BIT_MASK(32);
	set_dma_ops(dev, &same_address_ops);

	for (i = 0; i < ARRAY_SIZE(handles); i++)
		KUNIT_ASSERT_EQ(test, 0, dma_coherent_handle_alloc(dev, &handles[i],
								   (i + 1) * SZ_4K, GFP_KERNEL));
	KUNIT_EXPECT_EQ(test, live_count(live, dev), ARRAY_SIZE(handles));
	for (i = 0; i < ARRAY_SIZE(handles); i++)
		dma_coherent_handle_free(&handles[i]);
	KUNIT_EXPECT_EQ(test, live_count(live, dev), 0);
}

static struct kunit_case handle_debug_test_cases[] = {
	KUNIT_CASE(numbers_in_a_report),
	KUNIT_CASE(stack_in_a_report),
	KUNIT_CASE(right_use),
	KUNIT_CASE(leak_at_unbind),
	KUNIT_CASE(many_leaks_at_unbind),
	KUNIT_CASE(leaks_among_many),
	KUNIT_CASE(leak_of_failed_probe),
	KUNIT_CASE(leak_of_failed_probe_of_removed_device),
	KUNIT_CASE(forgotten_buffer_is_no_leak),
	KUNIT_CASE(leak_is_forgotten),
	KUNIT_CASE(buffer_of_no_driver_is_no_leak),
	KUNIT_CASE(buffer_of_other_device_is_no_leak),
	KUNIT_CASE(double_free),
	KUNIT_CASE(freed_some_time_ago),
	KUNIT_CASE(free_through_a_copy),
	KUNIT_CASE(alloc_into_live_handle),
	KUNIT_CASE(alloc_into_scribbled_handle),
	KUNIT_CASE(scribbled_handle),
	KUNIT_CASE(scribbled_with_a_copy),
	KUNIT_CASE(take_from_scribbled_handle),
	KUNIT_CASE(free_of_garbage),
	KUNIT_CASE(live_list),
	KUNIT_CASE(live_list_is_complete),
	KUNIT_CASE(reports_leave_nothing),
	KUNIT_CASE(report_is_a_warning),
	{}
};

static struct kunit_suite handle_debug_test_suite = {
	.name = "dma_coherent_handle_debug",
	.suite_init = handle_debug_suite_init,
	.init = handle_debug_test_init,
	.test_cases = handle_debug_test_cases,
};

kunit_test_suite(handle_debug_test_suite);

MODULE_IMPORT_NS("EXPORTED_FOR_KUNIT_TESTING");
