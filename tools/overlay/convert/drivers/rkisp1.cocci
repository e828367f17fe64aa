// SPDX-License-Identifier: GPL-2.0-only
/// The address of the dummy buffer, where the line would be too long.
// Options: --smpl-spacing

@address@
identifier cap, shift;
expression E;
@@
 rkisp1_set_next_buf(struct rkisp1_capture *cap)
 {
	u8 shift = E;
+	u32 dummy = dma_coherent_handle_dma_addr(&cap->buf.dummy) >> shift;
	<+...
-	dma_coherent_handle_dma_addr(&cap->buf.dummy) >> shift
+	dummy
	...+>
 }
