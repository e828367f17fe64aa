// SPDX-License-Identifier: GPL-2.0-only
/// As siblings.cocci, for a buffer that lasts as long as the driver is bound.
// Options: --include-headers --local-includes --max-width 100

@alloc@
identifier virtual.tag, virtual.cookie, virtual.dma, virtual.buf;
struct tag *x;
expression dev, size, gfp;
@@
-x->cookie = dma_alloc_coherent(dev, size, &x->dma, gfp);
-if (!x->cookie)
-	return -ENOMEM;
+x->buf = dmam_coherent_handle_alloc(dev, size, gfp);
+if (IS_ERR(x->buf))
+	return PTR_ERR(x->buf);

// Jump and label in one rule: without its label, spatch makes nothing of a goto.

@maybe_label@
identifier virtual.tag, virtual.cookie, virtual.dma, virtual.label;
struct tag *x;
expression dev, size;
symbol ret;
@@
(
-if (ret)
-	goto label;
+if (ret)
+	return ret;
|
-label:
-dma_free_coherent(dev, size, x->cookie, x->dma);
)

@free@
identifier virtual.tag, virtual.cookie, virtual.dma;
struct tag *x;
expression dev, size;
@@
-dma_free_coherent(dev, size, x->cookie, x->dma);

@address@
identifier virtual.tag, virtual.dma, virtual.buf;
struct tag *x;
@@
-x->dma
+dma_coherent_handle_dma_addr(x->buf)

@definition@
identifier virtual.tag, virtual.cookie, virtual.dma, virtual.buf;
type T;
@@
 struct tag {
 ...
-T *cookie;
+const struct dma_coherent_handle *buf;
 ...
-dma_addr_t dma;
 ...
 };
