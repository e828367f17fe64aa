// SPDX-License-Identifier: GPL-2.0-only
/// Nothing may be done with a DMA-coherent handle before it is known whether there is a buffer in
/// it. What can fail says so by an error code, and dmam_coherent_handle_alloc() by an ERR_PTR(),
/// never by NULL.
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
attribute name __free; iterator name scoped_guard;
identifier fn = {dma_coherent_handle_alloc, dma_coherent_handle_alloc_attrs,
		 dma_coherent_handle_grow, dma_coherent_handle_mmap, dma_coherent_handle_get_sgtable,
		 dmam_coherent_handle_alloc, dmam_coherent_handle_alloc_attrs};
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

// Used before.

@early exists@
identifier get.fn, read = {dma_coherent_handle_dma_addr, dma_coherent_handle_size,
			   dma_coherent_handle_mmap, dma_coherent_handle_get_sgtable};
local idexpression ret; expression h, dev; position q;
@@
 ret = fn(dev, h, ...)
 ... when != ret
     when != dma_coherent_handle_is_allocated(h)
 read@q(h, ...)

@script:python@ q << early.q; @@
tell(q, "handle used before the allocation is known to have succeeded")

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

@managed_early depends on get exists@
identifier read = {dma_coherent_handle_dma_addr, dma_coherent_handle_size,
		   dma_coherent_handle_mmap, dma_coherent_handle_get_sgtable};
identifier test : script:python() { "ERR" in test }; expression h; position p != managed_kept.p, q;
@@
 h = \(dmam_coherent_handle_alloc@p\|dmam_coherent_handle_alloc_attrs@p\)(...)
 ... when != test(..., h, ...)
     when != \(h == NULL\|h != NULL\)
 read@q(h, ...)

@script:python@ q << managed_early.q; @@
tell(q, "handle used before the allocation is known to have succeeded")
