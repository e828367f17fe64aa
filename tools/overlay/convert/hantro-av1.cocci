// SPDX-License-Identifier: GPL-2.0-only
/// What is left to do once handles are used: error codes are passed on, and to free takes no device.
// Options: --smpl-spacing

@frees@
identifier vpu, av1_dec;
expression h1, h2, h3, h4, h5;
@@
-struct hantro_dev *vpu = ...;
 struct hantro_av1_dec_hw_ctx *av1_dec = ...;
 dma_coherent_handle_free(h1);
-dma_coherent_handle_free(h2);
-dma_coherent_handle_free(h3);
-dma_coherent_handle_free(h4);
-dma_coherent_handle_free(h5);
+dma_coherent_handle_free(h2);
+dma_coherent_handle_free(h3);
+dma_coherent_handle_free(h4);
+dma_coherent_handle_free(h5);

@blank_line@
identifier av1_dec;
@@
 struct hantro_av1_dec_hw_ctx *av1_dec = ...;
+
 dma_coherent_handle_free(...);

@blank_line_too@
expression E;
@@
 E = NULL;
+
 dma_coherent_handle_free(...);

@ret@
@@
 rockchip_vpu981_av1_dec_tiles_reallocate(...)
 {
	...
	size_t size;
+	int ret;
	<...
	return
-		-ENOMEM
+		ret
		;
	...>
 }

@fails@
identifier label;
@@
 ret = dma_coherent_handle_alloc(...);
-if (ret) {
-	ret = -ENOMEM;
+if (ret)
 	goto label;
-}
