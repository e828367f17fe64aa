// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit test for the SPI core, on the KUnit DMA device
 *
 * The controller is the test's. It sends back the complement of what it is sent.
 */

#include <kunit/device.h>
#include <kunit/dma.h>
#include <kunit/test.h>

#include <linux/dma-mapping.h>
#include <linux/scatterlist.h>
#include <linux/sizes.h>
#include <linux/slab.h>
#include <linux/spi/spi.h>
#include <linux/string.h>
#include <linux/vmalloc.h>

#define TRANSFERS	3
#define LEN		(SZ_4K + 100)

struct spi_test {
	struct kunit *test;
	struct kunit_dma *dma;
	struct device *dev;
	struct spi_controller *ctlr;
	struct spi_device *spi;
	struct spi_transfer xfers[TRANSFERS];
	u8 *tx[TRANSFERS], *rx[TRANSFERS];
	int result;			/* of the controller, if it doesn't do DMA */
	unsigned int by_dma, by_pio;	/* transfers so far */
};

struct spi_param {
	const char *name;
	bool tx, rx, vmalloc;
	unsigned int max_seg_size;
	u16 flags;			/* of the controller */
	unsigned int mappings;		/* of a message */
};

/* Pages that vmalloc() returns are mapped one by one, and may be merged. */
static const struct spi_param params[] = {
	{ "both", true, true, false, SZ_64K, 0, 2 * TRANSFERS },
	{ "both, segments", true, true, false, SZ_2K, 0, 3 * 2 * TRANSFERS },
	{ "both, vmalloc", true, true, true, SZ_64K, 0, 2 * TRANSFERS },
	{ "to device", true, false, false, SZ_64K, 0, TRANSFERS },
	{ "from device", false, true, false, SZ_64K, 0, TRANSFERS },
	{ "dummy to device", false, true, false, SZ_64K, SPI_CONTROLLER_MUST_TX, 2 * TRANSFERS },
};

KUNIT_ARRAY_PARAM_DESC(spi, params, name);

static bool can_dma(struct spi_controller *ctlr, struct spi_device *spi, struct spi_transfer *xfer)
{
	return true;
}

/* What the hardware does. It reads and writes at one pace. */
static int transfer_one(struct spi_controller *ctlr, struct spi_device *spi,
			struct spi_transfer *xfer)
{
	struct spi_test *t = *(struct spi_test **)spi_controller_get_devdata(ctlr);
	u8 *data = kzalloc(xfer->len, GFP_KERNEL);
	struct scatterlist *sg;
	unsigned int i, at = 0;

	KUNIT_EXPECT_NOT_NULL(t->test, data);
	if (!data)
		return -ENOMEM;
	if (t->result && (xfer->tx_sg.nents || xfer->rx_sg.nents)) {
		xfer->error |= SPI_TRANS_FAIL_NO_START;
		kfree(data);
		return t->result;
	}
	if (!xfer->tx_sg.nents && !xfer->rx_sg.nents) {
		t->by_pio++;
		for (i = 0; xfer->rx_buf && i < xfer->len; i++)
			((u8 *)xfer->rx_buf)[i] = xfer->tx_buf ? ~((u8 *)xfer->tx_buf)[i] : ~0;
		kfree(data);
		return 0;
	}
	t->by_dma++;
	for_each_sgtable_dma_sg(&xfer->tx_sg, sg, i) {
		kunit_dma_dev_read(t->dev, sg_dma_address(sg), data + at, sg_dma_len(sg));
		at += sg_dma_len(sg);
	}
	KUNIT_EXPECT_EQ(t->test, at, xfer->tx_buf ? xfer->len : 0);
	for (i = 0; t->tx[0] && i < xfer->len; i++) {
		if (data[i] != ((u8 *)xfer->tx_buf)[i])
			break;
	}
	if (t->tx[0] && i < xfer->len)
		KUNIT_FAIL(t->test, "the device reads other data than were to be sent");
	for (i = 0; i < xfer->len; i++)
		data[i] = ~data[i];
	at = 0;
	for_each_sgtable_dma_sg(&xfer->rx_sg, sg, i) {
		kunit_dma_dev_write(t->dev, sg_dma_address(sg), data + at, sg_dma_len(sg));
		at += sg_dma_len(sg);
	}
	KUNIT_EXPECT_EQ(t->test, at, xfer->rx_buf ? xfer->len : 0);
	kfree(data);
	return 0;
}

static void unregister(void *ctlr)
{
	spi_unregister_controller(ctlr);
}

static void free_memory(void *mem)
{
	kvfree(mem);
}

static u8 *buffer(struct kunit *test)
{
	const struct spi_param *param = test->param_value;
	u8 *mem = param->vmalloc ? vzalloc(LEN) : kzalloc(LEN, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, mem);
	KUNIT_ASSERT_EQ(test, 0, kunit_add_action_or_reset(test, free_memory, mem));
	return mem;
}

