// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit tests of the scratchpad that xhci lends to the controller. The controller is played by what
 * writes to the memory that it can write to.
 */

#include "convert_kunit.h"

#include "../usb/host/xhci-mem.c"

CONVERT_KUNIT_UNUSED(usb_endpoint_is_hs_isoc_double, usb_endpoint_max_periodic_payload,
		     usb_hcd_is_primary_hcd, xhci_cleanup_command_queue, xhci_debugfs_remove_slot,
		     xhci_get_endpoint_index, xhci_get_rhub, xhci_halt,
		     xhci_handle_command_timeout, xhci_reset, xhci_set_interrupter_moderation,
		     xhci_skip_sec_intr_events, xhci_trb_virt_to_dma, xhci_update_erst_dequeue,
		     xhci_update_tt_active_eps, xhci_usb_endpoint_maxp);

#define XHCI_TEST_BUFFERS	5

struct xhci_test {
	struct kunit_dma *dma;
	struct usb_hcd hcd;
	struct xhci_hcd xhci;
#ifdef XHCI_DCBAA_POINTER
	struct xhci_device_context_array dcbaa;
#else
	__le64 contexts[1];
#endif
};

void xhci_dbg_trace(struct xhci_hcd *xhci, void (*trace)(struct va_format *), const char *fmt, ...)
{
}

/* Each buffer is there, and all of a page. */
static void xhci_test_look(struct kunit *test)
{
	struct xhci_test *t = test->priv;
	const struct kunit_dma_call *call;
	unsigned int i;

	for (i = 0; i < XHCI_TEST_BUFFERS; i++) {
		call = convert_kunit_at(t->dma, t->xhci.scratchpad->sp_array[i]);
		KUNIT_EXPECT_NOT_NULL_MSG(test, call, "buffer %u", i);
		if (call)
			KUNIT_EXPECT_EQ(test, call->size, t->xhci.page_size);
	}
}

static void xhci_test_run(struct kunit *test)
{
	struct xhci_test *t = test->priv;

	if (scratchpad_alloc(&t->xhci, GFP_KERNEL))
		return;
	xhci_test_look(test);
	scratchpad_free(&t->xhci);
}

static void xhci_scratchpad_alloc_fails(struct kunit *test)
{
	struct xhci_test *t = test->priv;

	convert_kunit_fail_each(test, t->dma, xhci_test_run);
}

static void xhci_scratchpad_overwritten(struct kunit *test)
{
	struct xhci_test *t = test->priv;

	KUNIT_ASSERT_EQ(test, scratchpad_alloc(&t->xhci, GFP_KERNEL), 0);
	xhci_test_look(test);
	memset(t->xhci.scratchpad->sp_array, 0xa5, XHCI_TEST_BUFFERS * sizeof(u64));
	scratchpad_free(&t->xhci);
	KUNIT_EXPECT_EQ(test, t->dma->nr_live, 0);
}

static int xhci_test_init(struct kunit *test)
{
	struct xhci_test *t;

	t = kunit_kzalloc(test, sizeof(*t), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, t);
	test->priv = t;
	t->dma = kunit_dma_create(test);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, t->dma);
	t->hcd.self.sysdev = kunit_dma_device_register(t->dma, "xhci");
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, t->hcd.self.sysdev);
	t->xhci.main_hcd = &t->hcd;
	t->xhci.page_size = SZ_4K;
	/* The low five bits of the number of buffers */
	t->xhci.hcs_params2 = XHCI_TEST_BUFFERS << 27;
#ifdef XHCI_DCBAA_POINTER
	t->xhci.dcbaa = &t->dcbaa;
#else
	t->xhci.dcbaa.ctx_array = t->contexts;
#endif
	return 0;
}

static struct kunit_case xhci_test_cases[] = {
	KUNIT_CASE(xhci_scratchpad_alloc_fails),
	KUNIT_CASE_FIXED(xhci_scratchpad_overwritten),
	{}
};

static struct kunit_suite xhci_test_suite = {
	.name = "convert_xhci",
	.init = xhci_test_init,
	.test_cases = xhci_test_cases,
};

kunit_test_suite(xhci_test_suite);
