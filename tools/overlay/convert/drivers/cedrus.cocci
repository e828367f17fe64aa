// SPDX-License-Identifier: GPL-2.0-only
/// The buffers of a codec, and the motion vectors of each frame, are two or three members each.
/// Handles take their place.
// Options: --include-headers --local-includes --smpl-spacing

@mv_col_alloc@
identifier ctx, vb, size;
@@
 int cedrus_alloc_mv_col(struct cedrus_ctx *ctx, struct vb2_buffer *vb, size_t size)
 {
-	...
+	return dma_coherent_handle_grow(ctx->dev->dev, &ctx->mv_col[vb->index],
+                                        size, GFP_KERNEL);
 }

@mv_col_free@
identifier ctx, mv_col, i;
@@
 void cedrus_free_mv_col(struct cedrus_ctx *ctx)
 {
-	struct cedrus_mv_col *mv_col;
	unsigned int i;
	for (...;...;...)
-	{
-		...
-	}
+		dma_coherent_handle_free(&ctx->mv_col[i]);
 }

@mv_col_address@
identifier mv_col, f;
expression E;
@@
-struct cedrus_mv_col *mv_col = E;
+struct dma_coherent_handle *mv_col = E;
 ...
-return mv_col->dma + f * mv_col->size / 2;
+return dma_coherent_handle_dma_addr(mv_col) +
+               f * dma_coherent_handle_size(mv_col) / 2;

// The buffers of a codec, there while it is streaming.

@buf_alloc@
expression C, dev, E;
identifier buf, dma;
statement S;
@@
-C.buf = dma_alloc_attrs(dev, E, &C.dma, GFP_KERNEL, DMA_ATTR_NO_KERNEL_MAPPING);
-if (!C.buf)
+ret = dma_coherent_handle_alloc(dev,
+                                &C.buf,
+                                E, GFP_KERNEL);
+if (ret)
 S

@buf_alloc_constant@
expression dev, h;
constant K;
@@
-dma_coherent_handle_alloc(dev, h, K, GFP_KERNEL)
+dma_coherent_handle_alloc(dev,
+                          h,
+                          K,
+                          GFP_KERNEL)

@buf_size@
expression C, E;
identifier sz;
@@
(
-C.pic_info_buf_size = pic_info_size;
+
 ret = dma_coherent_handle_alloc(...,
-				 C.pic_info_buf_size
+				 pic_info_size
				 , GFP_KERNEL);
|
-C.sz = E;
+size = E;
 ret = dma_coherent_handle_alloc(...,
-				 C.sz
+				 size
				 , GFP_KERNEL);
)

@buf_free@
expression C;
identifier buf_alloc.buf, buf_alloc.dma;
@@
-dma_free_attrs(..., C.buf, C.dma, DMA_ATTR_NO_KERNEL_MAPPING);
+dma_coherent_handle_free(&C.buf);

@buf_free_some@
expression C;
identifier buf, sz;
@@
-if (C.sz) {
 	dma_coherent_handle_free(&C.buf);
-}

// A goto must have its label, or spatch makes nothing of the function. So the new one comes first.

@buf_free_all@
@@
+err_free_bufs:
 err_deblk_buf:
 dma_coherent_handle_free(...);

@buf_fails@
@@
 ret = dma_coherent_handle_alloc(...);
 if (ret)
-	return -ENOMEM;
+	return ret;

@buf_fails_later@
identifier label;
@@
 ret = dma_coherent_handle_alloc(...);
-if (ret) {
-	ret = -ENOMEM;
-	goto label;
-}
+if (ret)
+	goto err_free_bufs;

@buf_labels@
identifier label != err_free_bufs;
@@
-label:
 dma_coherent_handle_free(...);

