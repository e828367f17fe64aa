// SPDX-License-Identifier: GPL-2.0-only
/// A member that is a struct without a name, for what there is to know of a buffer. It becomes a
/// handle.
// Options: --include-headers --local-includes --smpl-spacing --max-width 80

@maybe_sum@
identifier virtual.cookie, virtual.dma, virtual.size;
expression h, dev, gfp, more;
identifier i;
@@
 unsigned int i;
+size_t size;
 ...
-h.size = 0;
+size = 0;
 for (...;...;...)
-	h.size += more;
+	size += more;
 h.cookie = dma_alloc_coherent(dev,
-                              h.size
+                              size
                               , &h.dma, gfp);

@alloc@
identifier virtual.cookie, virtual.dma, virtual.size;
expression h, dev, sz, gfp;
identifier failed;
symbol ret;
@@
(
-h.size = sz;
-h.cookie = dma_alloc_coherent(dev, h.size, &h.dma, gfp);
-if (!h.cookie)
-	return -ENOMEM;
-
-return 0;
+return dma_coherent_handle_alloc(dev, &h,
+                                 sz, gfp);
|
-h.size = sz;
-h.cookie = dma_alloc_coherent(dev, h.size, &h.dma, gfp);
-if (!h.cookie)
-	return -ENOMEM;
+ret = dma_coherent_handle_alloc(dev, &h, sz,
+                                gfp);
+if (ret)
+	return ret;
|
-h.cookie = dma_alloc_coherent(dev, sz, &h.dma, gfp);
-if (!h.cookie) {
+ret = dma_coherent_handle_alloc(dev, &h, sz,
+                                gfp);
+if (ret) {
 	...
-	ret = -ENOMEM;
 	goto failed;
 }
)

@free@
identifier virtual.cookie, virtual.dma, virtual.size;
expression h, dev;
@@
-dma_free_coherent(dev, h.size, h.cookie, h.dma);
+dma_coherent_handle_free(&h);

@maybe_forget@
identifier virtual.buf, virtual.cookie;
expression x;
@@
 dma_coherent_handle_free(&x.buf);
-x.buf.cookie = NULL;

@maybe_transfer@
identifier virtual.buf, virtual.dma, virtual.size;
expression x, chan, dir, flags;
@@
(
-dmaengine_prep_slave_single(chan, x->buf.dma, x->buf.size, dir, flags)
+dmaengine_prep_slave_single(chan,
+                            dma_coherent_handle_dma_addr(&x->buf),
+                            dma_coherent_handle_size(&x->buf),
+                            dir,
+                            flags)
|
-dmaengine_prep_slave_single(chan, x.buf.dma, x.buf.size, dir, flags)
+dmaengine_prep_slave_single(chan,
+                            dma_coherent_handle_dma_addr(&x.buf),
+                            dma_coherent_handle_size(&x.buf),
+                            dir,
+                            flags)
)

@maybe_address@
identifier virtual.buf, virtual.dma;
expression x;
@@
-x->buf.dma
+dma_coherent_handle_dma_addr(&x->buf)

@definition@
identifier virtual.buf;
identifier tag;
@@
 struct tag {
 ...
-struct {
-	...
-}
+struct dma_coherent_handle
 buf;
 ...
 };
