// SPDX-License-Identifier: GPL-2.0
/// The buffer of a DMA-coherent handle is lost if the handle is filled again or
/// cleared, or its memory freed or its scope left, before it was freed, moved or
/// left to the hardware.
///
// Confidence: Moderate
// Comments:
//   What is passed to a function whose name tells of cleaning up is taken to be
//   freed by it. Patch mode has nothing to offer: where to free is for the author
//   to decide.
// Options: --local-includes --include-headers --use-coccigrep

virtual patch
virtual context
virtual org
virtual report

@initialize:python@
@@

import re

CLEANERS = ("free|release|destroy|clean|clear|put|exit|fini|uninit|deinit|teardown|remove|del|drop|"
	    "unmap|close|stop|abort|reset|kill|disconnect|shutdown|take|add_action")

# Not by =~, whose syntax depends on how spatch was built.
def is_cleaner(name):
	return re.search(CLEANERS, name) is not None

@alloc@
attribute name __free;
symbol dma_coherent_handle;
iterator name scoped_guard;
expression h, dev;
position p;
@@

 \(dma_coherent_handle_alloc@p(dev, h, ...)\|dma_coherent_handle_alloc_attrs@p(dev, h, ...)\|dma_coherent_handle_grow@p(dev, h, ...)\)

@last_use depends on alloc@
identifier i;
position r;
@@

 return@r <+... &i ...+>;

@scoped depends on alloc disable static_decl_init@
identifier i;
initializer v;
position d;
@@

(
 struct dma_coherent_handle i@d __free(dma_coherent_handle) = v;
|
 struct dma_coherent_handle i@d __free(dma_coherent_handle);
|
 static struct dma_coherent_handle i@d;
|
 static struct dma_coherent_handle i@d = v;
)

@again1 depends on alloc exists@
local idexpression ret;
expression alloc.h, sub <= alloc.h;
expression e, e1, dev;
identifier clean : script:python() { is_cleaner(clean) };
position q;
@@

 ret = \(dma_coherent_handle_alloc(dev, h, ...)\|dma_coherent_handle_alloc_attrs(dev, h, ...)\|dma_coherent_handle_grow(dev, h, ...)\)
 ... when != ret
 if (\(ret\|ret != 0\|ret < 0\)) { ... return ...; }
 ... when any
     when != clean(..., h, ...)
     when != dma_coherent_handle_is_allocated(h)
     when != sub = e
     when != sub++
     when != ++sub
     when != sub--
     when != --sub
(
 dma_coherent_handle_alloc@q(e1, h, ...)
|
 dma_coherent_handle_alloc_attrs@q(e1, h, ...)
|
 memset@q(h, 0, ...)
)

@freed1 depends on alloc exists@
local idexpression ret;
expression x, e, dev;
identifier f;
identifier clean : script:python() { is_cleaner(clean) };
position q;
@@

 ret = \(dma_coherent_handle_alloc(dev, &x->f, ...)\|dma_coherent_handle_alloc_attrs(dev, &x->f, ...)\|dma_coherent_handle_grow(dev, &x->f, ...)\)
 ... when != ret
 if (\(ret\|ret != 0\|ret < 0\)) { ... return ...; }
 ... when any
     when != clean(..., &x->f, ...)
     when != clean(..., x, ...)
     when != dma_coherent_handle_is_allocated(&x->f)
     when != x = e
(
 kfree@q(x)
|
 kvfree@q(x)
|
 kfree_sensitive@q(x)
|
 devm_kfree@q(e, x)
)

@left1 depends on alloc disable decl_init exists@
local idexpression ret;
identifier i;
identifier helper != { dma_coherent_handle_dma_addr, dma_coherent_handle_size,
		       dma_coherent_handle_is_allocated, dma_coherent_handle_mmap,
		       dma_coherent_handle_get_sgtable };
expression kept;
initializer v;
expression dev;
position d != scoped.d;
position q != last_use.r;
@@

