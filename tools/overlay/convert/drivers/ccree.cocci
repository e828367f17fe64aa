// SPDX-License-Identifier: GPL-2.0-only
/// A handle for the word that dummy completions are written to.
// Options: --max-width 80

@alloc@
struct cc_req_mgr_handle *req_mgr_h;
expression dev, size, gfp;
identifier label;
symbol rc;
@@
-req_mgr_h->dummy_comp_buff = dma_alloc_coherent(dev, size, &req_mgr_h->dummy_comp_buff_dma, gfp);
-if (!req_mgr_h->dummy_comp_buff) {
+rc = dma_coherent_handle_alloc(dev, &req_mgr_h->dummy_comp_buff, size, gfp);
+if (rc) {
 	...
-	rc = -ENOMEM;
 	goto label;
 }

@free@
struct cc_req_mgr_handle *req_mgr_h;
expression dev, size;
@@
-if (req_mgr_h->dummy_comp_buff) {
-	dma_free_coherent(dev, size, req_mgr_h->dummy_comp_buff, req_mgr_h->dummy_comp_buff_dma);
-}
+dma_coherent_handle_free(&req_mgr_h->dummy_comp_buff);

@address@
struct cc_req_mgr_handle *req_mgr_h;
expression list others;
expression E;
@@
-set_dout_dlli(E, req_mgr_h->dummy_comp_buff_dma, others);
+set_dout_dlli(E, dma_coherent_handle_dma_addr(&req_mgr_h->dummy_comp_buff), others);

@definition@
@@
 struct cc_req_mgr_handle {
 	...
-	u8 *dummy_comp_buff;
+	struct dma_coherent_handle dummy_comp_buff;
-	dma_addr_t dummy_comp_buff_dma;
 	...
 };
