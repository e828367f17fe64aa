// SPDX-License-Identifier: GPL-2.0-only
/// The motion vector buffers of VPE: two of one size.
// Options: --smpl-spacing --max-width 80

@alloc@
struct vpe_ctx *ctx;
expression dev, n, gfp, i;
@@
-ctx->mv_buf[i] = dma_alloc_coherent(dev, n, &ctx->mv_buf_dma[i], gfp);
-if (!ctx->mv_buf[i]) {
+ret = dma_coherent_handle_alloc(dev, &ctx->mv_buf[i], n, gfp);
+if (ret) {
 	...
-	return -ENOMEM;
+	return ret;
 }

@ret depends on alloc@
identifier d;
expression E;
@@
 struct device *d = E;
+int ret;
 ...
 dma_coherent_handle_alloc(...)

@free@
struct vpe_ctx *ctx;
expression dev;
@@
-if (ctx->mv_buf[0])
-	dma_free_coherent(dev, ctx->mv_buf_size, ctx->mv_buf[0], ctx->mv_buf_dma[0]);
-if (ctx->mv_buf[1])
-	dma_free_coherent(dev, ctx->mv_buf_size, ctx->mv_buf[1], ctx->mv_buf_dma[1]);
+dma_coherent_handle_free(&ctx->mv_buf[0]);
+dma_coherent_handle_free(&ctx->mv_buf[1]);

@unwind@
struct vpe_ctx *ctx;
expression dev, n, i;
@@
-dma_free_coherent(dev, n, ctx->mv_buf[i], ctx->mv_buf_dma[i]);
+dma_coherent_handle_free(&ctx->mv_buf[i]);

@size@
struct vpe_ctx *ctx;
expression n;
@@
-ctx->mv_buf_size == n
+dma_coherent_handle_size(&ctx->mv_buf[0]) == n

@no_size@
struct vpe_ctx *ctx;
expression n, s;
@@
-ctx->mv_buf_size = n;
+ctx->src_mv_buf_selector = s;
-ctx->src_mv_buf_selector = s;

@address@
struct vpe_ctx *ctx;
expression i;
@@
-ctx->mv_buf_dma[i]
+dma_coherent_handle_dma_addr(&ctx->mv_buf[i])

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