@buf_start_h264@
identifier ctx, dev;
@@
 cedrus_h264_start(struct cedrus_ctx *ctx)
 {
	struct cedrus_dev *dev = ctx->dev;
	unsigned int pic_info_size;
+	unsigned int size;
	int ret;
+
+	/* Handles start out empty: clear what another codec has left there. */
+	memset(&ctx->codec.h264, 0, sizeof(ctx->codec.h264));
-	ctx->codec.h264.deblk_buf_size = 0;
-	ctx->codec.h264.intra_pred_buf_size = 0;
	...
 }

@buf_stop_h264@
identifier ctx, dev;
@@
 cedrus_h264_stop(struct cedrus_ctx *ctx)
 {
-	struct cedrus_dev *dev = ctx->dev;
	... when != dev
 }

@buf_start_h265@
identifier ctx, dev;
@@
 cedrus_h265_start(struct cedrus_ctx *ctx)
 {
	struct cedrus_dev *dev = ctx->dev;
+	int ret;
	...
 }

// Variables, where a line would be too long.

@buf_address_h265@
expression C;
identifier buf_alloc.buf, buf_alloc.dma;
@@
 cedrus_h265_setup(...)
 {
	...
	dma_addr_t src_buf_addr;
+	dma_addr_t addr;
	...
+	addr = dma_coherent_handle_dma_addr(&C.buf);
	reg = VE_DEC_H265_NEIGHBOR_INFO_ADDR_BASE(
-						  C.dma
+						  addr
						  );
	...
 }

@buf_address_h264@
identifier ctx;
@@
 cedrus_set_params(struct cedrus_ctx *ctx, ...)
 {
+	struct dma_coherent_handle *intra = &ctx->codec.h264.intra_pred_buf;
+	struct dma_coherent_handle *deblk = &ctx->codec.h264.deblk_buf;
	<+...
(
-	ctx->codec.h264.deblk_buf_dma
+	dma_coherent_handle_dma_addr(deblk)
|
-	ctx->codec.h264.intra_pred_buf_dma
+	dma_coherent_handle_dma_addr(intra)
)
	...+>
 }

@buf_address_h264_setup@
identifier ctx, ret;
@@
 cedrus_h264_setup(struct cedrus_ctx *ctx, ...)
 {
	...
+	dma_addr_t addr;
	int ret;
	...
 }

@buf_address_h264_write@
expression dev, reg, C;
identifier buf_alloc.buf, buf_alloc.dma;
identifier f = {cedrus_write};
@@
-f(dev, reg, C.dma);
+addr = dma_coherent_handle_dma_addr(&C.buf);
+f(dev, reg, addr);

@mv_col_struct@
@@
-struct cedrus_mv_col {
-	void *buf;
-	dma_addr_t dma;
-	size_t size;
-};

@mv_col_member@
@@
 struct cedrus_ctx {
	...
-	struct cedrus_mv_col mv_col[VB2_MAX_FRAME];
+	struct dma_coherent_handle mv_col[VB2_MAX_FRAME];
	...
 };

@buf_definition@
@@
 struct cedrus_ctx {
	...
	union {
		struct {
-			void *pic_info_buf;
-			dma_addr_t pic_info_buf_dma;
-			ssize_t pic_info_buf_size;
-			void *neighbor_info_buf;
-			dma_addr_t neighbor_info_buf_dma;
-			void *deblk_buf;
-			dma_addr_t deblk_buf_dma;
-			ssize_t deblk_buf_size;
-			void *intra_pred_buf;
-			dma_addr_t intra_pred_buf_dma;
-			ssize_t intra_pred_buf_size;
+			struct dma_coherent_handle pic_info_buf;
+			struct dma_coherent_handle neighbor_info_buf;
+			struct dma_coherent_handle deblk_buf;
+			struct dma_coherent_handle intra_pred_buf;
		} h264;
		struct {
-			void *neighbor_info_buf;
-			dma_addr_t neighbor_info_buf_addr;
+			struct dma_coherent_handle neighbor_info_buf;
			...
		} h265;
		...
	} codec;
 };
