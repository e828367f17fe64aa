// SPDX-License-Identifier: GPL-2.0-only
/// The tile buffers grow as the frames do: one that is large enough, or can't be replaced, stays.
// Options: --include-headers --local-includes --smpl-spacing

@fails@
@@
 if (ret)
	return
-		-ENOMEM
+		ret
		;

// Jumps and labels in one rule: without its label, spatch makes nothing of a goto.

@jump@
identifier label = {err_free_sao_buffers, err_free_tile_buffers};
expression h;
@@
 tile_buffer_reallocate(...)
 {
 <...
(
-if (ret)
-	goto label;
+if (ret)
+	return ret;
|
-label:
-dma_coherent_handle_free(h);
|
-return -ENOMEM;
)
 ...>
 }

@ret@
@@
 tile_buffer_reallocate(...)
 {
	...
	unsigned int size;
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
expression E1, E3, h1, h2, h3;
symbol num_tile_cols;
@@
-if (dma_coherent_handle_size(h1) >= E1 && dma_coherent_handle_size(h3) >= E3)
+if (num_tile_cols <= 1)
	return 0;
-dma_coherent_handle_free(h1);
-dma_coherent_handle_free(h2);
-dma_coherent_handle_free(h3);
-dma_coherent_handle_size(h3) = 0;

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

@set_buffers@
symbol ctx;
identifier vpu;
@@
 set_buffers(struct hantro_ctx *ctx)
 {
	...
	struct hantro_dev *vpu = ctx->dev;
+	struct hantro_hevc_dec_hw_ctx *hevc_dec = &ctx->hevc_dec;
	...
 }

@address@
symbol ctx, hevc_dec;
identifier buf;
@@
-dma_coherent_handle_dma_addr(&ctx->hevc_dec.buf)
+dma_coherent_handle_dma_addr(&hevc_dec->buf)
