// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit test for the SDHCI driver, on the KUnit DMA device
 *
 * The registers are the test's, and so is the card behind them: 64 KiB of memory. It does DMA by
 * the descriptors of ADMA2.
 */

#include <kunit/device.h>
#include <kunit/dma.h>
#include <kunit/test.h>

#include <linux/bitfield.h>
#include <linux/dma-mapping.h>
#include <linux/interrupt.h>
#include <linux/io.h>
#include <linux/ioport.h>
#include <linux/irq.h>
#include <linux/irqdesc.h>
#include <linux/logic_iomem.h>
#include <linux/mmc/core.h>
#include <linux/mmc/host.h>
#include <linux/mmc/mmc.h>
#include <linux/scatterlist.h>
#include <linux/sizes.h>
#include <linux/string.h>
#include <linux/version.h>
#include <linux/workqueue.h>

#include "../mmc/core/core.h"
#include "../mmc/host/sdhci.h"

#define REGS		0xe0000000	/* where nothing else is */
#define REGS_SIZE	SZ_256
#define IRQ		60		/* nobody else's */
#define BLOCK		512
#define PARTS		3		/* of a buffer */

struct sdhci_test {
	struct kunit *test;
	struct kunit_dma *dma;
	struct device *dev;
	struct sdhci_host *host;
	u8 regs[REGS_SIZE];
	struct work_struct command;	/* is being executed */
	u8 card[SZ_64K];
	u8 *mem;
	struct scatterlist sgl[PARTS];
	struct mmc_data data;
};

/* Of the test that runs now. */
static struct sdhci_test *the_test;

/* --- the hardware --- */

static u32 reg(struct sdhci_test *t, unsigned int at)
{
	return *(u32 *)(t->regs + at);
}

static void transfer(struct sdhci_test *t)
{
	bool read = *(u16 *)(t->regs + SDHCI_TRANSFER_MODE) & SDHCI_TRNS_READ;
	dma_addr_t table = reg(t, SDHCI_ADMA_ADDRESS);
	struct {
		__le16 cmd, len;
		__le32 addr;
	} desc;
	unsigned int at = 0, len;
	dma_addr_t addr;

	for (;; table += sizeof(desc)) {
		if (kunit_dma_dev_read(t->dev, table, &desc, sizeof(desc)))
			return;
		if (le16_to_cpu(desc.cmd) != ADMA2_TRAN_VALID)
			break;
		len = le16_to_cpu(desc.len) ?: SZ_64K;
		addr = le32_to_cpu(desc.addr);
		KUNIT_EXPECT_EQ(t->test, addr % SDHCI_ADMA2_ALIGN, 0);
		KUNIT_EXPECT_LE(t->test, at + len, sizeof(t->card));
		if (at + len > sizeof(t->card))
			return;
		if (read)
			kunit_dma_dev_write(t->dev, addr, t->card + at, len);
		else
			kunit_dma_dev_read(t->dev, addr, t->card + at, len);
		at += len;
	}
	KUNIT_EXPECT_EQ(t->test, le16_to_cpu(desc.cmd), ADMA2_NOP_END_VALID);
	KUNIT_EXPECT_EQ(t->test, at, t->data.blocks * BLOCK);
}

static void execute(struct work_struct *work)
{
	struct sdhci_test *t = container_of(work, struct sdhci_test, command);
	u32 status = SDHCI_INT_RESPONSE;

	if (*(u16 *)(t->regs + SDHCI_COMMAND) & SDHCI_CMD_DATA) {
		transfer(t);
		status |= SDHCI_INT_DATA_END;
	}
	*(u32 *)(t->regs + SDHCI_INT_STATUS) |= status;
	generic_handle_irq_safe(IRQ);
}

static unsigned long regs_read(void *regs, unsigned int at, int size)
{
	unsigned long value = 0;

	memcpy(&value, regs + at, size);
	return value;
}

static void regs_write(void *regs, unsigned int at, int size, unsigned long value)
{
	struct sdhci_test *t = container_of(regs, struct sdhci_test, regs[0]);

	switch (at) {
	case SDHCI_SOFTWARE_RESET:
		return;
	case SDHCI_INT_STATUS:
		value = reg(t, at) & ~value;
		break;
	case SDHCI_CLOCK_CONTROL:
		value |= value & SDHCI_CLOCK_INT_EN ? SDHCI_CLOCK_INT_STABLE : 0;
		break;
	case SDHCI_COMMAND:
		schedule_work(&t->command);
		break;
	}
	memcpy(regs + at, &value, size);
}

static const struct logic_iomem_ops regs_ops = {
	.read = regs_read,
	.write = regs_write,
};

