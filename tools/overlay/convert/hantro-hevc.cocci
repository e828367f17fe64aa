// SPDX-License-Identifier: GPL-2.0-only
/// There is no memory for any columns while it is allocated anew. If that fails, one error path is
/// enough.
// Options: --smpl-spacing

@ret@
@@
 tile_buffer_reallocate(...)
 {
	...
	unsigned int size;
+	int ret;
	<...
	return
-		-ENOMEM
+		ret
		;
	...>
 }

@columns@
expression h1, h2, h3;
identifier hevc_dec;
@@
 tile_buffer_reallocate(...)
 {
	...
	struct hantro_hevc_dec_hw_ctx *hevc_dec = ...;
	...
-dma_coherent_handle_free(h1);
-dma_coherent_handle_free(h2);
-dma_coherent_handle_free(h3);
+hevc_dec->num_tile_cols_allocated = 0;
+dma_coherent_handle_free(h1);
+dma_coherent_handle_free(h2);
+dma_coherent_handle_free(h3);
	...
 }

@exit@
expression h1, h2, h3;
@@
 hantro_hevc_dec_exit(...)
 {
	...
-dma_coherent_handle_free(h1);
-dma_coherent_handle_free(h2);
-dma_coherent_handle_free(h3);
+dma_coherent_handle_free(h1);
+dma_coherent_handle_free(h2);
+dma_coherent_handle_free(h3);
 }

@blank_line@
expression E;
@@
 E = NULL;
+
 dma_coherent_handle_free(...);

// A goto must have its label, or spatch makes nothing of the function. So the new one comes first.

@label_new@
@@
+err_free_buffers:
 err_free_sao_buffers:
 dma_coherent_handle_free(...);

@label_jumps@
identifier label;
@@
 ret = dma_coherent_handle_alloc(...);
-if (ret)
-	goto label;
+if (ret)
+	goto err_free_buffers;

@label_old@
identifier label = {err_free_sao_buffers, err_free_tile_buffers};
@@
-label:
 dma_coherent_handle_free(...);
