// SPDX-License-Identifier: GPL-2.0
/// A managed DMA-coherent handle belongs to the device: it goes when the driver
/// is unbound, and nobody else may free it or move its buffer. It is allocated
/// when the driver is bound, not each time that a device is opened or started.
///
// Confidence: Moderate
// Comments:
//   Patch mode has nothing to offer: who frees what is for the author to decide.
// Options: --local-includes --include-headers --use-coccigrep

virtual patch
virtual context
virtual org
virtual report

@initialize:python@
@@

import re

remove_functions = set()

# A variable of the same name in another function is another variable.
def same(h, at, p):
	return not re.match(r"\w+$", h) or at.current_element == p.current_element

@uses@
attribute name __free;
symbol dma_coherent_handle;
iterator name scoped_guard;
struct dma_coherent_handle *q;
@@

(
 q
|
 dmam_coherent_handle_alloc(...)
|
 dmam_coherent_handle_alloc_attrs(...)
|
 dmam_coherent_handle_free(...)
)

@managed depends on uses@
expression h;
position p;
@@

 h@p = \(dmam_coherent_handle_alloc(...)\|dmam_coherent_handle_alloc_attrs(...)\)

// Kept where it outlives the binding.

@global_store depends on uses && managed@
global idexpression g;
identifier f;
expression e;
position p;
@@

(
 g@p = \(dmam_coherent_handle_alloc(...)\|dmam_coherent_handle_alloc_attrs(...)\)
|
 g@p.f = \(dmam_coherent_handle_alloc(...)\|dmam_coherent_handle_alloc_attrs(...)\)
|
 g@p[e] = \(dmam_coherent_handle_alloc(...)\|dmam_coherent_handle_alloc_attrs(...)\)
)

@script:python depends on uses && org@
p << global_store.p;
@@

coccilib.org.print_todo(p[0], "ERROR: a managed handle does not outlive the driver's binding, this may")

@script:python depends on uses && report@
p << global_store.p;
@@

coccilib.report.print_report(p[0], "ERROR: a managed handle does not outlive the driver's binding, this may")

@local_store depends on uses && managed exists@
global idexpression g;
local idexpression l;
identifier f;
position p;
@@

 l = \(dmam_coherent_handle_alloc(...)\|dmam_coherent_handle_alloc_attrs(...)\)
 ...
(
 g@p = l
|
 g@p.f = l
)

@script:python depends on uses && org@
p << local_store.p;
@@

coccilib.org.print_todo(p[0], "ERROR: a managed handle does not outlive the driver's binding, this may")

@script:python depends on uses && report@
p << local_store.p;
@@

coccilib.report.print_report(p[0], "ERROR: a managed handle does not outlive the driver's binding, this may")

@permanent depends on uses && managed disable static_decl_init exists@
identifier i;
initializer v;
position p;
@@

(
 static const struct dma_coherent_handle *i;
|
 static const struct dma_coherent_handle *i = v;
)
 ... when any
 i@p = \(dmam_coherent_handle_alloc(...)\|dmam_coherent_handle_alloc_attrs(...)\)

@script:python depends on uses && org@
p << permanent.p;
@@

coccilib.org.print_todo(p[0], "ERROR: a managed handle does not outlive the driver's binding, this may")

@script:python depends on uses && report@
p << permanent.p;
@@

coccilib.report.print_report(p[0], "ERROR: a managed handle does not outlive the driver's binding, this may")

// Freed, or emptied, as what it isn't.

@wrong_free depends on uses disable drop_cast@
const struct dma_coherent_handle *h;
position p, q;
@@

(
 dma_coherent_handle_free@p((struct dma_coherent_handle *)h@q)
|
 dma_coherent_handle_take@p((struct dma_coherent_handle *)h@q)
|
 dma_coherent_handle_free@p((void *)h@q)
|
 dma_coherent_handle_take@p((void *)h@q)
)

// spatch 1.3 matches the argument without a cast as well.

@script:python depends on uses@
p << wrong_free.p;
q << wrong_free.q;
@@

if q[0].line == p[0].line and int(q[0].column) <= int(p[0].column_end) + 1:
	cocci.include_match(False)

@script:python depends on uses && org@
p << wrong_free.p;
@@

coccilib.org.print_todo(p[0], "ERROR: managed handle, only dmam_coherent_handle_free() may free it")

