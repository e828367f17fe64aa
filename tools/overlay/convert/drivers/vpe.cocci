// SPDX-License-Identifier: GPL-2.0-only
/// The motion vector buffers of VPE: two of one size.
// Options: --smpl-spacing --max-width 80

@reallocate@
identifier ctx, size, dev;
expression E, gfp;
@@
 realloc_mv_buffers(struct vpe_ctx *ctx, size_t size)
 {
	struct device *dev = E;
+	int ret;
-	if (ctx->mv_buf_size == size)
-		return 0;
-	if (ctx->mv_buf[0])
-		dma_free_coherent(dev, ctx->mv_buf_size, ctx->mv_buf[0], ctx->mv_buf_dma[0]);
-	if (ctx->mv_buf[1])
-		dma_free_coherent(dev, ctx->mv_buf_size, ctx->mv_buf[1], ctx->mv_buf_dma[1]);
-	ctx->mv_buf[0] = NULL;
-	ctx->mv_buf[1] = NULL;
-	ctx->mv_buf_size = 0;
	if (size == 0)
		return 0;
-	ctx->mv_buf[0] = dma_alloc_coherent(dev, size, &ctx->mv_buf_dma[0], gfp);
-	if (!ctx->mv_buf[0]) {
+	ret = dma_coherent_handle_grow(dev, &ctx->mv_buf[0], size, gfp);
+	if (!ret)
+		ret = dma_coherent_handle_grow(dev, &ctx->mv_buf[1],
+		                               size, gfp);
+	if (ret) {
		vpe_err(...);
-		return -ENOMEM;
+		dma_coherent_handle_free(&ctx->mv_buf[0]);
+		dma_coherent_handle_free(&ctx->mv_buf[1]);
+		return ret;
	}
-	ctx->mv_buf[1] = dma_alloc_coherent(dev, size, &ctx->mv_buf_dma[1], gfp);
-	if (!ctx->mv_buf[1]) {
-		...
-	}
-	ctx->mv_buf_size = size;
	ctx->src_mv_buf_selector = 0;
	return 0;
 }

@free@
identifier ctx;
@@
 free_mv_buffers(struct vpe_ctx *ctx)
 {
-	realloc_mv_buffers(ctx, 0);
+	dma_coherent_handle_free(&ctx->mv_buf[0]);
+	dma_coherent_handle_free(&ctx->mv_buf[1]);
 }

@streaming@
struct vpe_ctx *ctx;
statement S;
@@
-if (ctx->deinterlacing && !ctx->mv_buf_size)
+if (ctx->deinterlacing &&
+    !dma_coherent_handle_is_allocated(&ctx->mv_buf[0]))
 S

@address@
struct vpe_ctx *ctx;
expression E;
identifier i = mv_buf_selector;
symbol dma_addr;
@@
-int i = E;
+struct dma_coherent_handle *mv_buf;
 <+...
-dma_addr = ctx->mv_buf_dma[i];
+mv_buf = &ctx->mv_buf[E];
+dma_addr = dma_coherent_handle_dma_addr(mv_buf);
 ...+>

@definition@
@@
 struct vpe_ctx {
 ...
-dma_addr_t mv_buf_dma[2];
-void *mv_buf[2];
+struct dma_coherent_handle mv_buf[2];
-size_t mv_buf_size;
 ...
 };
