// SPDX-License-Identifier: GPL-2.0-only
/*
 * A virtio transport without anything behind it, and the other side of its rings
 */

#include <kunit/device.h>

#include <linux/cache.h>
#include <linux/delay.h>
#include <linux/interrupt.h>
#include <linux/slab.h>

#include "virtio_kunit.h"

static struct virtio_kunit *to_virtio_kunit(struct virtio_device *vdev)
{
	return container_of(vdev, struct virtio_kunit, vdev);
}

/* --- the transport --- */

static void virtio_kunit_get(struct virtio_device *vdev, unsigned int offset, void *buf,
			     unsigned int len)
{
	memcpy(buf, to_virtio_kunit(vdev)->config + offset, len);
}

static void virtio_kunit_set(struct virtio_device *vdev, unsigned int offset, const void *buf,
			     unsigned int len)
{
	struct virtio_kunit *virtio = to_virtio_kunit(vdev);

	memcpy(virtio->config + offset, buf, len);
	if (virtio->config_written)
		virtio->config_written(virtio);
}

static u8 virtio_kunit_get_status(struct virtio_device *vdev)
{
	return to_virtio_kunit(vdev)->status;
}

static void virtio_kunit_set_status(struct virtio_device *vdev, u8 status)
{
	to_virtio_kunit(vdev)->status = status;
}

static void virtio_kunit_reset(struct virtio_device *vdev)
{
	to_virtio_kunit(vdev)->status = 0;
}

static u64 virtio_kunit_get_features(struct virtio_device *vdev)
{
	return to_virtio_kunit(vdev)->features;
}

static int virtio_kunit_finalize_features(struct virtio_device *vdev)
{
	vring_transport_features(vdev);
	return 0;
}

static bool virtio_kunit_notify(struct virtqueue *vq)
{
	struct virtio_kunit *virtio = to_virtio_kunit(vq->vdev);

	if (virtio->notified)
		virtio->notified(virtio, vq->index);
	return true;
}

static void virtio_kunit_del_vqs(struct virtio_device *vdev)
{
	struct virtqueue *vq, *next;

	memset(to_virtio_kunit(vdev)->queues, 0, sizeof(to_virtio_kunit(vdev)->queues));
	list_for_each_entry_safe(vq, next, &vdev->vqs, list)
		vring_del_virtqueue(vq);
}

static int virtio_kunit_find_vqs(struct virtio_device *vdev, unsigned int nvqs,
				 struct virtqueue *vqs[], struct virtqueue_info info[],
				 struct irq_affinity *desc)
{
	struct virtio_kunit_queue *queues = to_virtio_kunit(vdev)->queues;
	unsigned int i;

	if (nvqs > VIRTIO_KUNIT_QUEUES)
		return -EINVAL;
	for (i = 0; i < nvqs; i++) {
		vqs[i] = vring_create_virtqueue(i, VIRTIO_KUNIT_RING, SMP_CACHE_BYTES, vdev, true,
						false, info[i].ctx, virtio_kunit_notify,
						info[i].callback, info[i].name);
		if (!vqs[i]) {
			virtio_kunit_del_vqs(vdev);
			return -ENOMEM;
		}
		queues[i] = (struct virtio_kunit_queue) {
			.vq = vqs[i], .avail_wrap = true, .used_wrap = true,
		};
	}
	return 0;
}

static const struct virtio_config_ops virtio_kunit_ops = {
	.get = virtio_kunit_get,
	.set = virtio_kunit_set,
	.get_status = virtio_kunit_get_status,
	.set_status = virtio_kunit_set_status,
	.reset = virtio_kunit_reset,
	.get_features = virtio_kunit_get_features,
	.finalize_features = virtio_kunit_finalize_features,
	.find_vqs = virtio_kunit_find_vqs,
	.del_vqs = virtio_kunit_del_vqs,
};

static void virtio_kunit_release(struct device *dev)
{
	kfree(to_virtio_kunit(dev_to_virtio(dev)));
}

static void virtio_kunit_unregister_action(void *virtio)
{
	unregister_virtio_device(&((struct virtio_kunit *)virtio)->vdev);
}

/* A virtio device that does DMA by means of @dev. It must be registered. */
struct virtio_kunit *virtio_kunit_alloc(struct kunit *test, struct device *dev, u32 id,
					u64 features)
{
	struct virtio_kunit *virtio = kzalloc(sizeof(*virtio), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, virtio);
	virtio->vdev.id.device = id;
	virtio->vdev.config = &virtio_kunit_ops;
	virtio->vdev.dev.parent = dev;
	virtio->vdev.dev.release = virtio_kunit_release;
	virtio->features = BIT_ULL(VIRTIO_F_VERSION_1) | BIT_ULL(VIRTIO_F_ACCESS_PLATFORM) |
			   features;
	return virtio;
}

/* Has its driver probe it. Unregistered by the end of the test. */
void virtio_kunit_register(struct kunit *test, struct virtio_kunit *virtio)
{
	int err = register_virtio_device(&virtio->vdev);

	if (err)
		put_device(&virtio->vdev.dev);
	KUNIT_ASSERT_EQ(test, err, 0);
	KUNIT_ASSERT_EQ(test, 0, kunit_add_action_or_reset(test, virtio_kunit_unregister_action,
							   virtio));
}

