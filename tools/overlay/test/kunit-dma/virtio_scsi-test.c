// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit test for the virtio_scsi driver, on the KUnit DMA device
 *
 * The driver is the kernel's own, and bound by the driver core. The other side is a host with one
 * LUN, which answers the driver's commands at once.
 */

#include <linux/string.h>
#include <linux/unaligned.h>
#include <scsi/scsi_device.h>
#include <scsi/scsi_host.h>
#include <scsi/scsi_proto.h>
#include <uapi/linux/virtio_ids.h>
#include <uapi/linux/virtio_scsi.h>

#include "virtio_kunit.h"

enum { CONTROL, EVENTS, REQUESTS, QUEUES };

#define EVENT_BUFFERS	8		/* that the driver posts */

KUNIT_ARRAY_PARAM_DESC(virtio_scsi, virtio_kunit_params, name);

/* INQUIRY, the only command that LUN 0 knows, and no other LUN. */
static void answer(struct virtio_kunit *virtio, unsigned int queue)
{
	static const u8 inquiry[36] = {
		TYPE_DISK, 0, 2, 2, sizeof(inquiry) - 5, 0, 0, 0,
		'K', 'U', 'n', 'i', 't', ' ', ' ', ' ',
	};
	struct {
		struct virtio_scsi_cmd_resp resp;
		u8 data[sizeof(inquiry)];
	} __packed in = {};
	struct virtio_scsi_cmd_req req = {};
	struct virtio_kunit_buf buf;
	size_t len;

	while (queue == REQUESTS && virtio_kunit_take(virtio, queue, &buf)) {
		virtio_kunit_read(virtio, &buf, &req, sizeof(req));
		len = sizeof(in.resp);
		if (req.lun[1] || req.lun[3] || req.cdb[0] != INQUIRY) {
			in.resp.response = VIRTIO_SCSI_S_BAD_TARGET;
		} else {
			in.resp.response = VIRTIO_SCSI_S_OK;
			memcpy(in.data, inquiry, sizeof(inquiry));
			len += min_t(size_t, get_unaligned_be16(req.cdb + 3), sizeof(inquiry));
		}
		len = virtio_kunit_write(virtio, &buf, &in, len);
		virtio_kunit_use(virtio, queue, &buf, len);
		virtio_kunit_interrupt(virtio, queue);
	}
}

static struct virtio_kunit *plug_in(struct kunit *test)
{
	const struct virtio_kunit_param *param = test->param_value;
	struct virtio_kunit_test *t = test->priv;
	struct virtio_kunit *virtio;
	struct virtio_scsi_config *config;

	virtio = virtio_kunit_alloc(test, t->dev, VIRTIO_ID_SCSI,
				    param->features | BIT_ULL(VIRTIO_SCSI_F_HOTPLUG));
	config = (void *)virtio->config;
	config->num_queues = cpu_to_le32(1);
	config->seg_max = cpu_to_le32(VIRTIO_KUNIT_RING - 2);
	config->cmd_per_lun = cpu_to_le32(1);
	virtio->notified = answer;
	virtio_kunit_register(test, virtio);
	return virtio;
}

static unsigned int allocations(struct kunit *test)
{
	const struct virtio_kunit_param *param = test->param_value;

	return QUEUES * param->allocations;
}

/* The other side has events, often enough that each buffer is used again. */
static void expect_events(struct kunit *test, struct virtio_kunit *virtio)
{
	struct virtio_scsi_event event = { .event = cpu_to_le32(VIRTIO_SCSI_T_NO_EVENT) };
	struct virtio_kunit_buf buf;
	unsigned int i;

	for (i = 0; i <= 2 * EVENT_BUFFERS; i++) {
		KUNIT_ASSERT_TRUE(test, virtio_kunit_wait(virtio, EVENTS, &buf));
		KUNIT_EXPECT_EQ(test, sizeof(event), virtio_kunit_write(virtio, &buf, &event,
									sizeof(event)));
		virtio_kunit_use(virtio, EVENTS, &buf, sizeof(event));
		virtio_kunit_interrupt(virtio, EVENTS);
	}
}

static void virtio_scsi_events_arrive(struct kunit *test)
{
	expect_events(test, plug_in(test));
}

/* The data of the LUN came by DMA. */
static void virtio_scsi_finds_lun(struct kunit *test)
{
	struct virtio_kunit *virtio = plug_in(test);
	struct virtio_kunit_test *t = test->priv;
	struct scsi_device *sdev;

	KUNIT_ASSERT_NOT_NULL_MSG(test, virtio->vdev.dev.driver, "the driver is not bound");
	sdev = scsi_device_lookup(virtio->vdev.priv, 0, 0, 0);
	KUNIT_ASSERT_NOT_NULL(test, sdev);
	KUNIT_EXPECT_MEMEQ(test, sdev->vendor, "KUnit   ", 8);
	scsi_device_put(sdev);
	KUNIT_EXPECT_EQ(test, t->dma->nr_live, allocations(test) + EVENT_BUFFERS);
}

/* The buffers that the other side has not used by then must not stay mapped. */
static void virtio_scsi_unplugged(struct kunit *test)
{
	struct virtio_kunit *virtio = plug_in(test);
	struct virtio_kunit_test *t = test->priv;

	KUNIT_EXPECT_EQ(test, t->dma->nr_live, allocations(test) + EVENT_BUFFERS);
	virtio_kunit_unregister(test, virtio);
	KUNIT_EXPECT_EQ(test, t->dma->nr_live, 0);
}

static void virtio_scsi_suspended(struct kunit *test)
{
	struct virtio_kunit *virtio = plug_in(test);
	struct virtio_kunit_test *t = test->priv;

	KUNIT_ASSERT_EQ(test, virtio_device_freeze(&virtio->vdev), 0);
	KUNIT_EXPECT_EQ(test, t->dma->nr_live, 0);
	KUNIT_ASSERT_EQ(test, virtio_device_restore(&virtio->vdev), 0);
	expect_events(test, virtio);
}

static void virtio_scsi_allocation_fails(struct kunit *test)
{
	virtio_kunit_fail_allocations(test, plug_in, allocations(test), EVENT_BUFFERS);
}

static struct kunit_case virtio_scsi_cases[] = {
	KUNIT_CASE_PARAM(virtio_scsi_events_arrive, virtio_scsi_gen_params),
	KUNIT_CASE_PARAM(virtio_scsi_finds_lun, virtio_scsi_gen_params),
	KUNIT_CASE_PARAM(virtio_scsi_unplugged, virtio_scsi_gen_params),
	KUNIT_CASE_PARAM(virtio_scsi_suspended, virtio_scsi_gen_params),
	KUNIT_CASE_PARAM(virtio_scsi_allocation_fails, virtio_scsi_gen_params),
	{}
};

static struct kunit_suite virtio_scsi_suite = {
	.name = "virtio_scsi",
	.init = virtio_kunit_init,
	.test_cases = virtio_scsi_cases,
};

kunit_test_suite(virtio_scsi_suite);

MODULE_DESCRIPTION("KUnit test for the virtio_scsi driver");
MODULE_LICENSE("GPL");
