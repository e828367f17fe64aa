// SPDX-License-Identifier: GPL-2.0-only
/// A DMA-coherent handle has no address, no size and nothing to share before it is filled, and once
/// its buffer has been freed or moved. On the stack, it doesn't outlive its scope.
///
// Confidence: Moderate
// Options: --local-includes --include-headers --use-coccigrep
// Keywords: dma_coherent_handle_free, dma_coherent_handle_dma_addr, __free

virtual report

@initialize:python@
@@
told = set()

def tell(p, text):
	if (p[0].file, p[0].line) not in told:
		told.add((p[0].file, p[0].line))
		coccilib.report.print_report(p[0], "ERROR: " + text)

// After the free.
@freed@
attribute name __free; symbol dma_coherent_handle; iterator name scoped_guard;
identifier put = {dma_coherent_handle_free, dma_coherent_handle_take, dmam_coherent_handle_free};
expression h; position p;
@@
 put@p(..., h)

@used exists@
identifier read = {dma_coherent_handle_dma_addr, dma_coherent_handle_size,
		   dma_coherent_handle_mmap, dma_coherent_handle_get_sgtable};
identifier fn, put; expression freed.h, sub <= freed.h, e; iterator iter; statement S;
position freed.p, q;
@@
 put@p(..., h)
 ...
(
 iter(..., sub, ...) S
|
 \(sub = e\|*h = e\|sub++\|++sub\|sub--\|--sub\)
|
 dma_coherent_handle_is_allocated(h)
|
 \(read@q(h, ...)\|dmam_coherent_handle_free@q(..., h)\)
|
 fn(..., sub, ...)
)
@script:python@ q << used.q; @@
tell(q, "handle is empty here")

@saved exists@
identifier put = {dma_coherent_handle_free, dma_coherent_handle_grow, dmam_coherent_handle_free};
identifier fn : script:python() { not fn.startswith(("dev_", "pr_", "drm_", "seq_", "trace_")) };
local idexpression a; expression h, dev, e; position q;
@@
 a = dma_coherent_handle_dma_addr(h)
 ... when != a = e
 \(put(h)\|put(dev, h, ...)\)
 ... when != a = e
 fn@q(..., <+... a ...+>, ...)
@script:python@ q << saved.q; @@
tell(q, "this DMA address is that of the buffer that was freed")

// Before it is filled.
@permanent disable static_decl_init@ identifier i; initializer v; position p; @@
 \(static struct dma_coherent_handle i@p;\|static struct dma_coherent_handle i@p = v;\)

@early disable decl_init exists@
identifier use = {dma_coherent_handle_free, dma_coherent_handle_take, dma_coherent_handle_dma_addr,
		  dma_coherent_handle_is_allocated, dma_coherent_handle_size}, i;
expression e, dev; position d != permanent.p, q;
@@
 struct dma_coherent_handle i@d;
 ... when != &i
     when != i = e
 \(use@q(&i)\|dma_coherent_handle_grow@q(dev, &i, ...)\)
@script:python@ q << early.q; @@
tell(q, "handle is not initialised")

@empty exists@
identifier read = {dma_coherent_handle_dma_addr, dma_coherent_handle_size, dma_coherent_handle_mmap,
		   dma_coherent_handle_get_sgtable, dma_coherent_handle_take}, i;
expression e; position q;
@@
(
 struct dma_coherent_handle i = {};
|
 struct dma_coherent_handle i __free(...) = {};
)
 ... when != &i
     when != i = e
 read@q(&i, ...)
@script:python@ q << empty.q; @@
tell(q, "nothing has been allocated for this handle")

// __free(), and the end of the scope.
@cleanup@ identifier i; initializer v; position p; @@
(
 struct dma_coherent_handle *i@p __free(dma_coherent_handle) = v;
|
 struct dma_coherent_handle i@p __free(dma_coherent_handle);
)
@script:python@ p << cleanup.p; @@
tell(p, "__free(dma_coherent_handle) is for a handle, not a pointer, and with = {}")

@outlives disable decl_init exists@
identifier i, f, set = {platform_set_drvdata, dev_set_drvdata, pci_set_drvdata, devm_add_action,
			devm_add_action_or_reset};
global idexpression g; expression e; initializer v; position d != permanent.p, q;
@@
(
 struct dma_coherent_handle i@d;
|
 struct dma_coherent_handle i@d = v;
|
 struct dma_coherent_handle i@d __free(dma_coherent_handle) = v;
)
 ... when any
(
 return &i@q;
|
 \(e->f = &i@q\|*e = &i@q\|g = &i@q\|g.f = &i@q\|set(..., &i@q)\)
)
@script:python@ q << outlives.q; @@
tell(q, "handle does not outlive its scope, use dma_coherent_handle_take()")
