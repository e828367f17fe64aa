// SPDX-License-Identifier: GPL-2.0-only
/// The address of the underrun buffer, where the line would be too long.
// Options: --smpl-spacing

@address@
identifier fn, x, i;
@@
 fn(...)
 {
	...
+	dma_addr_t underrun = dma_coherent_handle_dma_addr(&x->underrun_buf);
	int i;

	for (...;...;...)
	{
	<+...
-	dma_coherent_handle_dma_addr(&x->underrun_buf)
+	underrun
	...+>
	}
	...
 }