static int spi_test_init(struct kunit *test)
{
	struct spi_board_info info = { .modalias = "kunit-dma", .max_speed_hz = 1000000 };
	const struct spi_param *param;
	struct spi_test *t;
	unsigned int i;

	t = kunit_kzalloc(test, sizeof(*t), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, t);
	test->priv = t;
	t->test = test;
	t->dma = kunit_dma_create(test);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, t->dma);
	t->dev = kunit_dma_device_register(t->dma, "controller");
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, t->dev);
	param = test->param_value;
	t->dev->dma_parms = kunit_kzalloc(test, sizeof(*t->dev->dma_parms), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, t->dev->dma_parms);
	dma_set_max_seg_size(t->dev, param->max_seg_size);

	t->ctlr = spi_alloc_host(t->dev, sizeof(t));
	KUNIT_ASSERT_NOT_NULL(test, t->ctlr);
	*(struct spi_test **)spi_controller_get_devdata(t->ctlr) = t;
	t->ctlr->bus_num = -1;
	t->ctlr->num_chipselect = 1;
	t->ctlr->can_dma = can_dma;
	t->ctlr->transfer_one = transfer_one;
	t->ctlr->flags = param->flags;
	if (spi_register_controller(t->ctlr)) {
		spi_controller_put(t->ctlr);
		KUNIT_FAIL_AND_ABORT(test, "no controller");
	}
	KUNIT_ASSERT_EQ(test, 0, kunit_add_action_or_reset(test, unregister, t->ctlr));
	t->spi = spi_new_device(t->ctlr, &info);
	KUNIT_ASSERT_NOT_NULL(test, t->spi);

	for (i = 0; i < TRANSFERS; i++) {
		t->tx[i] = param->tx ? buffer(test) : NULL;
		t->rx[i] = param->rx ? buffer(test) : NULL;
	}
	return 0;
}

/* A message of a few transfers. Each has what it will send set up anew. */
static int transfer(struct kunit *test, u8 byte)
{
	struct spi_test *t = test->priv;
	unsigned int i;

	memset(t->xfers, 0, sizeof(t->xfers));
	for (i = 0; i < TRANSFERS; i++) {
		if (t->tx[i])
			memset(t->tx[i], byte + i, LEN);
		if (t->rx[i])
			memset(t->rx[i], 0x55, LEN);
		t->xfers[i].tx_buf = t->tx[i];
		t->xfers[i].rx_buf = t->rx[i];
		t->xfers[i].len = LEN;
	}
	return spi_sync_transfer(t->spi, t->xfers, TRANSFERS);
}

static void expect_received(struct kunit *test, u8 byte)
{
	struct spi_test *t = test->priv;
	unsigned int i;

	for (i = 0; i < TRANSFERS && t->rx[i]; i++) {
		if (memchr_inv(t->rx[i], t->tx[i] ? (u8)~(byte + i) : 0xff, LEN))
			KUNIT_FAIL(test, "the CPU reads other data than the device has written");
	}
}

static void spi_transfers(struct kunit *test)
{
	const struct spi_param *param = test->param_value;
	struct spi_test *t = test->priv;
	unsigned int i;

	for (i = 1; i < 4; i++) {
		KUNIT_EXPECT_EQ(test, transfer(test, 16 * i), 0);
		expect_received(test, 16 * i);
		KUNIT_EXPECT_EQ(test, t->by_dma, i * TRANSFERS);
		KUNIT_EXPECT_EQ(test, t->dma->nr_live, 0);
		if (!param->vmalloc)
			KUNIT_EXPECT_EQ(test, t->dma->calls, i * param->mappings);
	}
}

/* Each mapping fails in turn. The message does, and none of it stays mapped, nor is transferred. */
static void spi_mapping_fails(struct kunit *test)
{
	struct spi_test *t = test->priv;
	unsigned int nth, calls;
	int ret;

	for (nth = 1; nth < 100; nth++) {
		calls = t->dma->calls;
		kunit_dma_fail_nth(t->dma, nth);
		ret = transfer(test, 1);
		kunit_dma_fail_nth(t->dma, 0);
		KUNIT_EXPECT_EQ(test, t->dma->nr_live, 0);
		if (t->dma->calls - calls < nth)
			break;
		KUNIT_EXPECT_EQ(test, ret, -ENOMEM);
		KUNIT_EXPECT_EQ(test, t->by_dma, 0);
	}
	KUNIT_EXPECT_GT(test, nth, TRANSFERS);
	KUNIT_EXPECT_EQ(test, ret, 0);
	expect_received(test, 1);
}

/* A controller that cannot do it by DMA after all. */
static void spi_falls_back(struct kunit *test)
{
	struct spi_test *t = test->priv;

	t->result = -EAGAIN;
	KUNIT_EXPECT_EQ(test, transfer(test, 1), 0);
	KUNIT_EXPECT_EQ(test, t->by_dma, 0);
	KUNIT_EXPECT_EQ(test, t->by_pio, TRANSFERS);
	expect_received(test, 1);
	KUNIT_EXPECT_EQ(test, t->dma->nr_live, 0);
}

static struct kunit_case spi_cases[] = {
	KUNIT_CASE_PARAM(spi_transfers, spi_gen_params),
	KUNIT_CASE_PARAM(spi_mapping_fails, spi_gen_params),
	KUNIT_CASE_PARAM(spi_falls_back, spi_gen_params),
	{}
};

static struct kunit_suite spi_suite = {
	.name = "spi_core",
	.init = spi_test_init,
	.test_cases = spi_cases,
};

kunit_test_suite(spi_suite);

MODULE_DESCRIPTION("KUnit test for the SPI core");
MODULE_LICENSE("GPL");
