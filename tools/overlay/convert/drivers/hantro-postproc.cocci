// SPDX-License-Identifier: GPL-2.0-only
/// The frames before post-processing. Other buffers of the driver, which have the same struct, are
/// touched by the CPU, so these get an array of handles to themselves.
// Options: --include-headers --local-includes --smpl-spacing

@includes@
@@
-#include <linux/dma-mapping.h>
+#include <linux/dma-coherent-handle.h>

@free_all@
identifier buf, i, vpu;
expression from, to, array;
@@
-struct hantro_dev *vpu = ...;
 ... when != vpu
-for (i = from; i < to; ++i) {
-	struct hantro_aux_buf *buf = &array[i];
-	if (buf->cpu) {
-		dma_free_attrs(vpu->dev, buf->size, buf->cpu, buf->dma, buf->attrs);
-		buf->cpu = NULL;
-	}
-}
+for (i = from; i < to; ++i)
+	dma_coherent_handle_free(&array[i]);

@alloc_one@
identifier buf;
expression dev, sz;
@@
-buf->attrs = DMA_ATTR_NO_KERNEL_MAPPING;
-buf->cpu = dma_alloc_attrs(dev, sz, &buf->dma, GFP_KERNEL, buf->attrs);
-if (!buf->cpu)
-	return -ENOMEM;
-buf->size = sz;
 return
-	0
+	dma_coherent_handle_grow(dev, buf, sz, GFP_KERNEL)
 	;

@address@
identifier buf, sz, ret, ctx, index;
@@
-if (buf->size < sz && buf->cpu) {
-	...
-}
-if (!buf->cpu) {
-	ret = hantro_postproc_alloc(ctx, index);
-	if (ret)
-		return 0;
-}
 if (
-    !buf->cpu
+    hantro_postproc_alloc(ctx, index)
    )
 	return 0;
 return
-	buf->dma
+	dma_coherent_handle_dma_addr(buf)
	;

@unused@
identifier sz, vpu, ret;
@@
 hantro_postproc_get_dec_buf_addr(...)
 {
	...
-	unsigned int sz = ...;
-	struct hantro_dev *vpu = ...;
-	int ret;
	...
 }

@users@
identifier buf, array;
expression ctx, i;
@@
-struct hantro_aux_buf
+struct dma_coherent_handle
 *buf = &ctx->array.dec_q[i];

@name@
expression E;
@@
-struct dma_coherent_handle *priv = E;
+struct dma_coherent_handle *buf = E;
 <...
-priv
+buf
 ...>

@array@
@@
 struct hantro_postproc_ctx {
-	struct hantro_aux_buf
+	struct dma_coherent_handle
 	dec_q[...];
 };

// Nobody else has any.

@attributes@
@@
 struct hantro_aux_buf {
	...
-	unsigned long attrs;
 };
