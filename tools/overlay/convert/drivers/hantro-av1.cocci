// SPDX-License-Identifier: GPL-2.0-only
/// The tile buffers grow as the frames do: one that is large enough, or can't be replaced, stays.
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

@jump@
identifier label = buffer_allocation_error;
identifier free;
expression ctx;
@@
(
-if (ret)
-	goto label;
+if (ret)
+	return ret;
|
-label:
-free(ctx);
-return -ENOMEM;
)

@ret@
@@
 rockchip_vpu981_av1_dec_tiles_reallocate(...)
 {
	...
	size_t size;
+	int ret;
	...
 }

@grow@
expression dev, h, sz;
@@
-ret = dma_coherent_handle_alloc(dev, h, sz, GFP_KERNEL);
-if (ret)
-	return ret;
+ret = dma_coherent_handle_grow(dev, h,
+                               sz, GFP_KERNEL);
+if (ret)
+	return ret;

@sizes@
identifier free;
expression h1, E1, h2, E2, h3, E3, h4, E4, h5, E5, ctx;
@@
-if (dma_coherent_handle_size(h1) >= E1 && dma_coherent_handle_size(h2) >= E2 &&
-    dma_coherent_handle_size(h3) >= E3 && dma_coherent_handle_size(h4) >= E4 &&
-    dma_coherent_handle_size(h5) >= E5)
-	return 0;
-free(ctx);

@forget@
expression h;
@@
-dma_coherent_handle_size(h) = 0;

// Not in early versions of Linux 6.12.
@maybe_fails@
identifier label;
@@
 ret = dma_coherent_handle_alloc(...);
-if (ret) {
-	ret = -ENOMEM;
+if (ret)
 	goto label;
-}
