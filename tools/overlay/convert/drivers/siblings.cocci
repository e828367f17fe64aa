// SPDX-License-Identifier: GPL-2.0-only
/// A struct that has what the DMA API returned for a buffer in one member, and the DMA address of
/// that buffer in another. A handle takes the place of the two, and remembers the size as well.
// Options: --include-headers --local-includes --max-width 80

@alloc@
identifier virtual.tag, virtual.cookie, virtual.dma, virtual.buf;
struct tag *x;
expression dev, size, gfp;
identifier failed;
iterator name scoped_guard;
symbol ret;
@@
(
-x->cookie = dma_alloc_coherent(dev, size, &x->dma, gfp);
-if (!x->cookie)
+ret = dma_coherent_handle_alloc(dev, &x->buf, size, gfp);
+if (ret)
 	goto failed;
|
-x->cookie = dma_alloc_coherent(dev, size, &x->dma, gfp);
-if (!x->cookie) {
-	ret = -ENOMEM;
-	goto failed;
-}
+ret = dma_coherent_handle_alloc(dev, &x->buf, size, gfp);
+if (ret)
+	goto failed;
|
-x->cookie = dma_alloc_coherent(dev, size, &x->dma, gfp);
-if (!x->cookie) {
+ret = dma_coherent_handle_alloc(dev, &x->buf, size, gfp);
+if (ret) {
 	...
-	ret = -ENOMEM;
 	goto failed;
 }
|
-x->cookie = dma_alloc_coherent(dev, size, &x->dma, gfp);
-if (!x->cookie)
-	return -ENOMEM;
+ret = dma_coherent_handle_alloc(dev, &x->buf, size, gfp);
+if (ret)
+	return ret;
|
-x->cookie = dma_alloc_coherent(dev, size, &x->dma, gfp);
-if (!x->cookie) {
+ret = dma_coherent_handle_alloc(dev, &x->buf, size, gfp);
+if (ret) {
 	...
-	return -ENOMEM;
+	return ret;
 }
)

@maybe_initialised depends on alloc@
symbol ret;
@@
-int ret = -ENOMEM;
+int ret;
 ... when != ret
 ret = dma_coherent_handle_alloc(...);

@maybe_reset@
identifier virtual.tag, virtual.cookie, virtual.dma;
struct tag *x;
@@
-x->cookie = NULL;
-x->dma = 0;

@maybe_guarded_free@
identifier virtual.tag, virtual.cookie, virtual.dma, virtual.buf;
struct tag *x;
expression dev, size;
@@
-if (x->cookie)
-	dma_free_coherent(dev, size, x->cookie, x->dma);
+dma_coherent_handle_free(&x->buf);

@free@
identifier virtual.tag, virtual.cookie, virtual.dma, virtual.buf;
struct tag *x;
expression dev, size;
@@
-dma_free_coherent(dev, size, x->cookie, x->dma);
+dma_coherent_handle_free(&x->buf);

@maybe_argument@
identifier virtual.tag, virtual.dma, virtual.buf, f;
struct tag *x;
expression list others;
@@
-f(x->dma, others);
+f(dma_coherent_handle_dma_addr(&x->buf), others);

@maybe_address@
identifier virtual.tag, virtual.dma, virtual.buf;
struct tag *x;
@@
-x->dma
+dma_coherent_handle_dma_addr(&x->buf)

@definition@
identifier virtual.tag, virtual.cookie, virtual.dma, virtual.buf;
type T;
@@
 struct tag {
 ...
-T *cookie;
+struct dma_coherent_handle buf;
 ...
-dma_addr_t dma;
 ...
 };