(
 struct dma_coherent_handle i@d;
|
 struct dma_coherent_handle i@d = v;
)
 ... when any
 ret = \(dma_coherent_handle_alloc(dev, &i, ...)\|dma_coherent_handle_alloc_attrs(dev, &i, ...)\|dma_coherent_handle_grow(dev, &i, ...)\)
 ... when != ret
 if (\(ret\|ret != 0\|ret < 0\)) { ... return ...; }
 ... when any
     when != helper(..., &i, ...)
     when != kept = i
     when != kept = &i
 return@q ...;

@again2 depends on alloc exists@
local idexpression ret;
identifier l;
expression alloc.h, sub <= alloc.h;
expression e, e1, dev;
identifier clean : script:python() { is_cleaner(clean) };
position q;
@@

 ret = \(dma_coherent_handle_alloc(dev, h, ...)\|dma_coherent_handle_alloc_attrs(dev, h, ...)\|dma_coherent_handle_grow(dev, h, ...)\)
 ... when != ret
 if (\(ret\|ret != 0\|ret < 0\)) { ... goto l; }
 ... when any
     when != clean(..., h, ...)
     when != dma_coherent_handle_is_allocated(h)
     when != sub = e
     when != sub++
     when != ++sub
     when != sub--
     when != --sub
(
 dma_coherent_handle_alloc@q(e1, h, ...)
|
 dma_coherent_handle_alloc_attrs@q(e1, h, ...)
|
 memset@q(h, 0, ...)
)

@freed2 depends on alloc exists@
local idexpression ret;
identifier l;
expression x, e, dev;
identifier f;
identifier clean : script:python() { is_cleaner(clean) };
position q;
@@

 ret = \(dma_coherent_handle_alloc(dev, &x->f, ...)\|dma_coherent_handle_alloc_attrs(dev, &x->f, ...)\|dma_coherent_handle_grow(dev, &x->f, ...)\)
 ... when != ret
 if (\(ret\|ret != 0\|ret < 0\)) { ... goto l; }
 ... when any
     when != clean(..., &x->f, ...)
     when != clean(..., x, ...)
     when != dma_coherent_handle_is_allocated(&x->f)
     when != x = e
(
 kfree@q(x)
|
 kvfree@q(x)
|
 kfree_sensitive@q(x)
|
 devm_kfree@q(e, x)
)

@left2 depends on alloc disable decl_init exists@
local idexpression ret;
identifier l;
identifier i;
identifier helper != { dma_coherent_handle_dma_addr, dma_coherent_handle_size,
		       dma_coherent_handle_is_allocated, dma_coherent_handle_mmap,
		       dma_coherent_handle_get_sgtable };
expression kept;
initializer v;
expression dev;
position d != scoped.d;
position q != last_use.r;
@@

(
 struct dma_coherent_handle i@d;
|
 struct dma_coherent_handle i@d = v;
)
 ... when any
 ret = \(dma_coherent_handle_alloc(dev, &i, ...)\|dma_coherent_handle_alloc_attrs(dev, &i, ...)\|dma_coherent_handle_grow(dev, &i, ...)\)
 ... when != ret
 if (\(ret\|ret != 0\|ret < 0\)) { ... goto l; }
 ... when any
     when != helper(..., &i, ...)
     when != kept = i
     when != kept = &i
 return@q ...;

@again3 depends on alloc exists@
expression alloc.h, sub <= alloc.h;
expression e, e1, dev;
identifier clean : script:python() { is_cleaner(clean) };
position q;
@@

 if (\(dma_coherent_handle_alloc(dev, h, ...)\|dma_coherent_handle_alloc_attrs(dev, h, ...)\|dma_coherent_handle_grow(dev, h, ...)\)) { ... return ...; }
 ... when any
     when != clean(..., h, ...)
     when != dma_coherent_handle_is_allocated(h)
     when != sub = e
     when != sub++
     when != ++sub
     when != sub--
     when != --sub
(
 dma_coherent_handle_alloc@q(e1, h, ...)
|
 dma_coherent_handle_alloc_attrs@q(e1, h, ...)
|
 memset@q(h, 0, ...)
)

