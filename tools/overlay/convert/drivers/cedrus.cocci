// SPDX-License-Identifier: GPL-2.0-only
/// The buffers of a codec, and the motion vectors that go with a frame, are two or three members each
/// of unions that the codecs share. Handles take their place. That of the motion vectors leaves the
/// union, so that whatever frees the frame can free it, too.
// Options: --include-headers --local-includes --smpl-spacing

// The motion vectors of a frame. They grow when a frame is decoded that needs more of them.

@mv_col_alloc_h264@
identifier sps, field_size;
expression buf, dev, E, F1, F2;
@@
-if (!buf->codec.h264.mv_col_buf_size) {
-	const struct v4l2_ctrl_h264_sps *sps = ...;
-	unsigned int field_size;
-	field_size = E;
-	if (F1)
-		field_size = field_size * 2;
-	if (F2)
-		field_size = field_size * 2;
-	buf->codec.h264.mv_col_buf_size = field_size * 2;
-	buf->codec.h264.mv_col_buf = dma_alloc_attrs(dev, buf->codec.h264.mv_col_buf_size, &buf->codec.h264.mv_col_buf_dma, GFP_KERNEL, DMA_ATTR_NO_KERNEL_MAPPING);
-	if (!buf->codec.h264.mv_col_buf) {
-		...
-	}
-}
+field_size = E;
+if (F1)
+	field_size = field_size * 2;
+if (F2)
+	field_size = field_size * 2;
+
+ret = dma_coherent_handle_grow(dev, &buf->mv_col_buf,
+                               field_size * 2, GFP_KERNEL);
+if (ret)
+	return ret;

@mv_col_ret_h264@
@@
 cedrus_write_frame_list(...)
 {
	...
+	unsigned int field_size;
	unsigned int i;
+	int ret;
	...
 }

@mv_col_alloc_h265@
expression buf, dev, E;
@@
-if (!buf->codec.h265.mv_col_buf_size) {
-	buf->codec.h265.mv_col_buf_size = E;
-	buf->codec.h265.mv_col_buf = dma_alloc_attrs(dev, buf->codec.h265.mv_col_buf_size, &buf->codec.h265.mv_col_buf_dma, GFP_KERNEL, DMA_ATTR_NO_KERNEL_MAPPING);
-	if (!buf->codec.h265.mv_col_buf) {
-		...
-	}
-}
+mv_col_buf_size = E;
+
+ret = dma_coherent_handle_grow(dev, &buf->mv_col_buf,
+                               mv_col_buf_size, GFP_KERNEL);
+if (ret)
+	return ret;

@mv_col_ret_h265@
@@
 cedrus_h265_setup(...)
 {
	...
+	unsigned int mv_col_buf_size;
	dma_addr_t src_buf_addr;
	...
	int count;
+	int ret;
	...
 }

@mv_col_free@
identifier h26x;
expression buf;
@@
-if (buf->codec.h26x.mv_col_buf_size > 0) {
-	dma_free_attrs(..., buf->codec.h26x.mv_col_buf, buf->codec.h26x.mv_col_buf_dma, DMA_ATTR_NO_KERNEL_MAPPING);
-	buf->codec.h26x.mv_col_buf_size = 0;
-}
+dma_coherent_handle_free(&buf->mv_col_buf);

@mv_col_size@
identifier h26x;
expression buf;
@@
-buf->codec.h26x.mv_col_buf_size
+dma_coherent_handle_size(&buf->mv_col_buf)

@mv_col_address@
identifier h26x;
expression buf;
@@
-buf->codec.h26x.mv_col_buf_dma
+dma_coherent_handle_dma_addr(&buf->mv_col_buf)

@mv_col_cleanup@
identifier ops, prepare;
@@
 struct vb2_ops ops = {
	.buf_prepare = prepare,
+	.buf_cleanup = cedrus_buf_cleanup,
 };

@mv_col_cleanup_function@
identifier mv_col_cleanup.prepare;
@@
 prepare(...)
 {
	...
 }

+static void cedrus_buf_cleanup(struct vb2_buffer *vb)
+{
+	struct cedrus_buffer *buf = vb2_to_cedrus_buffer(vb);
+
+	dma_coherent_handle_free(&buf->mv_col_buf);
+}

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

@buf_address_long@
expression C;
identifier buf_alloc.buf, buf_alloc.dma;
@@
 cedrus_h265_setup(...)
 {
	...
+	dma_addr_t neighbor_info_addr;
	unsigned int mv_col_buf_size;
	...
+	neighbor_info_addr = dma_coherent_handle_dma_addr(&C.buf);
	reg = VE_DEC_H265_NEIGHBOR_INFO_ADDR_BASE(
-						  C.dma
+						  neighbor_info_addr
						  );
	...
 }

@buf_address@
expression C;
identifier buf_alloc.buf, buf_alloc.dma;
@@
-C.dma
+dma_coherent_handle_dma_addr(&C.buf)

@mv_col_definition@
@@
 struct cedrus_buffer {
	struct v4l2_m2m_buffer m2m_buf;
+	struct dma_coherent_handle mv_col_buf;
	union {
		struct {
			...
-			void *mv_col_buf;
-			dma_addr_t mv_col_buf_dma;
-			ssize_t mv_col_buf_size;
		} h264;
-		struct {
-			void *mv_col_buf;
-			dma_addr_t mv_col_buf_dma;
-			ssize_t mv_col_buf_size;
-		} h265;
	} codec;
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