static long regs_map(unsigned long offset, size_t size, const struct logic_iomem_ops **ops,
		     void **priv)
{
	*ops = &regs_ops;
	*priv = the_test->regs;
	return 0;
}

static const struct logic_iomem_region_ops regs_region_ops = {
	.map = regs_map,
};

static struct resource regs_resource = {
	.name = "sdhci-test",
	.start = REGS,
	.end = REGS + REGS_SIZE - 1,
	.flags = IORESOURCE_MEM,
};

static int sdhci_suite_init(struct kunit_suite *suite)
{
	return logic_iomem_add_region(&regs_resource, &regs_region_ops);
}

/* --- the driver --- */

static const struct sdhci_ops ops = {
	.set_clock = sdhci_set_clock,
	.set_bus_width = sdhci_set_bus_width,
	.reset = sdhci_reset,
	.set_uhs_signaling = sdhci_set_uhs_signaling,
};

static void unmap_regs(void *regs)
{
	iounmap((void __iomem *)regs);
}

static void free_host(void *host)
{
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 16, 0)
	sdhci_free_host(host);
#endif
}

static void remove_host(void *host)
{
	sdhci_remove_host(host, 0);
}

static int sdhci_test_init(struct kunit *test)
{
	struct sdhci_test *t;

	t = kunit_kzalloc(test, sizeof(*t), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, t);
	t->mem = kunit_kmalloc(test, 4 * PAGE_SIZE, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, t->mem);
	test->priv = t;
	the_test = t;
	t->test = test;
	INIT_WORK(&t->command, execute);
	*(u32 *)(t->regs + SDHCI_CAPABILITIES) =
		SDHCI_CAN_DO_ADMA2 | SDHCI_CAN_VDD_330 | SDHCI_TIMEOUT_CLK_UNIT |
		FIELD_PREP(SDHCI_CLOCK_V3_BASE_MASK, 50) | FIELD_PREP(SDHCI_TIMEOUT_CLK_MASK, 50);
	*(u16 *)(t->regs + SDHCI_HOST_VERSION) = SDHCI_SPEC_300;

	t->dma = kunit_dma_create(test);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, t->dma);
	t->dev = kunit_dma_device_register(t->dma, "sdhci");
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, t->dev);
	t->host = sdhci_alloc_host(t->dev, 0);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, t->host);
	KUNIT_ASSERT_EQ(test, 0, kunit_add_action_or_reset(test, free_host, t->host));
	t->host->ioaddr = ioremap(REGS, REGS_SIZE);
	KUNIT_ASSERT_NOT_NULL(test, t->host->ioaddr);
	KUNIT_ASSERT_EQ(test, 0, kunit_add_action_or_reset(test, unmap_regs,
							   (void __force *)t->host->ioaddr));
	t->host->hw_name = "test";
	t->host->ops = &ops;
	t->host->irq = IRQ;
	return 0;
}

/* The card is put in when nobody looks for one any more. */
static void add_host(struct kunit *test)
{
	struct sdhci_test *t = test->priv;

	KUNIT_ASSERT_EQ(test, 0, sdhci_add_host(t->host));
	KUNIT_ASSERT_EQ(test, 0, kunit_add_action_or_reset(test, remove_host, t->host));
	flush_delayed_work(&t->host->mmc->detect);
	*(u32 *)(t->regs + SDHCI_PRESENT_STATE) |= SDHCI_CARD_PRESENT;
}

struct sdhci_part {
	size_t at, len;			/* in memory */
};

/* One transfer. The card has one pattern in it, and memory the opposite. */
static void request(struct kunit *test, const struct sdhci_part *parts, bool write, bool prepared)
{
	struct sdhci_test *t = test->priv;
	struct mmc_host *mmc = t->host->mmc;
	struct mmc_command cmd = {
		.opcode = write ? MMC_WRITE_MULTIPLE_BLOCK : MMC_READ_MULTIPLE_BLOCK,
		.flags = MMC_RSP_R1 | MMC_CMD_ADTC,
	};
	struct mmc_request mrq = { .cmd = &cmd, .data = &t->data };
	unsigned int i, nr = 0, len = 0;

	for (i = 0; i < sizeof(t->card); i++)
		t->card[i] = i + i / 256;
	for (i = 0; i < 4 * PAGE_SIZE; i++)
		t->mem[i] = ~(i + i / 256);
	while (nr < PARTS && parts[nr].len)
		nr++;
	sg_init_table(t->sgl, nr);
	for (i = 0; i < nr; i++) {
		sg_set_buf(&t->sgl[i], t->mem + parts[i].at, parts[i].len);
		len += parts[i].len;
	}
	t->data = (struct mmc_data) {
		.blksz = BLOCK,
		.blocks = len / BLOCK,
		.flags = write ? MMC_DATA_WRITE : MMC_DATA_READ,
		.sg = t->sgl,
		.sg_len = nr,
		.timeout_ns = NSEC_PER_SEC,
	};

	mmc_claim_host(mmc);
	if (prepared)
		mmc->ops->pre_req(mmc, &mrq);
	mmc_wait_for_req(mmc, &mrq);
	if (prepared)
		mmc->ops->post_req(mmc, &mrq, 0);
	mmc_release_host(mmc);
	KUNIT_EXPECT_EQ(test, cmd.error, 0);
	KUNIT_EXPECT_EQ(test, t->data.error, 0);
	KUNIT_EXPECT_EQ(test, t->data.bytes_xfered, len);
	/* There is only the table of descriptors. */
	KUNIT_EXPECT_EQ(test, t->dma->nr_live, 1);
}

