// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit test for virtio's rings, on the KUnit DMA device
 *
 * A ring is a coherent allocation, or three, and each buffer in it is a few mappings. Whatever
 * becomes of them, the device sees to it that they are unmapped as they were mapped.
 */

#include <linux/scatterlist.h>

#include "virtio_kunit.h"

struct virtio_ring_test {
	struct kunit_dma *dma;
	struct virtio_kunit *virtio;
	struct virtqueue *vq;
	u8 out[64], in[128];
};

struct virtio_ring_param {
	const char *name;
	u64 features;
	unsigned int allocations;	/* of a ring */
	unsigned int mappings;		/* of two buffers */
};

static const struct virtio_ring_param params[] = {
	{ "split", 0, 1, 2 },
	{ "split, indirect", BIT_ULL(VIRTIO_RING_F_INDIRECT_DESC), 1, 3 },
	{ "packed", BIT_ULL(VIRTIO_F_RING_PACKED), 3, 2 },
	{ "packed, indirect",
	  BIT_ULL(VIRTIO_F_RING_PACKED) | BIT_ULL(VIRTIO_RING_F_INDIRECT_DESC), 3, 3 },
};

KUNIT_ARRAY_PARAM_DESC(virtio_ring, params, name);

static int virtio_ring_test_init(struct kunit *test)
{
	const struct virtio_ring_param *param;
	struct virtio_ring_test *t;
	struct device *dev;

	t = kunit_kzalloc(test, sizeof(*t), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, t);
	t->dma = kunit_dma_create(test);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, t->dma);
	dev = kunit_dma_device_register(t->dma, "transport");
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, dev);
	test->priv = t;

	/* No driver has this ID. So nobody negotiates the features. */
	param = test->param_value;
	t->virtio = virtio_kunit_alloc(test, dev, U32_MAX - 1, param->features);
	virtio_kunit_register(test, t->virtio);
	t->virtio->vdev.features = t->virtio->features;
	return 0;
}

static struct virtqueue *create(struct kunit *test)
{
	struct virtio_ring_test *t = test->priv;

	return virtio_find_single_vq(&t->virtio->vdev, NULL, "test");
}

static void delete(struct kunit *test)
{
	struct virtio_ring_test *t = test->priv;

	t->virtio->vdev.config->del_vqs(&t->virtio->vdev);
}

/* A buffer that the other side reads, and one that it writes. */
static int add(struct kunit *test, struct virtqueue *vq)
{
	struct virtio_ring_test *t = test->priv;
	struct scatterlist out, in, *sgs[] = { &out, &in };

	sg_init_one(&out, t->out, sizeof(t->out));
	sg_init_one(&in, t->in, sizeof(t->in));
	return virtqueue_add_sgs(vq, sgs, 1, 1, t, GFP_KERNEL);
}

static void virtio_ring_allocates(struct kunit *test)
{
	const struct virtio_ring_param *param = test->param_value;
	struct virtio_ring_test *t = test->priv;
	struct virtqueue *vq = create(test);
	unsigned int i;

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, vq);
	KUNIT_EXPECT_EQ(test, t->dma->calls, param->allocations);
	for (i = 1; i <= param->allocations; i++)
		KUNIT_EXPECT_EQ(test, kunit_dma_nth_call(t->dma, i)->dir, DMA_NONE);
	KUNIT_EXPECT_EQ(test, virtqueue_get_desc_addr(vq), kunit_dma_nth_call(t->dma, 1)->dma_addr);
	delete(test);
	KUNIT_EXPECT_EQ(test, t->dma->nr_live, 0);
}

/* Each of its allocations fails in turn, until none is left. */
static void virtio_ring_allocation_fails(struct kunit *test)
{
	const struct virtio_ring_param *param = test->param_value;
	struct virtio_ring_test *t = test->priv;
	struct virtqueue *vq;
	unsigned int nth;

	for (nth = 1; nth < 100; nth++) {
		kunit_dma_fail_nth(t->dma, nth);
		vq = create(test);
		kunit_dma_fail_nth(t->dma, 0);
		if (!IS_ERR(vq))
			break;
		KUNIT_EXPECT_EQ(test, t->dma->nr_live, 0);
	}
	KUNIT_EXPECT_EQ(test, nth, param->allocations + 1);
	delete(test);
	KUNIT_EXPECT_EQ(test, t->dma->nr_live, 0);
}

