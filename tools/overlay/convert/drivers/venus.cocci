// SPDX-License-Identifier: GPL-2.0-only
/// The internal buffers of venus, and those for decoded pictures: a cookie, a DMA address, a size
/// and attributes in a list's node.
// Options: --include-headers --local-includes --smpl-spacing --max-width 80

@alloc@
struct intbuf *buf;
expression dev, bytes, ret;
identifier fail;
@@
-buf->size = bytes;
-buf->attrs = DMA_ATTR_WRITE_COMBINE | DMA_ATTR_NO_KERNEL_MAPPING;
-buf->va = dma_alloc_attrs(dev, buf->size, &buf->da, GFP_KERNEL, buf->attrs);
-if (!buf->va) {
-	ret = -ENOMEM;
-	goto fail;
-}
+ret = dma_coherent_handle_alloc_attrs(dev, &buf->handle,
+				       bytes, GFP_KERNEL,
+				       DMA_ATTR_WRITE_COMBINE);
+if (ret)
+	goto fail;

@free@
struct intbuf *buf;
expression dev;
@@
-dma_free_attrs(dev, buf->size, buf->va, buf->da, buf->attrs);
+dma_coherent_handle_free(&buf->handle);

@size@
struct intbuf *buf;
@@
-buf->size
+dma_coherent_handle_size(&buf->handle)

@address@
struct intbuf *buf;
@@
-buf->da
+dma_coherent_handle_dma_addr(&buf->handle)

@definition@
@@
 struct intbuf {
 	...
-	size_t size;
-	void *va;
-	dma_addr_t da;
-	unsigned long attrs;
+	struct dma_coherent_handle handle;
 	...
 };
