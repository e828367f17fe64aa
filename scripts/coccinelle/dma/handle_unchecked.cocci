// SPDX-License-Identifier: GPL-2.0
/// Nothing may be done with a DMA-coherent handle before it is known whether
/// there is a buffer in it. What can fail says so by an error code, and
/// dmam_coherent_handle_alloc() by an ERR_PTR(), never by NULL.
///
// Confidence: Moderate
// Comments:
//   Patch mode turns a comparison with NULL into IS_ERR(). The other findings
//   take an error path, which nobody but the author can write.
// Options: --local-includes --include-headers --use-coccigrep

virtual patch
virtual context
virtual org
virtual report

// The return code is dropped on the floor.

@dropped disable drop_cast@
attribute name __free;
iterator name scoped_guard;
position p;
@@

(
 dma_coherent_handle_alloc@p(...);
|
 (void)dma_coherent_handle_alloc@p(...);
|
 dma_coherent_handle_alloc_attrs@p(...);
|
 (void)dma_coherent_handle_alloc_attrs@p(...);
|
 dma_coherent_handle_grow@p(...);
|
 (void)dma_coherent_handle_grow@p(...);
|
 dma_coherent_handle_mmap@p(...);
|
 (void)dma_coherent_handle_mmap@p(...);
|
 dma_coherent_handle_get_sgtable@p(...);
|
 (void)dma_coherent_handle_get_sgtable@p(...);
)

// It is kept, and then nobody asks for it. To print it isn't to ask.

@printed@
local idexpression ret;
constant char [] c;
identifier fn;
position p;
@@

 fn(..., c, ..., ret@p, ...)

@overwritten@
local idexpression ret;
expression e;
position p;
@@

 ret@p = e

@asked exists@
local idexpression ret;
expression e;
position p, q != { printed.p, overwritten.p };
@@

 ret = \(dma_coherent_handle_alloc@p(...)\|dma_coherent_handle_alloc_attrs@p(...)\|dma_coherent_handle_grow@p(...)\|dma_coherent_handle_mmap@p(...)\|dma_coherent_handle_get_sgtable@p(...)\)
 ... when != ret = e
(
 ret@q
|
 dma_coherent_handle_is_allocated(...)
)

@kept@
local idexpression ret;
position p != asked.p;
@@

 ret = \(dma_coherent_handle_alloc@p(...)\|dma_coherent_handle_alloc_attrs@p(...)\|dma_coherent_handle_grow@p(...)\|dma_coherent_handle_mmap@p(...)\|dma_coherent_handle_get_sgtable@p(...)\)

// The address is taken before.

@early exists@
local idexpression ret;
expression h, dev;
position p, q;
@@

 ret = \(dma_coherent_handle_alloc@p(dev, h, ...)\|dma_coherent_handle_alloc_attrs@p(dev, h, ...)\|dma_coherent_handle_grow@p(dev, h, ...)\)
 ... when != ret
     when != dma_coherent_handle_is_allocated(h)
 \(dma_coherent_handle_dma_addr@q(h)\|dma_coherent_handle_size@q(h)\|dma_coherent_handle_mmap@q(h, ...)\|dma_coherent_handle_get_sgtable@q(h, ...)\)

// The managed variant.

@compared exists@
expression h, e;
statement S1, S2;
position p, q;
@@

 h = \(dmam_coherent_handle_alloc@p(...)\|dmam_coherent_handle_alloc_attrs@p(...)\)
 ... when != h = e
     when != IS_ERR(h)
     when != IS_ERR_OR_NULL(h)
     when != PTR_ERR_OR_ZERO(h)
(
 if (!h@q) S1 else S2
|
 if (h@q == NULL) S1 else S2
|
 if (h@q) S1 else S2
|
 if (h@q != NULL) S1 else S2
)

@managed_asked exists@
expression h;
identifier test =~ "_ERR";
position p;
@@

 h = \(dmam_coherent_handle_alloc@p(...)\|dmam_coherent_handle_alloc_attrs@p(...)\)
 ... when any
(
 IS_ERR(h)
|
 IS_ERR_OR_NULL(h)
|
 PTR_ERR_OR_ZERO(h)
|
 PTR_ERR(h)
|
 test(..., h)
)

@managed_returned exists@
expression h;
position p;
@@

 h = \(dmam_coherent_handle_alloc@p(...)\|dmam_coherent_handle_alloc_attrs@p(...)\)
 ... when any
 return h;

