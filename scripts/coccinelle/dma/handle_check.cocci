// SPDX-License-Identifier: GPL-2.0-only
/// Nothing may be done with a DMA-coherent handle before it is known whether there is a buffer in
/// it. What can fail says so by an error code, and dmam_coherent_handle_alloc() by an ERR_PTR(),
/// never by NULL. A managed handle goes when the driver is unbound: nobody else may free it, move
/// its buffer, or keep it longer.
///
// Confidence: Moderate
// Options: --local-includes --include-headers --use-coccigrep
// Keywords: dma_coherent_handle_alloc, dmam_coherent_handle_alloc, IS_ERR

virtual report

@initialize:python@
@@
told = set()

def tell(p, text):
	if (p[0].file, p[0].line) not in told:
		told.add((p[0].file, p[0].line))
		coccilib.report.print_report(p[0], "ERROR: " + text)

@get@
attribute name __free; symbol dma_coherent_handle; iterator name scoped_guard;
identifier fn = {dma_coherent_handle_alloc, dma_coherent_handle_alloc_attrs,
		 dma_coherent_handle_grow, dma_coherent_handle_mmap,
		 dma_coherent_handle_get_sgtable, dmam_coherent_handle_alloc,
		 dmam_coherent_handle_alloc_attrs};
@@
 fn(...)

@dropped disable drop_cast@ identifier get.fn; position p; @@
 \(fn@p(...);\|(void)fn@p(...);\)
@script:python@ p << dropped.p; @@
tell(p, "return value ignored")

// Kept, and never asked for. To print it isn't to ask.
@printed depends on get@
local idexpression ret; constant char [] c; identifier fn; expression e; position p;
@@
 \(fn(..., c, ..., ret@p, ...)\|ret@p = e\)

@asked exists@
identifier get.fn; local idexpression ret; expression e; position p, q != printed.p;
@@
 ret = fn@p(...)
 ... when != ret = e
 \(ret@q\|dma_coherent_handle_is_allocated(...)\)

@kept@ identifier get.fn; local idexpression ret; position p != asked.p; @@
 ret = fn@p(...)
@script:python@ p << kept.p; @@
tell(p, "return code is never tested")

// An ERR_PTR() is not NULL.
@compared depends on get exists@
identifier test : script:python() { "ERR" in test }; expression h, e; statement S1, S2;
position p, q;
@@
 h = \(dmam_coherent_handle_alloc@p\|dmam_coherent_handle_alloc_attrs@p\)(...)
 ... when != test(..., h, ...)
     when != h = e
 if (\(h@q == NULL\|h@q != NULL\)) S1 else S2
@script:python@ q << compared.q; @@
tell(q, "the allocation returns an ERR_PTR(), never NULL")

@managed_asked depends on get exists@
identifier test : script:python() { "ERR" in test }; expression h, e; position p;
@@
 h = \(dmam_coherent_handle_alloc@p\|dmam_coherent_handle_alloc_attrs@p\)(...)
 ... when any
 \(test(..., h, ...)\|e = h\)

@managed_kept depends on get@ expression h; position p != {managed_asked.p, compared.p}; @@
 h = \(dmam_coherent_handle_alloc@p\|dmam_coherent_handle_alloc_attrs@p\)(...)
 ... when != return h;
@script:python@ p << managed_kept.p; @@
tell(p, "managed handle is never tested by IS_ERR()")

// Used before.
@early exists@
identifier get.fn, read = {dma_coherent_handle_dma_addr, dma_coherent_handle_size,
			   dma_coherent_handle_mmap, dma_coherent_handle_get_sgtable};
expression r, h, dev; position p != {kept.p, managed_kept.p}, q;
@@
 r = fn@p(dev, h, ...)
 ... when != r
     when != dma_coherent_handle_is_allocated(h)
 \(read@q(h, ...)\|read@q(r, ...)\)
@script:python@ q << early.q; @@
tell(q, "handle used before the allocation is known to have succeeded")

// Freed as what it isn't. A variable of this type is never freed by another function.
@freed depends on get disable drop_cast@
const struct dma_coherent_handle *h; struct dma_coherent_handle *x; expression e; type T;
identifier free = {dma_coherent_handle_free, dma_coherent_handle_take, kfree, kvfree, devm_kfree};
position p;
@@
(
 x =@p \((struct dma_coherent_handle *)h\|(void *)h\)
|
 \(free@p(\((T)h\|h\))\|free@p(e, \((T)h\|h\))\)
)
@script:python@ p << freed.p; @@
tell(p, "managed handle, only dmam_coherent_handle_free() may free it")

// Kept where it outlives the binding.
@stored depends on get@
global idexpression g; const struct dma_coherent_handle *h; identifier f; expression e; position p;
@@
 \(g\|g.f\|g[e]\) =@p \(h\|dmam_coherent_handle_alloc(...)\|dmam_coherent_handle_alloc_attrs(...)\)
@script:python@ p << stored.p; @@
tell(p, "a managed handle does not outlive the driver's binding, this may")
