// SPDX-License-Identifier: GPL-2.0-only
/// A struct of its own for what there is to know of a buffer, and functions that allocate one and
/// free one. A handle does what the struct does, and comes with such functions. The driver's free
/// what the struct holds before they allocate: this is for drivers in which that is never anything.
// Options: --include-headers --local-includes --smpl-spacing --max-width 80

@alloc@
identifier virtual.tag, virtual.owner, virtual.new;
struct owner *x;
struct tag h;
expression d, size;
@@
(
-new(x, &h, size)
+dma_coherent_handle_alloc(x->dev, &h,
+                          size, GFP_KERNEL)
|
-new(d, &h, size)
+dma_coherent_handle_alloc(d, &h,
+                          size, GFP_KERNEL)
)

@free@
identifier virtual.tag, virtual.del;
struct tag h;
expression what;
@@
-del(what, &h)
+dma_coherent_handle_free(&h)

@new_function@
identifier virtual.tag, virtual.new, virtual.cookie, virtual.size, virtual.dma;
identifier h, sz;
expression dev;
@@
-int new(..., struct tag *h, int sz)
-{
-	...
-	h->size = PAGE_ALIGN(sz);
-	h->cookie = dma_alloc_coherent(dev, h->size, &h->dma, GFP_DMA | GFP_KERNEL);
-	...
-}

@del_function@
identifier virtual.tag, virtual.del, virtual.cookie, virtual.size, virtual.dma;
identifier h;
expression dev;
@@
-void del(..., struct tag *h)
-{
-	if (h->cookie)
-		dma_free_coherent(dev, h->size, h->cookie, h->dma);
-	...
-}

@maybe_prototypes@
identifier virtual.tag, virtual.new, virtual.del;
identifier dev, h, sz;
@@
-void del(struct device *dev, struct tag *h);
-int new(struct device *dev, struct tag *h, int sz);

@maybe_exports@
identifier virtual.new, virtual.del;
declarer name EXPORT_SYMBOL_GPL;
@@
(
-EXPORT_SYMBOL_GPL(new);
|
-EXPORT_SYMBOL_GPL(del);
)

@maybe_unused@
identifier fn, v;
type T;
expression E;
@@
 fn(...)
 {
 ...
-T v = E;
 <+... when != v
 dma_coherent_handle_free(...);
 ...+>
 }

@maybe_two_addresses@
identifier virtual.tag, virtual.dma;
struct tag h1, h2;
identifier fn;
expression list first;
expression last;
@@
 fn(first,
-   h1.dma, h2.dma,
+   dma_coherent_handle_dma_addr(&h1),
+   dma_coherent_handle_dma_addr(&h2),
    last)

@address@
identifier virtual.tag, virtual.dma;
struct tag h;
@@
-h.dma
+dma_coherent_handle_dma_addr(&h)

@definition@
identifier virtual.tag, virtual.cookie, virtual.dma, virtual.size;
@@
-struct tag {
-	void *cookie;
-	dma_addr_t dma;
-	unsigned long size;
-};

@users@
identifier virtual.tag;
@@
-struct tag
+struct dma_coherent_handle