@managed_stored exists@
expression h, h1;
position p;
@@

 h = \(dmam_coherent_handle_alloc@p(...)\|dmam_coherent_handle_alloc_attrs@p(...)\)
 ... when any
 h1 = h
 ... when any
(
 IS_ERR(h1)
|
 IS_ERR_OR_NULL(h1)
|
 PTR_ERR_OR_ZERO(h1)
)

@managed_dropped disable drop_cast@
position p;
@@

(
 dmam_coherent_handle_alloc@p(...);
|
 (void)dmam_coherent_handle_alloc@p(...);
|
 dmam_coherent_handle_alloc_attrs@p(...);
|
 (void)dmam_coherent_handle_alloc_attrs@p(...);
)

@managed_kept@
expression h;
position p != { managed_asked.p, managed_returned.p, managed_stored.p, compared.p };
@@

 h = \(dmam_coherent_handle_alloc@p(...)\|dmam_coherent_handle_alloc_attrs@p(...)\)

@managed_early exists@
expression h;
position p != managed_kept.p, q;
@@

 h = \(dmam_coherent_handle_alloc@p(...)\|dmam_coherent_handle_alloc_attrs@p(...)\)
 ... when != IS_ERR(h)
     when != IS_ERR_OR_NULL(h)
     when != PTR_ERR_OR_ZERO(h)
     when != h == NULL
     when != !h
 \(dma_coherent_handle_dma_addr@q(h)\|dma_coherent_handle_size@q(h)\|dma_coherent_handle_mmap@q(h, ...)\|dma_coherent_handle_get_sgtable@q(h, ...)\)

@depends on patch@
expression h;
position compared.q;
@@

(
- !h@q
+ IS_ERR(h)
|
- h@q == NULL
+ IS_ERR(h)
|
- h@q != NULL
+ !IS_ERR(h)
|
 IS_ERR(h@q)
|
- h@q
+ !IS_ERR(h)
)

@depends on context@
identifier fn;
position dropped.p;
@@

* fn@p(...)

@depends on context@
identifier fn;
position kept.p;
@@

* fn@p(...)

@depends on context@
identifier fn;
position early.q;
@@

* fn@q(...)

@depends on context@
expression h;
position compared.q;
@@

* h@q

@depends on context@
identifier fn;
position managed_dropped.p;
@@

* fn@p(...)

@depends on context@
identifier fn;
position managed_kept.p;
@@

* fn@p(...)

@depends on context@
identifier fn;
position managed_early.q;
@@

* fn@q(...)

@script:python depends on org@
p << dropped.p;
@@

coccilib.org.print_todo(p[0], "ERROR: return code ignored")

@script:python depends on report@
p << dropped.p;
@@

coccilib.report.print_report(p[0], "ERROR: return code ignored")

@script:python depends on org@
p << kept.p;
@@

coccilib.org.print_todo(p[0], "ERROR: return code is never tested")

@script:python depends on report@
p << kept.p;
@@

coccilib.report.print_report(p[0], "ERROR: return code is never tested")

@script:python depends on org@
p << early.q;
@@

coccilib.org.print_todo(p[0], "ERROR: handle used before the allocation is known to have succeeded")

@script:python depends on report@
p << early.q;
@@

coccilib.report.print_report(p[0], "ERROR: handle used before the allocation is known to have succeeded")

@script:python depends on org@
p << compared.q;
@@

coccilib.org.print_todo(p[0], "ERROR: the allocation returns an ERR_PTR(), never NULL")

@script:python depends on report@
p << compared.q;
@@

coccilib.report.print_report(p[0], "ERROR: the allocation returns an ERR_PTR(), never NULL")

@script:python depends on org@
p << managed_dropped.p;
@@

coccilib.org.print_todo(p[0], "ERROR: managed handle ignored")

@script:python depends on report@
p << managed_dropped.p;
@@

coccilib.report.print_report(p[0], "ERROR: managed handle ignored")

@script:python depends on org@
p << managed_kept.p;
@@

coccilib.org.print_todo(p[0], "ERROR: managed handle is never tested by IS_ERR()")

@script:python depends on report@
p << managed_kept.p;
@@

coccilib.report.print_report(p[0], "ERROR: managed handle is never tested by IS_ERR()")

@script:python depends on org@
p << managed_early.q;
@@

coccilib.org.print_todo(p[0], "ERROR: handle used before the allocation is known to have succeeded")

@script:python depends on report@
p << managed_early.q;
@@

coccilib.report.print_report(p[0], "ERROR: handle used before the allocation is known to have succeeded")
