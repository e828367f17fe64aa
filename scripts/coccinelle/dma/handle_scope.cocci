// SPDX-License-Identifier: GPL-2.0
/// A DMA-coherent handle on the stack is initialised with = {} before anything
/// is done with it, is freed by __free(dma_coherent_handle) or by hand, not by
/// both, and doesn't outlive its scope other than by dma_coherent_handle_take().
///
// Confidence: High
// Comments:
//   Patch mode removes the superfluous free. See handle_copy.cocci for handles
//   that leave their scope as a copy.
// Options: --local-includes --include-headers --use-coccigrep

virtual patch
virtual context
virtual org
virtual report

@pointer@
attribute name __free;
symbol dma_coherent_handle;
iterator name scoped_guard;
identifier i;
initializer v;
position p;
@@

(
 struct dma_coherent_handle *i@p __free(dma_coherent_handle) = v;
|
 struct dma_coherent_handle *i@p __free(dma_coherent_handle);
|
 const struct dma_coherent_handle *i@p __free(dma_coherent_handle) = v;
|
 const struct dma_coherent_handle *i@p __free(dma_coherent_handle);
)

@uninitialised@
identifier i;
position p;
@@

 struct dma_coherent_handle i@p __free(dma_coherent_handle);

@permanent disable static_decl_init@
identifier i;
initializer v;
position p;
@@

(
 static struct dma_coherent_handle i@p;
|
 static struct dma_coherent_handle i@p = v;
)

@early disable decl_init exists@
identifier i;
expression e, e1;
position d != { permanent.p, uninitialised.p };
position p;
@@

 struct dma_coherent_handle i@d;
 ... when != &i
     when != i = e
(
 dma_coherent_handle_free@p(&i)
|
 dma_coherent_handle_grow@p(e1, &i, ...)
|
 dma_coherent_handle_take@p(&i)
|
 dma_coherent_handle_is_allocated@p(&i)
|
 dma_coherent_handle_dma_addr@p(&i)
|
 dma_coherent_handle_size@p(&i)
)

@twice exists@
identifier i;
initializer v;
position p;
@@

 struct dma_coherent_handle i __free(dma_coherent_handle) = v;
 ...
 dma_coherent_handle_free@p(&i);
 return ...;

@returned disable decl_init exists@
identifier i;
initializer v;
position d != permanent.p;
position p;
@@

(
 struct dma_coherent_handle i@d;
|
 struct dma_coherent_handle i@d = v;
|
 struct dma_coherent_handle i@d __free(dma_coherent_handle) = v;
)
 ... when any
 return &i@p;

@stored disable decl_init exists@
identifier i, f;
global idexpression g;
expression e;
initializer v;
position d != permanent.p;
position p;
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
 e->f = &i@p
|
 *e = &i@p
|
 g = &i@p
|
 g.f = &i@p
|
 platform_set_drvdata(e, &i@p)
|
 dev_set_drvdata(e, &i@p)
|
 devm_add_action(..., &i@p)
|
 devm_add_action_or_reset(..., &i@p)
)

@depends on patch@
expression h;
position twice.p;
@@

- dma_coherent_handle_free@p(h);

@depends on context@
identifier i;
initializer v;
position pointer.p;
@@

(
* struct dma_coherent_handle *i@p __free(dma_coherent_handle) = v;
|
* struct dma_coherent_handle *i@p __free(dma_coherent_handle);
)

@depends on context@
identifier i;
position uninitialised.p;
@@

* struct dma_coherent_handle i@p __free(dma_coherent_handle);

@depends on context@
identifier i;
position returned.p;
@@

* i@p

@depends on context@
identifier i;
position stored.p;
@@

* i@p

@depends on context@
identifier fn;
position early.p;
@@

* fn@p(...)

@depends on context@
identifier fn;
position twice.p;
@@

* fn@p(...)

@script:python depends on org@
p << pointer.p;
@@

coccilib.org.print_todo(p[0], "ERROR: __free(dma_coherent_handle) is for a handle, not for a pointer to one")

@script:python depends on report@
p << pointer.p;
@@

coccilib.report.print_report(p[0], "ERROR: __free(dma_coherent_handle) is for a handle, not for a pointer to one")

@script:python depends on org@
p << uninitialised.p;
@@

coccilib.org.print_todo(p[0], "ERROR: a handle with __free(dma_coherent_handle) must be initialised with = {}")

@script:python depends on report@
p << uninitialised.p;
@@

coccilib.report.print_report(p[0], "ERROR: a handle with __free(dma_coherent_handle) must be initialised with = {}")

@script:python depends on org@
p << early.p;
@@

coccilib.org.print_todo(p[0], "ERROR: handle is not initialised")

@script:python depends on report@
p << early.p;
@@

coccilib.report.print_report(p[0], "ERROR: handle is not initialised")

@script:python depends on org@
p << twice.p;
@@

coccilib.org.print_todo(p[0], "WARNING: superfluous, the handle is freed at the end of its scope")

@script:python depends on report@
p << twice.p;
@@

coccilib.report.print_report(p[0], "WARNING: superfluous, the handle is freed at the end of its scope")

@script:python depends on org@
p << returned.p;
@@

coccilib.org.print_todo(p[0], "ERROR: handle does not outlive its scope")

@script:python depends on report@
p << returned.p;
@@

coccilib.report.print_report(p[0], "ERROR: handle does not outlive its scope")

@script:python depends on org@
p << stored.p;
@@

coccilib.org.print_todo(p[0], "ERROR: handle does not outlive its scope, use dma_coherent_handle_take()")

@script:python depends on report@
p << stored.p;
@@

coccilib.report.print_report(p[0], "ERROR: handle does not outlive its scope, use dma_coherent_handle_take()")