@freed3 depends on alloc exists@
expression x, e, dev;
identifier f;
identifier clean : script:python() { is_cleaner(clean) };
position q;
@@

 if (\(dma_coherent_handle_alloc(dev, &x->f, ...)\|dma_coherent_handle_alloc_attrs(dev, &x->f, ...)\|dma_coherent_handle_grow(dev, &x->f, ...)\)) { ... return ...; }
 ... when any
     when != clean(..., &x->f, ...)
     when != clean(..., x, ...)
     when != dma_coherent_handle_is_allocated(&x->f)
     when != x = e
(
 kfree@q(x)
|
 kvfree@q(x)
|
 kfree_sensitive@q(x)
|
 devm_kfree@q(e, x)
)

@left3 depends on alloc disable decl_init exists@
identifier i;
identifier helper != { dma_coherent_handle_dma_addr, dma_coherent_handle_size,
		       dma_coherent_handle_is_allocated, dma_coherent_handle_mmap,
		       dma_coherent_handle_get_sgtable };
expression kept;
initializer v;
expression dev;
position d != scoped.d;
position q != last_use.r;
@@

(
 struct dma_coherent_handle i@d;
|
 struct dma_coherent_handle i@d = v;
)
 ... when any
 if (\(dma_coherent_handle_alloc(dev, &i, ...)\|dma_coherent_handle_alloc_attrs(dev, &i, ...)\|dma_coherent_handle_grow(dev, &i, ...)\)) { ... return ...; }
 ... when any
     when != helper(..., &i, ...)
     when != kept = i
     when != kept = &i
 return@q ...;

@again4 depends on alloc exists@
identifier l;
expression alloc.h, sub <= alloc.h;
expression e, e1, dev;
identifier clean : script:python() { is_cleaner(clean) };
position q;
@@

 if (\(dma_coherent_handle_alloc(dev, h, ...)\|dma_coherent_handle_alloc_attrs(dev, h, ...)\|dma_coherent_handle_grow(dev, h, ...)\)) { ... goto l; }
 ... when any
     when != clean(..., h, ...)
     when != dma_coherent_handle_is_allocated(h)
     when != sub = e
     when != sub++
     when != ++sub
     when != sub--
     when != --sub
(
 dma_coherent_handle_alloc@q(e1, h, ...)
|
 dma_coherent_handle_alloc_attrs@q(e1, h, ...)
|
 memset@q(h, 0, ...)
)

@freed4 depends on alloc exists@
identifier l;
expression x, e, dev;
identifier f;
identifier clean : script:python() { is_cleaner(clean) };
position q;
@@

 if (\(dma_coherent_handle_alloc(dev, &x->f, ...)\|dma_coherent_handle_alloc_attrs(dev, &x->f, ...)\|dma_coherent_handle_grow(dev, &x->f, ...)\)) { ... goto l; }
 ... when any
     when != clean(..., &x->f, ...)
     when != clean(..., x, ...)
     when != dma_coherent_handle_is_allocated(&x->f)
     when != x = e
(
 kfree@q(x)
|
 kvfree@q(x)
|
 kfree_sensitive@q(x)
|
 devm_kfree@q(e, x)
)

@left4 depends on alloc disable decl_init exists@
identifier l;
identifier i;
identifier helper != { dma_coherent_handle_dma_addr, dma_coherent_handle_size,
		       dma_coherent_handle_is_allocated, dma_coherent_handle_mmap,
		       dma_coherent_handle_get_sgtable };
expression kept;
initializer v;
expression dev;
position d != scoped.d;
position q != last_use.r;
@@

(
 struct dma_coherent_handle i@d;
|
 struct dma_coherent_handle i@d = v;
)
 ... when any
 if (\(dma_coherent_handle_alloc(dev, &i, ...)\|dma_coherent_handle_alloc_attrs(dev, &i, ...)\|dma_coherent_handle_grow(dev, &i, ...)\)) { ... goto l; }
 ... when any
     when != helper(..., &i, ...)
     when != kept = i
     when != kept = &i
 return@q ...;

@depends on context@
identifier fn;
position again1.q;
@@

* fn@q(...)

@depends on context@
identifier fn;
position freed1.q;
@@

* fn@q(...)

@depends on context@
identifier fn;
position again2.q;
@@

* fn@q(...)

@depends on context@
identifier fn;
position freed2.q;
@@

* fn@q(...)

@depends on context@
identifier fn;
position again3.q;
@@

