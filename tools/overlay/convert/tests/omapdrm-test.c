// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit test of the frame that omapdrm has for errata i734. The component framework is played by
 * what it does with the resources of a component that can't be bound.
 */

#include "convert_kunit.h"

#include <linux/platform_device.h>
#include <linux/property.h>

/* The DISPC of an OMAP5, whatever the device tree has */
#undef device_get_match_data
#define device_get_match_data(dev)	(&omap54xx_dispc_feats)

#include "../gpu/drm/omapdrm/dss/dispc.c"

CONVERT_KUNIT_UNUSED(dispc_ovl_get_scale_coef, drm_format_info, dss_get_clk_source_name,
		     dss_get_dispc_clk_rate, dss_get_dispc_clk_source, dss_get_lcd_clk_source,
		     dss_get_max_fck_rate, dss_pll_find_by_src, dss_pll_get_clkout_idx_for_src);

struct omapdrm_test {
	struct kunit_dma *dma;
	struct platform_device *pdev;
};

struct dss_device *dss_get_device(struct device *dev)
{
	return NULL;
}

static void omapdrm_test_bind(struct kunit *test)
{
	struct omapdrm_test *t = test->priv;
	struct device *dev = &t->pdev->dev;

	KUNIT_ASSERT_NOT_NULL(test, devres_open_group(dev, t, GFP_KERNEL));
	/* The device has no registers. */
	KUNIT_EXPECT_LT(test, dispc_bind(dev, NULL, NULL), 0);
	devres_release_group(dev, t);
}

static void omapdrm_bind_fails(struct kunit *test)
{
	struct omapdrm_test *t = test->priv;

	omapdrm_test_bind(test);
	KUNIT_EXPECT_EQ(test, t->dma->calls, 1);
	KUNIT_EXPECT_EQ(test, t->dma->nr_live, 0);
}

static void omapdrm_alloc_fails(struct kunit *test)
{
	struct omapdrm_test *t = test->priv;

	kunit_dma_fail_nth(t->dma, 1);
	omapdrm_test_bind(test);
	KUNIT_EXPECT_EQ(test, t->dma->nr_live, 0);
}

static int omapdrm_test_init(struct kunit *test)
{
	struct omapdrm_test *t;

	t = kunit_kzalloc(test, sizeof(*t), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, t);
	test->priv = t;
	t->dma = kunit_dma_create(test);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, t->dma);
	t->pdev = kunit_dma_platform_device_add(t->dma, "dispc");
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, t->pdev);
	return 0;
}

static struct kunit_case omapdrm_test_cases[] = {
	KUNIT_CASE(omapdrm_alloc_fails),
	KUNIT_CASE_FIXED(omapdrm_bind_fails),
	{}
};

static struct kunit_suite omapdrm_test_suite = {
	.name = "convert_omapdrm",
	.init = omapdrm_test_init,
	.test_cases = omapdrm_test_cases,
};

kunit_test_suite(omapdrm_test_suite);