static void virtio_ring_maps(struct kunit *test)
{
	const struct virtio_ring_param *param = test->param_value;
	struct virtio_ring_test *t = test->priv;
	struct virtqueue *vq = create(test);
	const struct kunit_dma_call *call;

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, vq);
	KUNIT_ASSERT_EQ(test, add(test, vq), 0);
	KUNIT_EXPECT_EQ(test, t->dma->calls, param->allocations + param->mappings);

	call = kunit_dma_nth_call(t->dma, param->allocations + 1);
	KUNIT_EXPECT_EQ(test, call->size, sizeof(t->out));
	KUNIT_EXPECT_EQ(test, call->dir, DMA_TO_DEVICE);
	call = kunit_dma_nth_call(t->dma, param->allocations + 2);
	KUNIT_EXPECT_EQ(test, call->size, sizeof(t->in));
	KUNIT_EXPECT_EQ(test, call->dir, DMA_FROM_DEVICE);
	/* The table that the ring's one descriptor leads to. */
	if (param->mappings > 2) {
		call = kunit_dma_nth_call(t->dma, param->allocations + 3);
		KUNIT_EXPECT_EQ(test, call->size, 2 * sizeof(struct vring_desc));
		KUNIT_EXPECT_EQ(test, call->dir, DMA_TO_DEVICE);
	}

	KUNIT_EXPECT_PTR_EQ(test, virtqueue_detach_unused_buf(vq), (void *)t);
	KUNIT_EXPECT_EQ(test, t->dma->nr_live, param->allocations);
	delete(test);
	KUNIT_EXPECT_EQ(test, t->dma->nr_live, 0);
}

static void virtio_ring_used(struct kunit *test)
{
	const struct virtio_ring_param *param = test->param_value;
	struct virtio_ring_test *t = test->priv;
	struct virtqueue *vq = create(test);
	struct virtio_kunit_buf buf;
	unsigned int i, len;
	u8 data[64];

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, vq);
	/* Often enough that the ring comes round. */
	for (i = 1; i <= 3 * VIRTIO_KUNIT_RING; i++) {
		memset(t->out, i, sizeof(t->out));
		memset(t->in, 0, sizeof(t->in));
		KUNIT_ASSERT_EQ(test, add(test, vq), 0);
		KUNIT_EXPECT_NULL(test, virtqueue_get_buf(vq, &len));

		KUNIT_ASSERT_TRUE(test, virtio_kunit_take(t->virtio, 0, &buf));
		KUNIT_EXPECT_EQ(test, virtio_kunit_read(t->virtio, &buf, data, sizeof(data)),
				sizeof(data));
		KUNIT_EXPECT_NULL(test, memchr_inv(data, i, sizeof(data)));
		memset(data, 100 + i, sizeof(data));
		KUNIT_EXPECT_EQ(test, virtio_kunit_write(t->virtio, &buf, data, 17), 17);
		virtio_kunit_use(t->virtio, 0, &buf, 17);

		KUNIT_EXPECT_PTR_EQ(test, virtqueue_get_buf(vq, &len), (void *)t);
		KUNIT_EXPECT_EQ(test, len, 17);
		KUNIT_EXPECT_NULL(test, memchr_inv(t->in, 100 + i, 17));
		KUNIT_EXPECT_NULL(test, memchr_inv(t->in + 17, 0, sizeof(t->in) - 17));
		KUNIT_EXPECT_EQ(test, t->dma->nr_live, param->allocations);
	}
	delete(test);
	KUNIT_EXPECT_EQ(test, t->dma->nr_live, 0);
}

/*
 * Each mapping fails in turn, until none is left. An indirect table that is not to be had may be
 * done without: then, the buffer is in the ring nonetheless.
 */
static void virtio_ring_mapping_fails(struct kunit *test)
{
	const struct virtio_ring_param *param = test->param_value;
	struct virtio_ring_test *t = test->priv;
	struct virtqueue *vq = create(test);
	unsigned int nth, calls;
	int err;

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, vq);
	for (nth = 1; nth < 100; nth++) {
		calls = t->dma->calls;
		kunit_dma_fail_nth(t->dma, nth);
		err = add(test, vq);
		kunit_dma_fail_nth(t->dma, 0);
		if (!err)
			KUNIT_EXPECT_PTR_EQ(test, virtqueue_detach_unused_buf(vq), (void *)t);
		else
			KUNIT_EXPECT_TRUE(test, err == -ENOMEM || err == -EIO);
		KUNIT_EXPECT_EQ_MSG(test, t->dma->nr_live, param->allocations,
				    "mapping %u failed", nth);
		KUNIT_EXPECT_EQ(test, vq->num_free, VIRTIO_KUNIT_RING);
		/* It took fewer. */
		if (t->dma->calls - calls < nth)
			break;
	}
	KUNIT_EXPECT_EQ(test, nth, param->mappings + 1);
	delete(test);
	KUNIT_EXPECT_EQ(test, t->dma->nr_live, 0);
}

static struct kunit_case virtio_ring_cases[] = {
	KUNIT_CASE_PARAM(virtio_ring_allocates, virtio_ring_gen_params),
	KUNIT_CASE_PARAM(virtio_ring_allocation_fails, virtio_ring_gen_params),
	KUNIT_CASE_PARAM(virtio_ring_maps, virtio_ring_gen_params),
	KUNIT_CASE_PARAM(virtio_ring_used, virtio_ring_gen_params),
	KUNIT_CASE_PARAM(virtio_ring_mapping_fails, virtio_ring_gen_params),
	{}
};

static struct kunit_suite virtio_ring_suite = {
	.name = "virtio_ring",
	.init = virtio_ring_test_init,
	.test_cases = virtio_ring_cases,
};

kunit_test_suite(virtio_ring_suite);

MODULE_DESCRIPTION("KUnit test for virtio's rings");
MODULE_LICENSE("GPL");