* fn@q(...)

@depends on context@
identifier fn;
position freed3.q;
@@

* fn@q(...)

@depends on context@
identifier fn;
position again4.q;
@@

* fn@q(...)

@depends on context@
identifier fn;
position freed4.q;
@@

* fn@q(...)

@script:python depends on org@
p << again1.q;
@@

coccilib.org.print_todo(p[0], "ERROR: the buffer that the handle held is lost")

@script:python depends on report@
p << again1.q;
@@

coccilib.report.print_report(p[0], "ERROR: the buffer that the handle held is lost")

@script:python depends on org@
p << freed1.q;
@@

coccilib.org.print_todo(p[0], "ERROR: the buffer of a handle in this memory is lost")

@script:python depends on report@
p << freed1.q;
@@

coccilib.report.print_report(p[0], "ERROR: the buffer of a handle in this memory is lost")

@depends on context@
position left1.q;
@@

* return@q ...;

@script:python depends on org@
p << left1.q;
@@

coccilib.org.print_todo(p[0], "ERROR: the buffer of a local handle is lost")

@script:python depends on report@
p << left1.q;
@@

coccilib.report.print_report(p[0], "ERROR: the buffer of a local handle is lost")

@script:python depends on org@
p << again2.q;
@@

coccilib.org.print_todo(p[0], "ERROR: the buffer that the handle held is lost")

@script:python depends on report@
p << again2.q;
@@

coccilib.report.print_report(p[0], "ERROR: the buffer that the handle held is lost")

@script:python depends on org@
p << freed2.q;
@@

coccilib.org.print_todo(p[0], "ERROR: the buffer of a handle in this memory is lost")

@script:python depends on report@
p << freed2.q;
@@

coccilib.report.print_report(p[0], "ERROR: the buffer of a handle in this memory is lost")

@depends on context@
position left2.q;
@@

* return@q ...;

@script:python depends on org@
p << left2.q;
@@

coccilib.org.print_todo(p[0], "ERROR: the buffer of a local handle is lost")

@script:python depends on report@
p << left2.q;
@@

coccilib.report.print_report(p[0], "ERROR: the buffer of a local handle is lost")

@script:python depends on org@
p << again3.q;
@@

coccilib.org.print_todo(p[0], "ERROR: the buffer that the handle held is lost")

@script:python depends on report@
p << again3.q;
@@

coccilib.report.print_report(p[0], "ERROR: the buffer that the handle held is lost")

@script:python depends on org@
p << freed3.q;
@@

coccilib.org.print_todo(p[0], "ERROR: the buffer of a handle in this memory is lost")

@script:python depends on report@
p << freed3.q;
@@

coccilib.report.print_report(p[0], "ERROR: the buffer of a handle in this memory is lost")

@depends on context@
position left3.q;
@@

* return@q ...;

@script:python depends on org@
p << left3.q;
@@

coccilib.org.print_todo(p[0], "ERROR: the buffer of a local handle is lost")

@script:python depends on report@
p << left3.q;
@@

coccilib.report.print_report(p[0], "ERROR: the buffer of a local handle is lost")

@script:python depends on org@
p << again4.q;
@@

coccilib.org.print_todo(p[0], "ERROR: the buffer that the handle held is lost")

@script:python depends on report@
p << again4.q;
@@

coccilib.report.print_report(p[0], "ERROR: the buffer that the handle held is lost")

@script:python depends on org@
p << freed4.q;
@@

coccilib.org.print_todo(p[0], "ERROR: the buffer of a handle in this memory is lost")

@script:python depends on report@
p << freed4.q;
@@

coccilib.report.print_report(p[0], "ERROR: the buffer of a handle in this memory is lost")

@depends on context@
position left4.q;
@@

* return@q ...;

@script:python depends on org@
p << left4.q;
@@

coccilib.org.print_todo(p[0], "ERROR: the buffer of a local handle is lost")

@script:python depends on report@
p << left4.q;
@@

coccilib.report.print_report(p[0], "ERROR: the buffer of a local handle is lost")

// spatch fails if nothing at all is to be done in a mode.

@script:python depends on patch@
p << alloc.p;
@@

pass
