/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A virtio transport without anything behind it: its rings are allocated from a KUnit DMA device,
 * and what the other side would do, a test does.
 */
#ifndef _VIRTIO_KUNIT_H
#define _VIRTIO_KUNIT_H

#include <kunit/dma.h>
#include <kunit/test.h>

#include <linux/cache.h>
#include <linux/interrupt.h>
#include <linux/slab.h>
#include <linux/virtio.h>
#include <linux/virtio_config.h>
#include <linux/virtio_ring.h>

#define VIRTIO_KUNIT_RING	8	/* descriptors */

struct virtio_kunit {
	struct virtio_device vdev;
	u64 features;
	u8 status;
	struct virtqueue *vq;		/* the first one, while it is there */
	u16 used;			/* how many of its descriptors have been */
};

static inline struct virtio_kunit *to_virtio_kunit(struct virtio_device *vdev)
{
	return container_of(vdev, struct virtio_kunit, vdev);
}

static inline u8 virtio_kunit_get_status(struct virtio_device *vdev)
{
	return to_virtio_kunit(vdev)->status;
}

static inline void virtio_kunit_set_status(struct virtio_device *vdev, u8 status)
{
	to_virtio_kunit(vdev)->status = status;
}

static inline void virtio_kunit_reset(struct virtio_device *vdev)
{
	to_virtio_kunit(vdev)->status = 0;
}

static inline u64 virtio_kunit_get_features(struct virtio_device *vdev)
{
	return to_virtio_kunit(vdev)->features;
}

static inline int virtio_kunit_finalize_features(struct virtio_device *vdev)
{
	vring_transport_features(vdev);
	return 0;
}

static inline bool virtio_kunit_notify(struct virtqueue *vq)
{
	return true;
}

static inline void virtio_kunit_del_vqs(struct virtio_device *vdev)
{
	struct virtqueue *vq, *next;

	to_virtio_kunit(vdev)->vq = NULL;
	list_for_each_entry_safe(vq, next, &vdev->vqs, list)
		vring_del_virtqueue(vq);
}

static inline int virtio_kunit_find_vqs(struct virtio_device *vdev, unsigned int nvqs,
					struct virtqueue *vqs[], struct virtqueue_info info[],
					struct irq_affinity *desc)
{
	unsigned int i;

	for (i = 0; i < nvqs; i++) {
		vqs[i] = vring_create_virtqueue(i, VIRTIO_KUNIT_RING, SMP_CACHE_BYTES, vdev, true,
						false, info[i].ctx, virtio_kunit_notify,
						info[i].callback, info[i].name);
		if (!vqs[i]) {
			virtio_kunit_del_vqs(vdev);
			return -ENOMEM;
		}
	}
	to_virtio_kunit(vdev)->vq = vqs[0];
	to_virtio_kunit(vdev)->used = 0;
	return 0;
}

static const struct virtio_config_ops virtio_kunit_ops = {
	.get_status = virtio_kunit_get_status,
	.set_status = virtio_kunit_set_status,
	.reset = virtio_kunit_reset,
	.get_features = virtio_kunit_get_features,
	.finalize_features = virtio_kunit_finalize_features,
	.find_vqs = virtio_kunit_find_vqs,
	.del_vqs = virtio_kunit_del_vqs,
};

static inline void virtio_kunit_release(struct device *dev)
{
	kfree(to_virtio_kunit(dev_to_virtio(dev)));
}

static inline void virtio_kunit_unregister(struct virtio_kunit *virtio)
{
	unregister_virtio_device(&virtio->vdev);
}

KUNIT_DEFINE_ACTION_WRAPPER(virtio_kunit_unregister_action, virtio_kunit_unregister,
			    struct virtio_kunit *);

/* A virtio device that does DMA by means of @dev. Unregistered by the end of the test. */
static inline struct virtio_kunit *virtio_kunit_register(struct kunit *test, struct device *dev,
							 u32 id, u64 features)
{
	struct virtio_kunit *virtio = kzalloc(sizeof(*virtio), GFP_KERNEL);
	int err;

	KUNIT_ASSERT_NOT_NULL(test, virtio);
	virtio->vdev.id.device = id;
	virtio->vdev.config = &virtio_kunit_ops;
	virtio->vdev.dev.parent = dev;
	virtio->vdev.dev.release = virtio_kunit_release;
	virtio->features = BIT_ULL(VIRTIO_F_VERSION_1) | BIT_ULL(VIRTIO_F_ACCESS_PLATFORM) |
			   features;

	err = register_virtio_device(&virtio->vdev);
	if (err)
		put_device(&virtio->vdev.dev);
	KUNIT_ASSERT_EQ(test, err, 0);
	KUNIT_ASSERT_EQ(test, 0, kunit_add_action_or_reset(test, virtio_kunit_unregister_action,
							   virtio));
	return virtio;
}

/*
 * What the other side does when it has used the next buffer, which has one descriptor, or else is
 * the only one. The ring is where the KUnit DMA device has put its first allocation. Not for what
 * goes beyond the end of the ring.
 */
static inline void virtio_kunit_use(struct kunit *test, struct kunit_dma *dma,
				    struct virtio_kunit *virtio, u32 len)
{
	const struct kunit_dma_call *ring = kunit_dma_nth_call(dma, 1);
	struct virtio_device *vdev = &virtio->vdev;
	struct vring_packed_desc *desc;
	struct vring vring;

	KUNIT_ASSERT_NOT_NULL(test, ring);
	KUNIT_ASSERT_NOT_NULL(test, ring->cpu_addr);
	KUNIT_ASSERT_EQ(test, ring->freed, 0);
	KUNIT_ASSERT_LT(test, virtio->used, VIRTIO_KUNIT_RING);
	if (virtio_has_feature(vdev, VIRTIO_F_RING_PACKED)) {
		desc = ring->cpu_addr;
		desc[virtio->used].len = cpu_to_le32(len);
		desc[virtio->used].flags = cpu_to_le16(BIT(VRING_PACKED_DESC_F_AVAIL) |
						       BIT(VRING_PACKED_DESC_F_USED));
	} else {
		vring_init(&vring, VIRTIO_KUNIT_RING, ring->cpu_addr, SMP_CACHE_BYTES);
		vring.used->ring[virtio->used].id =
			cpu_to_virtio32(vdev, virtio16_to_cpu(vdev,
							      vring.avail->ring[virtio->used]));
		vring.used->ring[virtio->used].len = cpu_to_virtio32(vdev, len);
		vring.used->idx = cpu_to_virtio16(vdev, virtio->used + 1);
	}
	virtio->used++;
}

#endif /* _VIRTIO_KUNIT_H */
