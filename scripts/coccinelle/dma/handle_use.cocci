// SPDX-License-Identifier: GPL-2.0-only
/// Nothing may be done with a DMA-coherent handle before it is known whether there is a buffer in
/// it, nor once the buffer has been freed or moved. What can fail says so by an error code, and
/// dmam_coherent_handle_alloc() by an ERR_PTR(), never by NULL.
///
// Confidence: Moderate
// Options: --local-includes --include-headers --use-coccigrep

virtual report

@initialize:python@ @@
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
@untested exists@
identifier get.fn, read = {dma_coherent_handle_dma_addr, dma_coherent_handle_size,
			   dma_coherent_handle_mmap, dma_coherent_handle_get_sgtable};
expression r, h, dev; position p != {kept.p, managed_kept.p}, q;
@@
 r = fn@p(dev, h, ...)
 ... when != r
     when != dma_coherent_handle_is_allocated(h)
 \(read@q(h, ...)\|read@q(r, ...)\)
@script:python@ q << untested.q; @@
tell(q, "handle used before the allocation is known to have succeeded")

// After the free.
@freed@
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

@addr@ expression a, h; position p; @@
 a =@p dma_coherent_handle_dma_addr(h)

@saved exists@
identifier put = {dma_coherent_handle_free, dma_coherent_handle_grow, dmam_coherent_handle_free};
identifier fn : script:python() { not fn.startswith(("dev_", "pr_", "drm_", "seq_", "trace_")) };
identifier make : script:python() { any(w in make for w in ("alloc", "init", "set", "start")) };
expression addr.a, addr.h, sub <= addr.a, dev, e; iterator iter; statement S; position addr.p, q;
@@
 a =@p dma_coherent_handle_dma_addr(h)
 ... when != a = e
 \(put(h)\|put(dev, h, ...)\)
 ... when != \(sub = e\|sub++\|++sub\|sub--\|--sub\)
     when != iter(..., sub, ...) S
     when != make(...)
 fn@q(..., <+... a ...+>, ...)
@script:python@ q << saved.q; @@
tell(q, "this DMA address is that of the buffer that was freed")

// Before it is filled.
@early disable decl_init, optional_storage exists@
identifier use = {dma_coherent_handle_free, dma_coherent_handle_take, dma_coherent_handle_dma_addr,
		  dma_coherent_handle_is_allocated, dma_coherent_handle_size}, i;
expression e, dev; position q;
@@
 struct dma_coherent_handle i;
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
 \(struct dma_coherent_handle i = {};\|
   struct dma_coherent_handle i __free(...) = {};\)
 ... when != &i
     when != i = e
 read@q(&i, ...)
@script:python@ q << empty.q; @@
tell(q, "nothing has been allocated for this handle")