@script:python depends on uses && report@
p << wrong_free.p;
@@

coccilib.report.print_report(p[0], "ERROR: managed handle, only dmam_coherent_handle_free() may free it")

@wrong_free_used depends on uses && managed disable drop_cast@
expression managed.h;
expression e;
identifier release = { dma_coherent_handle_free, dma_coherent_handle_take,
		       kfree, kvfree, devres_free, devm_kfree };
position p != wrong_free.p;
@@

(
 release@p(h)
|
 release@p((struct dma_coherent_handle *)h)
|
 release@p((void *)h)
|
 release@p(e, h)
|
 release@p(e, (void *)h)
)

@script:python depends on uses && org@
h << managed.h;
at << managed.p;
p << wrong_free_used.p;
@@

if same(h, at[0], p[0]):
	coccilib.org.print_todo(p[0], "ERROR: managed handle, only dmam_coherent_handle_free() may free it")

@script:python depends on uses && report@
h << managed.h;
at << managed.p;
p << wrong_free_used.p;
@@

if same(h, at[0], p[0]):
	coccilib.report.print_report(p[0], "ERROR: managed handle, only dmam_coherent_handle_free() may free it")

// Allocated over and over.

@ops depends on uses && managed@
identifier s, T, f;
identifier op = { open, ndo_open, start_streaming, buf_init, buf_prepare, queue_setup,
		  unlocked_ioctl, compat_ioctl, hw_params, prepare, mmap, read, write,
		  runtime_resume, resume, runtime_suspend, suspend };
@@

 struct T s = {
 	...,
 	.op = f,
 	...
 };

@given_back depends on uses@
expression h;
@@

 dmam_coherent_handle_free(..., h)

@for_a_while depends on uses@
expression given_back.h;
position p;
@@

 h = \(dmam_coherent_handle_alloc@p(...)\|dmam_coherent_handle_alloc_attrs@p(...)\)

@often depends on uses && managed exists@
identifier ops.f;
position p != for_a_while.p;
@@

 f(...)
 {
 ... when any
 \(dmam_coherent_handle_alloc@p(...)\|dmam_coherent_handle_alloc_attrs@p(...)\)
 ... when any
 }

@script:python depends on uses && org@
p << often.p;
@@

coccilib.org.print_todo(p[0], "WARNING: managed handle allocated many times, and freed only when the driver is unbound")

@script:python depends on uses && report@
p << often.p;
@@

coccilib.report.print_report(p[0], "WARNING: managed handle allocated many times, and freed only when the driver is unbound")

// The driver core does that.

@driver depends on uses@
identifier s, T, f;
position p;
@@

 struct T s = {
 	...,
 	.remove = f@p,
 	...
 };

@script:python depends on uses@
f << driver.f;
p << driver.p;
@@

remove_functions.add((p[0].file, f))

@superfluous depends on uses@
position p;
@@

 dmam_coherent_handle_free@p(...)

@script:python depends on uses@
p << superfluous.p;
@@

if (p[0].file, p[0].current_element) not in remove_functions:
	cocci.include_match(False)

@script:python depends on uses && org@
p << superfluous.p;
@@

coccilib.org.print_todo(p[0], "WARNING: superfluous, the handle is freed after remove")

@script:python depends on uses && report@
p << superfluous.p;
@@

coccilib.report.print_report(p[0], "WARNING: superfluous, the handle is freed after remove")

@depends on uses && context@
expression e;
position global_store.p;
@@

* e@p

@depends on uses && context@
expression e;
position local_store.p;
@@

* e@p

@depends on uses && context@
expression e;
position permanent.p;
@@

* e@p

@depends on uses && context@
identifier fn;
position wrong_free.p;
@@

* fn@p(...)

@script:python depends on uses && context@
h << managed.h;
at << managed.p;
p << wrong_free_used.p;
@@

if not same(h, at[0], p[0]):
	cocci.include_match(False)

@depends on uses && context@
identifier fn;
position wrong_free_used.p;
@@

* fn@p(...)

@depends on uses && context@
identifier fn;
position often.p;
@@

* fn@p(...)

@depends on uses && context@
identifier fn;
position superfluous.p;
@@

* fn@p(...)

@script:python depends on uses && patch@
p << managed.p;
@@

pass

// spatch fails if nothing at all is to be done in a mode.
