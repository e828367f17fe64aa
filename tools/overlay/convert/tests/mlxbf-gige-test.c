// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit tests of the memory that mlxbf_gige has for its transmitter. The registers are memory. The
 * hardware writes to what they point to for as long as they do.
 */

#include "convert_kunit.h"

#include "../net/ethernet/mellanox/mlxbf_gige/mlxbf_gige.h"

static void mlxbf_gige_test_writeq(u64 value, void __iomem *addr);
#undef writeq
#define writeq mlxbf_gige_test_writeq
#undef readq
#define readq(addr)	READ_ONCE(*(u64 __force *)(addr))

#include "../net/ethernet/mellanox/mlxbf_gige/mlxbf_gige_tx.c"

CONVERT_KUNIT_UNUSED(__napi_schedule, __pskb_pull_tail, dev_kfree_skb_any_reason,
		     mlxbf_gige_alloc_skb, napi_schedule_prep, netif_tx_wake_queue,
		     sk_skb_reason_drop, skb_put, softnet_data);

struct mlxbf_gige_test {
	struct kunit_dma *dma;
	struct mlxbf_gige priv;
};

/* A register that points to memory is cleared while the memory is still there. */
static void mlxbf_gige_test_writeq(u64 value, void __iomem *addr)
{
	struct kunit *test = kunit_get_current_test();
	struct mlxbf_gige_test *t = test->priv;
	unsigned long reg = addr - t->priv.base;

	if (!value && (reg == MLXBF_GIGE_TX_WQ_BASE || reg == MLXBF_GIGE_TX_CI_UPDATE_ADDRESS))
		KUNIT_EXPECT_NOT_NULL_MSG(test, convert_kunit_at(t->dma, readq(addr)),
					  "register %#lx points to freed memory", reg);
	WRITE_ONCE(*(u64 __force *)addr, value);
}

static void mlxbf_gige_test_open_close(struct kunit *test)
{
	struct mlxbf_gige_test *t = test->priv;

	if (!mlxbf_gige_tx_init(&t->priv))
		mlxbf_gige_tx_deinit(&t->priv);
}

static void mlxbf_gige_alloc_fails(struct kunit *test)
{
	struct mlxbf_gige_test *t = test->priv;
	unsigned int nth;

	for (nth = 1; nth <= 2; nth++) {
		kunit_dma_fail_nth(t->dma, nth);
		KUNIT_EXPECT_EQ(test, mlxbf_gige_tx_init(&t->priv), -ENOMEM);
		KUNIT_EXPECT_EQ(test, t->dma->nr_live, 0);
	}
}

static void mlxbf_gige_close(struct kunit *test)
{
	struct mlxbf_gige_test *t = test->priv;

	mlxbf_gige_test_open_close(test);
	KUNIT_EXPECT_EQ(test, t->dma->nr_live, 0);
	/* The next one has memory of its own. */
	mlxbf_gige_test_open_close(test);
	KUNIT_EXPECT_EQ(test, t->dma->nr_live, 0);
}

static int mlxbf_gige_test_init(struct kunit *test)
{
	struct mlxbf_gige_test *t;

	t = kunit_kzalloc(test, sizeof(*t), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, t);
	test->priv = t;
	t->dma = kunit_dma_create(test);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, t->dma);
	t->priv.dev = kunit_dma_device_register(t->dma, "mlxbf_gige");
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, t->priv.dev);
	t->priv.base = (void __iomem __force *)kunit_kzalloc(test, SZ_4K, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, (void __force *)t->priv.base);
	t->priv.tx_q_entries = MLXBF_GIGE_MAX_TXQ_SZ;
	return 0;
}

static struct kunit_case mlxbf_gige_test_cases[] = {
	KUNIT_CASE(mlxbf_gige_alloc_fails),
	KUNIT_CASE_FIXED(mlxbf_gige_close),
	{}
};

static struct kunit_suite mlxbf_gige_test_suite = {
	.name = "convert_mlxbf_gige",
	.init = mlxbf_gige_test_init,
	.test_cases = mlxbf_gige_test_cases,
};

kunit_test_suite(mlxbf_gige_test_suite);