/* The same data are on the card, and nothing else is in memory than was before. */
static void expect_same(struct kunit *test, const struct sdhci_part *parts, bool write)
{
	struct sdhci_test *t = test->priv;
	unsigned int i, at, part = 0, done = 0;

	for (i = 0; i < PARTS && parts[i].len; i++) {
		for (at = 0; at < parts[i].len; at++, done++) {
			if (t->mem[parts[i].at + at] == t->card[done])
				continue;
			KUNIT_FAIL(test, "byte %u of part %u of what was %s is wrong", at, i,
				   write ? "written" : "read");
			return;
		}
	}
	for (at = 0; at < 4 * PAGE_SIZE && !write; at++) {
		if (part < PARTS && parts[part].len && at == parts[part].at) {
			at += parts[part++].len - 1;
			continue;
		}
		if (t->mem[at] != (u8)~(at + at / 256)) {
			KUNIT_FAIL(test, "byte %u before part %u is overwritten", at, part);
			return;
		}
	}
}

static void transfers(struct kunit *test, const struct sdhci_part *parts, bool write)
{
	unsigned int i;

	add_host(test);
	for (i = 0; i < 4; i++) {
		request(test, parts, write, i & 1);
		expect_same(test, parts, write);
	}
}

static const struct sdhci_part aligned[PARTS] = { { 0, 2 * BLOCK } };
static const struct sdhci_part unaligned[PARTS] = { { 1, 2 * BLOCK } };
/* The first two are one to the device. */
static const struct sdhci_part merged[PARTS] = {
	{ 100, PAGE_SIZE - 100 }, { PAGE_SIZE, PAGE_SIZE }, { 3 * PAGE_SIZE + 1, 100 },
};

static void sdhci_reads(struct kunit *test)
{
	transfers(test, aligned, false);
}

static void sdhci_writes(struct kunit *test)
{
	transfers(test, aligned, true);
}

/* The bytes up to where DMA can begin take another way. */
static void sdhci_reads_unaligned(struct kunit *test)
{
	transfers(test, unaligned, false);
}

static void sdhci_writes_unaligned(struct kunit *test)
{
	transfers(test, unaligned, true);
}

static void sdhci_reads_merged(struct kunit *test)
{
	transfers(test, merged, false);
}

static void sdhci_writes_merged(struct kunit *test)
{
	transfers(test, merged, true);
}

/* Without a table of descriptors, there is no DMA. */
static void sdhci_allocation_fails(struct kunit *test)
{
	struct sdhci_test *t = test->priv;

	kunit_dma_fail_nth(t->dma, 1);
	add_host(test);
	KUNIT_EXPECT_EQ(test, t->dma->calls, 1);
	KUNIT_EXPECT_FALSE(test, t->host->flags & SDHCI_USE_ADMA);
	kunit_release_action(test, remove_host, t->host);
	KUNIT_EXPECT_EQ(test, t->dma->nr_live, 0);
}

static struct kunit_case sdhci_cases[] = {
	KUNIT_CASE(sdhci_reads),
	KUNIT_CASE(sdhci_writes),
	KUNIT_CASE(sdhci_reads_unaligned),
	KUNIT_CASE(sdhci_writes_unaligned),
	KUNIT_CASE(sdhci_reads_merged),
	KUNIT_CASE(sdhci_writes_merged),
	KUNIT_CASE(sdhci_allocation_fails),
	{}
};

static struct kunit_suite sdhci_suite = {
	.name = "sdhci",
	.suite_init = sdhci_suite_init,
	.init = sdhci_test_init,
	.test_cases = sdhci_cases,
};

kunit_test_suite(sdhci_suite);

MODULE_DESCRIPTION("KUnit test for the SDHCI driver");
MODULE_LICENSE("GPL");
