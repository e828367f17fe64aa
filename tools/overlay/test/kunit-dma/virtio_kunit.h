/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A virtio transport without anything behind it. Its rings are allocated from a KUnit DMA device.
 * The test is the other side: it reads the rings, and what they lead to, by DMA address.
 */
#ifndef _VIRTIO_KUNIT_H
#define _VIRTIO_KUNIT_H

#include <kunit/dma.h>
#include <kunit/test.h>

#include <linux/virtio.h>
#include <linux/virtio_config.h>
#include <linux/virtio_ring.h>

#define VIRTIO_KUNIT_RING	8	/* descriptors */
#define VIRTIO_KUNIT_QUEUES	4
#define VIRTIO_KUNIT_PARTS	8	/* of a buffer */

struct virtio_kunit_queue {
	struct virtqueue *vq;		/* while it is there */
	u16 avail, used;		/* where the other side goes on */
	bool avail_wrap, used_wrap;	/* of a packed ring */
};

struct virtio_kunit {
	struct virtio_device vdev;
	u64 features;
	u8 status;
	u8 config[512];
	struct virtio_kunit_queue queues[VIRTIO_KUNIT_QUEUES];
	/* The test's reply, called in the driver's context. */
	void (*config_written)(struct virtio_kunit *virtio);
	void (*notified)(struct virtio_kunit *virtio, unsigned int queue);
};

/* virtio_kunit_init() sets test->priv to this. */
struct virtio_kunit_test {
	struct kunit_dma *dma;
	struct device *dev;		/* the transport */
};

/* The kinds of rings. */
struct virtio_kunit_param {
	const char *name;
	u64 features;
	unsigned int allocations;	/* of a ring */
};

extern const struct virtio_kunit_param virtio_kunit_params[2];

/* A buffer that the other side has taken from a ring. */
struct virtio_kunit_buf {
	u16 id, descs;
	unsigned int nr;
	struct virtio_kunit_part {
		dma_addr_t addr;
		u32 len;
		bool write;		/* by the other side */
	} parts[VIRTIO_KUNIT_PARTS];
};

int virtio_kunit_init(struct kunit *test);
struct virtio_kunit *virtio_kunit_alloc(struct kunit *test, struct device *dev, u32 id,
					u64 features);
void virtio_kunit_register(struct kunit *test, struct virtio_kunit *virtio);
void virtio_kunit_unregister(struct kunit *test, struct virtio_kunit *virtio);
void virtio_kunit_fail_allocations(struct kunit *test,
				   struct virtio_kunit *(*plug_in)(struct kunit *test),
				   unsigned int rings, unsigned int buffers);

bool virtio_kunit_take(struct virtio_kunit *virtio, unsigned int queue,
		       struct virtio_kunit_buf *buf);
bool virtio_kunit_wait(struct virtio_kunit *virtio, unsigned int queue,
		       struct virtio_kunit_buf *buf);
size_t virtio_kunit_read(struct virtio_kunit *virtio, const struct virtio_kunit_buf *buf, void *to,
			 size_t len);
size_t virtio_kunit_write(struct virtio_kunit *virtio, const struct virtio_kunit_buf *buf,
			  const void *from, size_t len);
void virtio_kunit_use(struct virtio_kunit *virtio, unsigned int queue,
		      const struct virtio_kunit_buf *buf, u32 len);
void virtio_kunit_interrupt(struct virtio_kunit *virtio, unsigned int queue);

#endif /* _VIRTIO_KUNIT_H */
