// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit test for the virtio_input driver, on the KUnit DMA device
 *
 * The driver is the kernel's own, and bound by the driver core. The other side is a keyboard with
 * one key and one LED.
 */

#include <linux/device.h>
#include <linux/input.h>
#include <uapi/linux/virtio_ids.h>
#include <uapi/linux/virtio_input.h>

#include "virtio_kunit.h"

enum { EVENTS, STATUS };	/* its queues */

KUNIT_ARRAY_PARAM_DESC(virtio_input, virtio_kunit_params, name);

/* The driver has selected what it wants to know of the device. */
static void answer(struct virtio_kunit *virtio)
{
	struct virtio_input_config *config = (void *)virtio->config;

	config->size = 0;
	memset(&config->u, 0, sizeof(config->u));
	if (config->select != VIRTIO_INPUT_CFG_EV_BITS)
		return;
	if (config->subsel == EV_KEY)
		config->u.bitmap[KEY_A / 8] = BIT(KEY_A % 8);
	else if (config->subsel == EV_LED)
		config->u.bitmap[LED_CAPSL / 8] = BIT(LED_CAPSL % 8);
	else
		return;
	config->size = 8;
}

static struct virtio_kunit *plug_in(struct kunit *test)
{
	const struct virtio_kunit_param *param = test->param_value;
	struct virtio_kunit_test *t = test->priv;
	struct virtio_kunit *virtio = virtio_kunit_alloc(test, t->dev, VIRTIO_ID_INPUT,
							 param->features);

	virtio->config_written = answer;
	virtio_kunit_register(test, virtio);
	return virtio;
}

/* Of its two rings. */
static unsigned int allocations(struct kunit *test)
{
	const struct virtio_kunit_param *param = test->param_value;

	return 2 * param->allocations;
}

static int is_input(struct device *dev, const void *unused)
{
	return !strncmp(dev_name(dev), "input", 5);
}

static struct input_dev *input_of(struct kunit *test, struct virtio_kunit *virtio)
{
	struct device *dev = device_find_child(&virtio->vdev.dev, NULL, (void *)is_input);

	KUNIT_ASSERT_NOT_NULL_MSG(test, dev, "the driver is not bound");
	put_device(dev);
	return to_input_dev(dev);
}

/* The other side has an event. */
static void press(struct kunit *test, struct virtio_kunit *virtio, bool down)
{
	struct virtio_input_event event = {
		.type = cpu_to_le16(EV_KEY),
		.code = cpu_to_le16(KEY_A),
		.value = cpu_to_le32(down),
	};
	struct virtio_kunit_buf buf;

	KUNIT_ASSERT_TRUE(test, virtio_kunit_take(virtio, EVENTS, &buf));
	KUNIT_EXPECT_EQ(test, sizeof(event), virtio_kunit_write(virtio, &buf, &event,
								sizeof(event)));
	virtio_kunit_use(virtio, EVENTS, &buf, sizeof(event));
	virtio_kunit_interrupt(virtio, EVENTS);
}

/* Often enough that each buffer is used again. */
static void expect_events(struct kunit *test, struct virtio_kunit *virtio)
{
	struct input_dev *input = input_of(test, virtio);
	unsigned int i;

	for (i = 1; i <= 2 * VIRTIO_KUNIT_RING + 1; i++) {
		press(test, virtio, i & 1);
		KUNIT_EXPECT_EQ(test, test_bit(KEY_A, input->key), i & 1);
	}
	press(test, virtio, false);
}

static void virtio_input_events_arrive(struct kunit *test)
{
	expect_events(test, plug_in(test));
}

static void virtio_input_status_is_sent(struct kunit *test)
{
	struct virtio_kunit *virtio = plug_in(test);
	struct input_dev *input = input_of(test, virtio);
	struct virtio_kunit_test *t = test->priv;
	unsigned int i, live = t->dma->nr_live;
	struct virtio_input_event event;
	struct virtio_kunit_buf buf;

	for (i = 0; i < 2 * VIRTIO_KUNIT_RING; i++) {
		KUNIT_ASSERT_EQ(test, 0, input->event(input, EV_LED, LED_CAPSL, i & 1));
		KUNIT_ASSERT_TRUE(test, virtio_kunit_take(virtio, STATUS, &buf));
		KUNIT_EXPECT_EQ(test, sizeof(event), virtio_kunit_read(virtio, &buf, &event,
								       sizeof(event)));
		KUNIT_EXPECT_EQ(test, le16_to_cpu(event.type), EV_LED);
		KUNIT_EXPECT_EQ(test, le16_to_cpu(event.code), LED_CAPSL);
		KUNIT_EXPECT_EQ(test, le32_to_cpu(event.value), i & 1);
		virtio_kunit_use(virtio, STATUS, &buf, 0);
		virtio_kunit_interrupt(virtio, STATUS);
		KUNIT_EXPECT_EQ(test, t->dma->nr_live, live);
	}
}

/* Neither buffers for events nor a status that the other side has not used stay mapped. */
static void virtio_input_unplugged(struct kunit *test)
{
	struct virtio_kunit *virtio = plug_in(test);
	struct input_dev *input = input_of(test, virtio);
	unsigned int live = allocations(test) + VIRTIO_KUNIT_RING;
	struct virtio_kunit_test *t = test->priv;

	KUNIT_EXPECT_EQ(test, t->dma->nr_live, live);
	KUNIT_ASSERT_EQ(test, 0, input->event(input, EV_LED, LED_CAPSL, 1));
	KUNIT_EXPECT_EQ(test, t->dma->nr_live, live + 1);
	virtio_kunit_unregister(test, virtio);
	KUNIT_EXPECT_EQ(test, t->dma->nr_live, 0);
}

static void virtio_input_suspended(struct kunit *test)
{
	struct virtio_kunit *virtio = plug_in(test);
	struct virtio_kunit_test *t = test->priv;

	KUNIT_ASSERT_EQ(test, virtio_device_freeze(&virtio->vdev), 0);
	KUNIT_EXPECT_EQ(test, t->dma->nr_live, 0);
	KUNIT_ASSERT_EQ(test, virtio_device_restore(&virtio->vdev), 0);
	expect_events(test, virtio);
}

static void virtio_input_allocation_fails(struct kunit *test)
{
	virtio_kunit_fail_allocations(test, plug_in, allocations(test), VIRTIO_KUNIT_RING);
}

static struct kunit_case virtio_input_cases[] = {
	KUNIT_CASE_PARAM(virtio_input_events_arrive, virtio_input_gen_params),
	KUNIT_CASE_PARAM(virtio_input_status_is_sent, virtio_input_gen_params),
	KUNIT_CASE_PARAM(virtio_input_unplugged, virtio_input_gen_params),
	KUNIT_CASE_PARAM(virtio_input_suspended, virtio_input_gen_params),
	KUNIT_CASE_PARAM(virtio_input_allocation_fails, virtio_input_gen_params),
	{}
};

static struct kunit_suite virtio_input_suite = {
	.name = "virtio_input",
	.init = virtio_kunit_init,
	.test_cases = virtio_input_cases,
};

kunit_test_suite(virtio_input_suite);

MODULE_DESCRIPTION("KUnit test for the virtio_input driver");
MODULE_LICENSE("GPL");
