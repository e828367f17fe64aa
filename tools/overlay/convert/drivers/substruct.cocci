// SPDX-License-Identifier: GPL-2.0-only
/// A struct of its own for the cookie, the DMA address and the size of a buffer that frames go to
/// which nobody has room for. A handle takes its place.
// Options: --include-headers --local-includes --smpl-spacing --max-width 80

@alloc@
identifier virtual.tag, virtual.cookie, virtual.dma, virtual.size;
identifier h, other;
type T;
expression E, E1, dev, gfp, a, b;
@@
(
 struct tag *h = E;
 T other = E1;
+size_t size;
|
 struct tag *h = E;
+size_t size;
)
 <...
(
-h->size = max(a, b);
+size = max(a,
+           b);
|
-h->size
+size
)
 ...>
-h->cookie = dma_alloc_attrs(dev, h->size, &h->dma, gfp, DMA_ATTR_NO_KERNEL_MAPPING);
-if (!h->cookie)
-	return -ENOMEM;
-
-return 0;
+return dma_coherent_handle_alloc(dev, h, size,
+                                 gfp);

@free@
identifier virtual.tag, virtual.cookie, virtual.dma, virtual.size;
struct tag h;
expression dev;
@@
-dma_free_attrs(dev, h.size, h.cookie, h.dma, DMA_ATTR_NO_KERNEL_MAPPING);
+dma_coherent_handle_free(&h);

@address@
identifier virtual.tag, virtual.dma;
struct tag h;
@@
-h.dma
+dma_coherent_handle_dma_addr(&h)

@definition@
identifier virtual.tag, virtual.cookie, virtual.dma, virtual.size;
type T;
@@
-struct tag {
-	void *cookie;
-	dma_addr_t dma;
-	T size;
-};

@users@
identifier virtual.tag;
@@
-struct tag
+struct dma_coherent_handle
