// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit tests of the dummy buffer of bnx2i, and of the PCI device that it belongs to.
 */

#include "convert_kunit.h"

#include <linux/pci.h>

static void bnx2i_test_put(struct pci_dev *pdev);
#undef pci_dev_put
#define pci_dev_put	bnx2i_test_put

#include "../scsi/bnx2i/bnx2i_iscsi.c"

CONVERT_KUNIT_UNUSED(bnx2i_alloc_qp_resc, bnx2i_arm_cq_event_coalescing, bnx2i_dev_groups,
		     bnx2i_ep_ofld_timer, bnx2i_find_hba_for_cnic, bnx2i_free_qp_resc,
		     bnx2i_identify_device, bnx2i_map_ep_dbell_regs, bnx2i_percpu,
		     bnx2i_put_rq_buf, bnx2i_send_cmd_cleanup_req, bnx2i_send_conn_destroy,
		     bnx2i_send_conn_ofld_req, bnx2i_send_iscsi_login, bnx2i_send_iscsi_logout,
		     bnx2i_send_iscsi_nopout, bnx2i_send_iscsi_scsicmd, bnx2i_send_iscsi_text,
		     bnx2i_send_iscsi_tmf, bnx2i_update_iscsi_conn, event_coal_div,
		     get_adapter_list_head, int_to_scsilun, iscsi_conn_bind, iscsi_conn_get_param,
		     iscsi_conn_send_pdu, iscsi_conn_setup, iscsi_conn_start, iscsi_conn_stop,
		     iscsi_conn_teardown, iscsi_conn_unbind, iscsi_create_endpoint,
		     iscsi_destroy_endpoint, iscsi_eh_abort, iscsi_eh_cmd_timed_out,
		     iscsi_eh_device_reset, iscsi_eh_recover_target, iscsi_host_add,
		     iscsi_host_alloc, iscsi_host_get_param, iscsi_lookup_endpoint,
		     iscsi_put_endpoint, iscsi_queuecommand, iscsi_session_failure,
		     iscsi_session_get_param, iscsi_session_recovery_timedout, iscsi_session_setup,
		     iscsi_session_teardown, iscsi_set_param, iscsi_target_alloc, rq_size,
		     scsi_change_queue_depth, scsi_host_put, scsi_is_host_device, sq_size,
		     sysfs_format_mac);

struct bnx2i_test {
	struct kunit_dma *dma;
	struct pci_dev pdev;
	struct bnx2i_hba hba;
};

/* The device may be gone then, so its memory must be. */
static void bnx2i_test_put(struct pci_dev *pdev)
{
	struct kunit *test = kunit_get_current_test();
	struct bnx2i_test *t = test->priv;

	KUNIT_EXPECT_EQ(test, t->dma->nr_live, 0);
}

void iscsi_host_remove(struct Scsi_Host *shost, bool is_shutdown)
{
}

void iscsi_host_free(struct Scsi_Host *shost)
{
}

static void bnx2i_free(struct kunit *test)
{
	struct bnx2i_test *t = test->priv;

	KUNIT_ASSERT_EQ(test, bnx2i_setup_mp_bdt(&t->hba), 0);
	KUNIT_EXPECT_EQ(test, t->dma->nr_live, 2);
	bnx2i_free_hba(&t->hba);
	KUNIT_EXPECT_EQ(test, t->dma->nr_live, 0);
}

static void bnx2i_alloc_fails(struct kunit *test)
{
	struct bnx2i_test *t = test->priv;
	unsigned int nth;

	for (nth = 1; nth <= 2; nth++) {
		kunit_dma_fail_nth(t->dma, nth);
		KUNIT_EXPECT_LT(test, bnx2i_setup_mp_bdt(&t->hba), 0);
		KUNIT_EXPECT_EQ(test, t->dma->nr_live, 0);
		bnx2i_free_mp_bdt(&t->hba);
		KUNIT_EXPECT_EQ(test, t->dma->errors, 0);
	}
}

static void bnx2i_test_release(struct device *dev)
{
}

static int bnx2i_test_init(struct kunit *test)
{
	struct bnx2i_test *t;

	t = kunit_kzalloc(test, sizeof(*t), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, t);
	test->priv = t;
	/* KUnit frees it: it only has to be there. */
	device_initialize(&t->pdev.dev);
	t->pdev.dev.release = bnx2i_test_release;
	t->dma = kunit_dma_create(test);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, t->dma);
	KUNIT_ASSERT_EQ(test, kunit_dma_attach(t->dma, &t->pdev.dev), 0);
	t->hba.pcidev = &t->pdev;
	return 0;
}

static struct kunit_case bnx2i_test_cases[] = {
	KUNIT_CASE(bnx2i_alloc_fails),
	KUNIT_CASE_FIXED(bnx2i_free),
	{}
};

static struct kunit_suite bnx2i_test_suite = {
	.name = "convert_bnx2i",
	.init = bnx2i_test_init,
	.test_cases = bnx2i_test_cases,
};

kunit_test_suite(bnx2i_test_suite);
