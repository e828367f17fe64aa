// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit test for the virtio-rng driver, on the KUnit DMA device
 *
 * The driver is the kernel's own, and bound by the driver core. Its probe allocates a ring and maps
 * one buffer, which the other side is to fill.
 */

#include <uapi/linux/virtio_ids.h>

#include "virtio_kunit.h"

KUNIT_ARRAY_PARAM_DESC(virtio_rng, virtio_kunit_params, name);

static struct virtio_kunit *plug_in(struct kunit *test)
{
	const struct virtio_kunit_param *param = test->param_value;
	struct virtio_kunit_test *t = test->priv;
	struct virtio_kunit *virtio = virtio_kunit_alloc(test, t->dev, VIRTIO_ID_RNG,
							 param->features);

	virtio_kunit_register(test, virtio);
	return virtio;
}

/* A ring, and one buffer that the other side may write. The kernel reads it, and posts another. */
static void virtio_rng_reads(struct kunit *test)
{
	const struct virtio_kunit_param *param = test->param_value;
	struct virtio_kunit_test *t = test->priv;
	struct virtio_kunit *virtio = plug_in(test);
	const struct kunit_dma_call *call;
	struct virtio_kunit_buf buf;

	KUNIT_ASSERT_NOT_NULL_MSG(test, virtio->queues[0].vq, "the driver is not bound");
	KUNIT_ASSERT_TRUE(test, virtio_kunit_wait(virtio, 0, &buf));
	KUNIT_EXPECT_EQ(test, t->dma->calls, param->allocations + 1);
	call = kunit_dma_lookup(t->dev, buf.parts[0].addr, buf.parts[0].len);
	KUNIT_ASSERT_NOT_NULL(test, call);
	KUNIT_EXPECT_EQ(test, call->dir, DMA_FROM_DEVICE);

	KUNIT_EXPECT_EQ(test, virtio_kunit_write(virtio, &buf, "random", 6), 6);
	virtio_kunit_use(virtio, 0, &buf, 6);
	virtio_kunit_interrupt(virtio, 0);
	KUNIT_EXPECT_EQ(test, call->freed, 1);
	KUNIT_EXPECT_TRUE(test, virtio_kunit_wait(virtio, 0, &buf));

	virtio_kunit_unregister(test, virtio);
	KUNIT_EXPECT_EQ(test, t->dma->nr_live, 0);
}

/* The buffer that the other side has not used by then must not stay mapped. */
static void virtio_rng_unplugged(struct kunit *test)
{
	const struct virtio_kunit_param *param = test->param_value;
	struct virtio_kunit_test *t = test->priv;
	struct virtio_kunit *virtio = plug_in(test);

	KUNIT_ASSERT_NOT_NULL_MSG(test, virtio->queues[0].vq, "the driver is not bound");
	KUNIT_EXPECT_EQ(test, t->dma->nr_live, param->allocations + 1);
	virtio_kunit_unregister(test, virtio);
	KUNIT_EXPECT_EQ(test, t->dma->nr_live, 0);
}

static void virtio_rng_allocation_fails(struct kunit *test)
{
	const struct virtio_kunit_param *param = test->param_value;

	virtio_kunit_fail_allocations(test, plug_in, param->allocations, 1);
}

static struct kunit_case virtio_rng_cases[] = {
	KUNIT_CASE_PARAM(virtio_rng_reads, virtio_rng_gen_params),
	KUNIT_CASE_PARAM(virtio_rng_unplugged, virtio_rng_gen_params),
	KUNIT_CASE_PARAM(virtio_rng_allocation_fails, virtio_rng_gen_params),
	{}
};

static struct kunit_suite virtio_rng_suite = {
	.name = "virtio_rng",
	.init = virtio_kunit_init,
	.test_cases = virtio_rng_cases,
};

kunit_test_suite(virtio_rng_suite);

MODULE_DESCRIPTION("KUnit test for the virtio-rng driver");
MODULE_LICENSE("GPL");