void virtio_kunit_unregister(struct kunit *test, struct virtio_kunit *virtio)
{
	kunit_release_action(test, virtio_kunit_unregister_action, virtio);
}

/* --- what tests of drivers begin with --- */

const struct virtio_kunit_param virtio_kunit_params[2] = {
	{ "split", 0, 1 },
	{ "packed", BIT_ULL(VIRTIO_F_RING_PACKED), 3 },
};

int virtio_kunit_init(struct kunit *test)
{
	struct virtio_kunit_test *t;

	t = kunit_kzalloc(test, sizeof(*t), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, t);
	t->dma = kunit_dma_create(test);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, t->dma);
	t->dev = kunit_dma_device_register(t->dma, "transport");
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, t->dev);
	test->priv = t;
	return 0;
}

/* --- the other side --- */

static bool read_dma(struct virtio_kunit *virtio, dma_addr_t addr, void *to, size_t len)
{
	return !kunit_dma_dev_read(virtio->vdev.dev.parent, addr, to, len);
}

static void write_dma(struct virtio_kunit *virtio, dma_addr_t addr, const void *from, size_t len)
{
	kunit_dma_dev_write(virtio->vdev.dev.parent, addr, from, len);
}

static bool is_packed(struct virtio_kunit *virtio)
{
	return virtio_has_feature(&virtio->vdev, VIRTIO_F_RING_PACKED);
}

static void add_part(struct virtio_kunit_buf *buf, __le64 addr, __le32 len, __le16 flags)
{
	if (buf->nr == VIRTIO_KUNIT_PARTS)
		return;
	buf->parts[buf->nr].addr = le64_to_cpu(addr);
	buf->parts[buf->nr].len = le32_to_cpu(len);
	buf->parts[buf->nr].write = le16_to_cpu(flags) & VRING_DESC_F_WRITE;
	buf->nr++;
}

static bool take_split(struct virtio_kunit *virtio, struct virtio_kunit_queue *q,
		       struct virtio_kunit_buf *buf)
{
	dma_addr_t avail = virtqueue_get_avail_addr(q->vq), table = virtqueue_get_desc_addr(q->vq);
	struct {
		__le64 addr;
		__le32 len;
		__le16 flags, next;
	} desc;
	__le16 idx;
	u16 at;

	read_dma(virtio, avail + offsetof(struct vring_avail, idx), &idx, sizeof(idx));
	if (le16_to_cpu(idx) == q->avail)
		return false;
	at = q->avail++ % VIRTIO_KUNIT_RING;
	read_dma(virtio, avail + offsetof(struct vring_avail, ring[at]), &idx, sizeof(idx));
	at = le16_to_cpu(idx);
	buf->id = at;
	do {
		if (!read_dma(virtio, table + at * sizeof(desc), &desc, sizeof(desc)))
			break;
		at = le16_to_cpu(desc.next);
		if (le16_to_cpu(desc.flags) & VRING_DESC_F_INDIRECT) {
			table = le64_to_cpu(desc.addr);
			at = 0;
			continue;
		}
		add_part(buf, desc.addr, desc.len, desc.flags);
	} while (le16_to_cpu(desc.flags) & (VRING_DESC_F_NEXT | VRING_DESC_F_INDIRECT) &&
		 buf->nr < VIRTIO_KUNIT_PARTS);
	return true;
}

static bool take_packed(struct virtio_kunit *virtio, struct virtio_kunit_queue *q,
			struct virtio_kunit_buf *buf)
{
	dma_addr_t ring = virtqueue_get_desc_addr(q->vq);
	struct vring_packed_desc desc, entry;
	unsigned int i;
	u16 flags;

	do {
		read_dma(virtio, ring + q->avail * sizeof(desc), &desc, sizeof(desc));
		flags = le16_to_cpu(desc.flags);
		if (!!(flags & BIT(VRING_PACKED_DESC_F_AVAIL)) != q->avail_wrap ||
		    !!(flags & BIT(VRING_PACKED_DESC_F_USED)) == q->avail_wrap)
			return false;
		buf->id = le16_to_cpu(desc.id);
		buf->descs++;
		if (++q->avail == VIRTIO_KUNIT_RING) {
			q->avail = 0;
			q->avail_wrap = !q->avail_wrap;
		}
		if (!(flags & VRING_DESC_F_INDIRECT))
			add_part(buf, desc.addr, desc.len, desc.flags);
		for (i = 0; flags & VRING_DESC_F_INDIRECT &&
		     i < le32_to_cpu(desc.len) / sizeof(entry); i++) {
			if (!read_dma(virtio, le64_to_cpu(desc.addr) + i * sizeof(entry), &entry,
				      sizeof(entry)))
				break;
			add_part(buf, entry.addr, entry.len, entry.flags);
		}
	} while (flags & VRING_DESC_F_NEXT);
	return true;
}

