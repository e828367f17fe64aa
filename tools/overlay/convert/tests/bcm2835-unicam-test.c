// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit tests of the dummy buffers of bcm2835-unicam, and of who puts which reference, when one of
 * the two video devices can't be registered.
 */

#include "convert_kunit.h"

#include <media/media-device.h>
#include <media/v4l2-dev.h>
#include <media/v4l2-device.h>
#include <media/videobuf2-v4l2.h>

static int unicam_test_register(struct video_device *vdev);
static void unicam_test_unregister(struct video_device *vdev);
static int unicam_test_link(struct media_entity *source, u16 source_pad, struct media_entity *sink,
			    u16 sink_pad, u32 flags);
#define video_register_device(vdev, type, nr)	unicam_test_register(vdev)
#define vb2_video_unregister_device		unicam_test_unregister
#define media_create_pad_link			unicam_test_link

#include "../media/platform/broadcom/bcm2835-unicam.c"

struct unicam_test {
	struct kunit_dma *dma;
	struct unicam_device unicam;
	/* The number of the registration to fail, 0 for none */
	unsigned int fail_register;
};

static int unicam_test_register(struct video_device *vdev)
{
	struct unicam_test *t = kunit_get_current_test()->priv;

	return t->fail_register && !--t->fail_register ? -ENFILE : 0;
}

/* Nobody has it open. */
static void unicam_test_unregister(struct video_device *vdev)
{
	vdev->release(vdev);
}

static int unicam_test_link(struct media_entity *source, u16 source_pad, struct media_entity *sink,
			    u16 sink_pad, u32 flags)
{
	return 0;
}

/* The subdevs are there, but the video devices can't be. Then the driver is unbound. */
static void unicam_test_complete_fails(struct kunit *test, unsigned int nth)
{
	struct unicam_test *t = test->priv;

	t->fail_register = nth;
	KUNIT_EXPECT_EQ(test, unicam_async_complete(&t->unicam.notifier), -ENFILE);
	unicam_unregister_nodes(&t->unicam);
	KUNIT_EXPECT_EQ(test, t->dma->calls, nth);
	KUNIT_EXPECT_EQ(test, t->dma->frees, nth);
	KUNIT_EXPECT_EQ(test, t->dma->nr_live, 0);
}

static void unicam_first_node_fails(struct kunit *test)
{
	unicam_test_complete_fails(test, 1);
}

static void unicam_second_node_fails(struct kunit *test)
{
	unicam_test_complete_fails(test, 2);
}

static void unicam_reference(struct kunit *test)
{
	struct unicam_test *t = test->priv;
	unsigned int references = kref_read(&t->unicam.kref);

	kunit_dma_fail_nth(t->dma, 1);
	KUNIT_EXPECT_EQ(test, unicam_async_complete(&t->unicam.notifier), -ENOMEM);
	/* Those of the nodes are put, that of the probe is for probe or remove to be put. */
	KUNIT_EXPECT_EQ(test, kref_read(&t->unicam.kref), references);
}

static void unicam_complete(struct kunit *test)
{
	struct unicam_test *t = test->priv;
	unsigned int references = kref_read(&t->unicam.kref);

	KUNIT_EXPECT_EQ(test, unicam_async_complete(&t->unicam.notifier), 0);
	KUNIT_EXPECT_EQ(test, t->dma->nr_live, 2);
	unicam_unregister_nodes(&t->unicam);
	KUNIT_EXPECT_EQ(test, t->dma->nr_live, 0);
	KUNIT_EXPECT_EQ(test, kref_read(&t->unicam.kref), references);
}

static int unicam_test_init(struct kunit *test)
{
	struct unicam_test *t;

	t = kunit_kzalloc(test, sizeof(*t), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, t);
	test->priv = t;
	t->dma = kunit_dma_create(test);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, t->dma);
	t->unicam.dev = kunit_dma_device_register(t->dma, "unicam");
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, t->unicam.dev);
	mutex_init(&t->unicam.lock);
	INIT_LIST_HEAD(&t->unicam.v4l2_dev.subdevs);
	kref_init(&t->unicam.kref);
	/* One more: KUnit frees it. */
	unicam_get(&t->unicam);
	return 0;
}

static struct kunit_case unicam_test_cases[] = {
	KUNIT_CASE(unicam_complete),
	KUNIT_CASE_FIXED(unicam_first_node_fails),
	KUNIT_CASE_FIXED(unicam_second_node_fails),
	KUNIT_CASE_FIXED(unicam_reference),
	{}
};

static struct kunit_suite unicam_test_suite = {
	.name = "convert_bcm2835_unicam",
	.init = unicam_test_init,
	.test_cases = unicam_test_cases,
};

kunit_test_suite(unicam_test_suite);
