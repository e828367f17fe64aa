// SPDX-License-Identifier: GPL-2.0
/// A DMA-coherent handle has no address, no size and nothing to share once its
/// buffer has been freed, moved or left to the hardware. A managed handle is no
/// more after dmam_coherent_handle_free().
///
// Confidence: Moderate
// Comments:
//   To free an empty handle does nothing, so a second free is none of this. What
//   is passed to another function may have been allocated again by that.
//   Patch mode has nothing to offer: what was meant isn't known.
// Options: --local-includes --include-headers --use-coccigrep

virtual patch
virtual context
virtual org
virtual report

@initialize:python@
@@

import re

# Not by !~, whose syntax depends on how spatch was built.
def may_allocate(name):
	return not re.match("dev_|pr_|dma_sync_|read[bwlq]|write[bwlq]|regmap_|list_del|k?v?free", name)

@freed@
attribute name __free;
iterator name scoped_guard;
expression h;
position p;
@@

(
 dma_coherent_handle_free(h)@p
|
 dma_coherent_handle_take(h)@p
)

@used exists@
expression freed.h, subh <= freed.h;
expression e;
iterator iter;
statement S;
identifier fn : script:python() { may_allocate(fn) };
position freed.p, q;
@@

(
 dma_coherent_handle_free(h)@p
|
 dma_coherent_handle_take(h)@p
)
...
(
 iter(...,subh,...) S
|
 subh = e
|
 *h = e
|
 subh++
|
 ++subh
|
 subh--
|
 --subh
|
 dma_coherent_handle_is_allocated(h)
|
 dma_coherent_handle_dma_addr@q(h)
|
 dma_coherent_handle_size@q(h)
|
 dma_coherent_handle_mmap@q(h, ...)
|
 dma_coherent_handle_get_sgtable@q(h, ...)
|
 fn(..., subh, ...)
)

@managed_freed@
expression h;
position p;
@@

 dmam_coherent_handle_free(..., h)@p

@managed_used exists@
expression managed_freed.h, subh <= managed_freed.h;
expression e;
iterator iter;
statement S;
position managed_freed.p, q;
@@

 dmam_coherent_handle_free(..., h)@p
 ...
(
 iter(...,subh,...) S
|
 subh = e
|
 subh++
|
 ++subh
|
 subh--
|
 --subh
|
 dma_coherent_handle_is_allocated@q(h)
|
 dma_coherent_handle_dma_addr@q(h)
|
 dma_coherent_handle_size@q(h)
|
 dma_coherent_handle_mmap@q(h, ...)
|
 dma_coherent_handle_get_sgtable@q(h, ...)
|
 dmam_coherent_handle_free@q(..., h)
)

// Nothing has been allocated yet.

@empty exists@
identifier h;
expression e;
position q;
@@

(
 struct dma_coherent_handle h = {};
|
 struct dma_coherent_handle h __free(...) = {};
)
 ... when != &h
     when != h = e
(
 dma_coherent_handle_dma_addr@q(&h)
|
 dma_coherent_handle_size@q(&h)
|
 dma_coherent_handle_mmap@q(&h, ...)
|
 dma_coherent_handle_get_sgtable@q(&h, ...)
|
 dma_coherent_handle_take@q(&h)
)

@depends on context@
identifier fn;
position used.q;
@@

* fn@q(...)

@depends on context@
identifier fn;
position managed_used.q;
@@

* fn@q(...)

@depends on context@
identifier fn;
position empty.q;
@@

* fn@q(...)

@script:python depends on org@
p << used.q;
@@

coccilib.org.print_todo(p[0], "ERROR: handle is empty here")

@script:python depends on report@
p << used.q;
@@

coccilib.report.print_report(p[0], "ERROR: handle is empty here")

@script:python depends on org@
p << managed_used.q;
@@

coccilib.org.print_todo(p[0], "ERROR: managed handle used after it was freed")

@script:python depends on report@
p << managed_used.q;
@@

coccilib.report.print_report(p[0], "ERROR: managed handle used after it was freed")

@script:python depends on org@
p << empty.q;
@@

coccilib.org.print_todo(p[0], "ERROR: nothing has been allocated for this handle")

@script:python depends on report@
p << empty.q;
@@

coccilib.report.print_report(p[0], "ERROR: nothing has been allocated for this handle")

// spatch fails if nothing at all is to be done in a mode.

@script:python depends on patch@
p << freed.p;
@@

pass
