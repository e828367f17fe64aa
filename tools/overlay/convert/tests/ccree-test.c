// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit tests of the word that ccree has for completions that nobody waits for. The registers are
 * memory. A buffer that the driver allocates itself gets DMA address 0, as it may behind an IOMMU.
 */

#include "convert_kunit.h"

#include <linux/dma-mapping.h>

/* The KUnit DMA device has no buffer at address 0: this one was there. */
static dma_addr_t ccree_test_addr;

static __maybe_unused void *ccree_test_alloc(struct device *dev, size_t size, dma_addr_t *dma,
					     gfp_t gfp)
{
	void *cpu = dma_alloc_coherent(dev, size, &ccree_test_addr, gfp);

	*dma = 0;
	return cpu;
}

static void __maybe_unused ccree_test_free(struct device *dev, size_t size, void *cpu,
					   dma_addr_t dma)
{
	dma_free_coherent(dev, size, cpu, dma + ccree_test_addr);
}

#define dma_alloc_coherent	ccree_test_alloc
#define dma_free_coherent	ccree_test_free
#undef ioread32
#define ioread32(addr)	readl(addr)

#include "../crypto/ccree/cc_request_mgr.c"

CONVERT_KUNIT_UNUSED(cc_pm_get, cc_pm_put_suspend);

struct ccree_test {
	struct kunit_dma *dma;
	struct cc_drvdata drvdata;
};

static void ccree_test_run(struct kunit *test)
{
	struct ccree_test *t = test->priv;

	if (!cc_req_mgr_init(&t->drvdata))
		cc_req_mgr_fini(&t->drvdata);
}

static void ccree_address_0(struct kunit *test)
{
	struct ccree_test *t = test->priv;

	ccree_test_run(test);
	KUNIT_EXPECT_EQ(test, t->dma->calls, 1);
	KUNIT_EXPECT_EQ(test, t->dma->nr_live, 0);
}

static void ccree_alloc_fails(struct kunit *test)
{
	struct ccree_test *t = test->priv;

	kunit_dma_fail_nth(t->dma, 1);
	KUNIT_EXPECT_EQ(test, cc_req_mgr_init(&t->drvdata), -ENOMEM);
	KUNIT_EXPECT_EQ(test, t->dma->frees, 0);
}

static int ccree_test_init(struct kunit *test)
{
	struct ccree_test *t;

	t = kunit_kzalloc(test, sizeof(*t), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, t);
	test->priv = t;
	t->dma = kunit_dma_create(test);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, t->dma);
	t->drvdata.plat_dev = kunit_dma_platform_device_add(t->dma, "ccree");
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, t->drvdata.plat_dev);
	t->drvdata.cc_base = (void __iomem __force *)kunit_kzalloc(test, SZ_4K, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, (void __force *)t->drvdata.cc_base);
	writel(MIN_HW_QUEUE_SIZE, t->drvdata.cc_base + CC_REG(DSCRPTR_QUEUE_SRAM_SIZE));
	return 0;
}

static struct kunit_case ccree_test_cases[] = {
	KUNIT_CASE(ccree_alloc_fails),
	KUNIT_CASE_FIXED(ccree_address_0),
	{}
};

static struct kunit_suite ccree_test_suite = {
	.name = "convert_ccree",
	.init = ccree_test_init,
	.test_cases = ccree_test_cases,
};

kunit_test_suite(ccree_test_suite);
