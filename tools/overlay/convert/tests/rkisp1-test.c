// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit tests of the buffer to which rkisp1 has the hardware write what nobody has room for. The
 * registers are memory.
 */

#include "convert_kunit.h"

#include "../media/platform/rockchip/rkisp1/rkisp1-capture.c"

struct rkisp1_test {
	struct kunit_dma *dma;
	struct rkisp1_info info;
	struct rkisp1_device rkisp1;
	struct rkisp1_capture cap;
};

static void rkisp1_test_run(struct kunit *test)
{
	struct rkisp1_test *t = test->priv;

	if (!rkisp1_dummy_buf_create(&t->cap))
		rkisp1_dummy_buf_destroy(&t->cap);
}

/* Is there a buffer where the hardware was told to write to, and room for the largest plane? */
static void rkisp1_test_registers(struct kunit *test, unsigned int shift)
{
	struct rkisp1_test *t = test->priv;
	const struct kunit_dma_call *call;
	dma_addr_t addr;
	u32 reg[3];
	int i;

	KUNIT_ASSERT_EQ(test, rkisp1_dummy_buf_create(&t->cap), 0);
	rkisp1_set_next_buf(&t->cap);
	reg[RKISP1_PLANE_Y] = t->cap.config->mi.y_base_ad_init;
	reg[RKISP1_PLANE_CB] = t->cap.config->mi.cb_base_ad_init;
	reg[RKISP1_PLANE_CR] = t->cap.config->mi.cr_base_ad_init;
	for (i = 0; i < ARRAY_SIZE(reg); i++) {
		addr = rkisp1_read(&t->rkisp1, reg[i]);
		call = convert_kunit_at(t->dma, addr << shift);
		KUNIT_ASSERT_NOT_NULL(test, call);
		KUNIT_EXPECT_EQ(test, call->size, 12345);
		KUNIT_EXPECT_EQ(test, call->attrs, DMA_ATTR_NO_KERNEL_MAPPING);
	}
	rkisp1_dummy_buf_destroy(&t->cap);
	KUNIT_EXPECT_EQ(test, t->dma->nr_live, 0);
}

static void rkisp1_dummy(struct kunit *test)
{
	rkisp1_test_registers(test, 0);
}

static void rkisp1_dummy_34_bits(struct kunit *test)
{
	struct rkisp1_test *t = test->priv;

	t->info.features = RKISP1_FEATURE_DMA_34BIT;
	t->rkisp1.dev->coherent_dma_mask = DMA_BIT_MASK(34);
	rkisp1_test_registers(test, 2);
}

/* The same stream again and again, larger and smaller. */
static void rkisp1_dummy_again(struct kunit *test)
{
	struct rkisp1_test *t = test->priv;
	unsigned int i;

	for (i = 0; i < 3; i++) {
		t->cap.pix.fmt.plane_fmt[RKISP1_PLANE_CB].sizeimage = 20000 * (i % 2);
		rkisp1_test_run(test);
		KUNIT_EXPECT_EQ(test, t->dma->nr_live, 0);
	}
	KUNIT_EXPECT_EQ(test, t->dma->frees, 3);
}

static void rkisp1_dummy_alloc_fails(struct kunit *test)
{
	struct rkisp1_test *t = test->priv;

	convert_kunit_fail_each(test, t->dma, rkisp1_test_run);
}

static int rkisp1_test_init(struct kunit *test)
{
	struct rkisp1_test *t;

	t = kunit_kzalloc(test, sizeof(*t), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, t);
	test->priv = t;
	t->dma = kunit_dma_create(test);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, t->dma);
	t->rkisp1.dev = kunit_dma_device_register(t->dma, "rkisp1");
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, t->rkisp1.dev);
	t->rkisp1.base_addr = (void __iomem __force *)kunit_kzalloc(test, SZ_16K, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, (void __force *)t->rkisp1.base_addr);

	t->rkisp1.info = &t->info;
	t->cap.rkisp1 = &t->rkisp1;
	t->cap.config = &rkisp1_capture_config_mp;
	t->cap.pix.fmt.num_planes = 3;
	t->cap.pix.fmt.plane_fmt[RKISP1_PLANE_Y].sizeimage = 12345;
	t->cap.pix.fmt.plane_fmt[RKISP1_PLANE_CB].sizeimage = 4567;
	t->cap.pix.fmt.plane_fmt[RKISP1_PLANE_CR].sizeimage = 4567;
	INIT_LIST_HEAD(&t->cap.buf.queue);
	return 0;
}

static struct kunit_case rkisp1_test_cases[] = {
	KUNIT_CASE(rkisp1_dummy),
	KUNIT_CASE(rkisp1_dummy_34_bits),
	KUNIT_CASE(rkisp1_dummy_again),
	KUNIT_CASE(rkisp1_dummy_alloc_fails),
	{}
};

static struct kunit_suite rkisp1_test_suite = {
	.name = "convert_rkisp1",
	.init = rkisp1_test_init,
	.test_cases = rkisp1_test_cases,
};

kunit_test_suite(rkisp1_test_suite);