/* The next buffer that the driver has made available. False if there is none. */
bool virtio_kunit_take(struct virtio_kunit *virtio, unsigned int queue,
		       struct virtio_kunit_buf *buf)
{
	struct virtio_kunit_queue *q = &virtio->queues[queue];

	*buf = (struct virtio_kunit_buf) {};
	if (!q->vq)
		return false;
	return is_packed(virtio) ? take_packed(virtio, q, buf) : take_split(virtio, q, buf);
}

/* The same, of a driver that does it in a thread of its own. */
bool virtio_kunit_wait(struct virtio_kunit *virtio, unsigned int queue,
		       struct virtio_kunit_buf *buf)
{
	int ms;

	for (ms = 0; ms < 5000; ms++) {
		if (virtio_kunit_take(virtio, queue, buf))
			return true;
		fsleep(1000);
	}
	return false;
}

/* Reads those parts of a buffer that are to be read. Returns how many bytes were. */
size_t virtio_kunit_read(struct virtio_kunit *virtio, const struct virtio_kunit_buf *buf, void *to,
			 size_t len)
{
	size_t n, done = 0;
	unsigned int i;

	for (i = 0; i < buf->nr; i++) {
		if (buf->parts[i].write)
			continue;
		n = min_t(size_t, buf->parts[i].len, len - done);
		read_dma(virtio, buf->parts[i].addr, to + done, n);
		done += n;
	}
	return done;
}

/* Writes to those parts of a buffer that are to be written. Returns how many bytes were. */
size_t virtio_kunit_write(struct virtio_kunit *virtio, const struct virtio_kunit_buf *buf,
			  const void *from, size_t len)
{
	size_t n, done = 0;
	unsigned int i;

	for (i = 0; i < buf->nr; i++) {
		if (!buf->parts[i].write)
			continue;
		n = min_t(size_t, buf->parts[i].len, len - done);
		write_dma(virtio, buf->parts[i].addr, from + done, n);
		done += n;
	}
	return done;
}

/* Gives a buffer back, with so many bytes written to it. */
void virtio_kunit_use(struct virtio_kunit *virtio, unsigned int queue,
		      const struct virtio_kunit_buf *buf, u32 len)
{
	struct virtio_kunit_queue *q = &virtio->queues[queue];
	__le32 elem[] = { cpu_to_le32(buf->id), cpu_to_le32(len) };
	struct vring_packed_desc desc = {
		.len = cpu_to_le32(len),
		.id = cpu_to_le16(buf->id),
	};
	dma_addr_t addr;
	__le16 idx;

	if (is_packed(virtio)) {
		addr = virtqueue_get_desc_addr(q->vq) + q->used * sizeof(desc);
		if (q->used_wrap)
			desc.flags = cpu_to_le16(BIT(VRING_PACKED_DESC_F_AVAIL) |
						 BIT(VRING_PACKED_DESC_F_USED));
		write_dma(virtio, addr + offsetof(struct vring_packed_desc, len), &desc.len,
			  sizeof(desc) - offsetof(struct vring_packed_desc, len));
		q->used += buf->descs;
		if (q->used >= VIRTIO_KUNIT_RING) {
			q->used -= VIRTIO_KUNIT_RING;
			q->used_wrap = !q->used_wrap;
		}
		return;
	}
	addr = virtqueue_get_used_addr(q->vq);
	write_dma(virtio, addr + offsetof(struct vring_used, ring[q->used % VIRTIO_KUNIT_RING]),
		  elem, sizeof(elem));
	idx = cpu_to_le16(++q->used);
	write_dma(virtio, addr + offsetof(struct vring_used, idx), &idx, sizeof(idx));
}

/* Has the driver look for buffers that have come back. */
void virtio_kunit_interrupt(struct virtio_kunit *virtio, unsigned int queue)
{
	vring_interrupt(0, virtio->queues[queue].vq);
}

/*
 * Plugs in a device, while each allocation of its rings and then each mapping of a buffer fails.
 * The driver is not bound without a ring. It is bound without a buffer, and can be unbound.
 */
void virtio_kunit_fail_allocations(struct kunit *test,
				   struct virtio_kunit *(*plug_in)(struct kunit *test),
				   unsigned int rings, unsigned int buffers)
{
	struct virtio_kunit_test *t = test->priv;
	struct virtio_kunit *virtio;
	unsigned int nth;

	for (nth = 1; nth <= rings + buffers; nth++) {
		kunit_dma_fail_nth(t->dma, nth);
		virtio = plug_in(test);
		kunit_dma_fail_nth(t->dma, 0);
		if (nth <= rings) {
			KUNIT_EXPECT_NULL(test, virtio->vdev.dev.driver);
			KUNIT_EXPECT_EQ(test, t->dma->nr_live, 0);
		} else {
			KUNIT_EXPECT_NOT_NULL(test, virtio->vdev.dev.driver);
			KUNIT_EXPECT_EQ(test, t->dma->nr_live, rings + buffers - 1);
		}
		virtio_kunit_unregister(test, virtio);
		KUNIT_EXPECT_EQ(test, t->dma->nr_live, 0);
	}
}
