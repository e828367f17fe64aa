// SPDX-License-Identifier: GPL-2.0-only
/// A handle for the dummy buffer of middle path requests.
// Options: --include-headers --local-includes --max-width 80

@alloc@
struct bnx2i_hba *hba;
expression dev, size, gfp, E;
local idexpression int rc;
identifier label;
@@
-hba->dummy_buffer = dma_alloc_coherent(dev, size, &hba->dummy_buf_dma, gfp);
-if (!hba->dummy_buffer) {
+rc = dma_coherent_handle_alloc(dev, &hba->dummy_buffer, size, gfp);
+if (rc) {
 	...
-	rc = E;
 	goto label;
 }

@free@
struct bnx2i_hba *hba;
expression dev, size;
@@
-if (hba->dummy_buffer) {
-	dma_free_coherent(dev, size, hba->dummy_buffer, hba->dummy_buf_dma);
-	hba->dummy_buffer = NULL;
-}
-return;
+dma_coherent_handle_free(&hba->dummy_buffer);

@whole@
struct bnx2i_hba *hba;
symbol addr;
@@
-addr = hba->dummy_buf_dma;
+addr = dma_coherent_handle_dma_addr(&hba->dummy_buffer);

@halves@
typedef u32, u64;
identifier hba;
expression lo, hi;
@@
 bnx2i_send_fw_iscsi_init_msg(struct bnx2i_hba *hba)
 {
 	...
 	u64 mask64;
+	dma_addr_t dummy_dma = dma_coherent_handle_dma_addr(&hba->dummy_buffer);
 	...
 	lo =
-	(u32) hba->dummy_buf_dma
+	lower_32_bits(dummy_dma)
 	;
-	hi = (u32) ((u64) hba->dummy_buf_dma >> 32);
+	hi = upper_32_bits(dummy_dma);
 	...
 }

@definition@
@@
 struct bnx2i_hba {
 	...
-	char *dummy_buffer;
+	struct dma_coherent_handle dummy_buffer;
-	dma_addr_t dummy_buf_dma;
 	...
 };
