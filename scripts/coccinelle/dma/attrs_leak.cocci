// SPDX-License-Identifier: GPL-2.0-only
/// A buffer from dma_alloc_attrs() is lost on an error path: between its allocation and its first use
/// something else fails, and the function returns without freeing it, or frees the structure that
/// held its address.
///
// Confidence: Moderate
// Options: --no-includes --include-headers --use-coccigrep
// Keywords: dma_alloc_attrs, dma_free_attrs
// Comments: A buffer that is kept in a member is reported only where the structure is freed in the
// same function, or the buffer itself is, on another path. No patch mode: where it has to be freed
// depends on how the function unwinds.

virtual patch
virtual context
virtual org
virtual report

@initialize:python@
@@

import re

freed = set()	# (file, function, what is freed)
told = set()

def tidy(text):
	return re.sub(r" ?(->|\.|\[|\]) ?", r"\1", text)

def complaint(x, base, p, q):
	here = (p.file, p.current_element)
	if base and here + (tidy(base),) not in freed and here + (tidy(x),) not in freed:
		return None
	if (q.file, q.line, q.column) in told:
		return None
	told.add((q.file, q.line, q.column))
	return "%s, allocated on line %s, is lost if this fails" % (tidy(x), p.line)

@variable exists@
iterator name scoped_guard;
attribute name __free;
local idexpression x;
expression e;
statement S;
position p, q;
@@

 x = dma_alloc_attrs@p(...)
 ... when != x
 if (x == NULL) S
 ... when != x
     when any
 if@q (...) {
   ... when != x
   return e;
 }

@member exists@
expression base;
identifier f, helper != {kfree, kvfree, devm_kfree};
expression e;
statement S;
position p, q;
@@

 base->f = dma_alloc_attrs@p(...)
 ... when != base->f
 if (base->f == NULL) S
 ... when != base->f
     when != base = ...
     when any
 if@q (...) {
   ... when != base->f
       when != base = ...
       when != helper(..., base, ...)
   return e;
 }

@frees depends on variable || member@
expression x;
position p;
@@

(
 dma_free_attrs@p(..., x, ...)
|
 kfree@p(x)
|
 kvfree@p(x)
|
 devm_kfree@p(..., x)
)

@script:python@
x << frees.x;
p << frees.p;
@@

freed.add((p[0].file, p[0].current_element, tidy(x)))

@script:python depends on context@
x << variable.x;
p << variable.p;
q << variable.q;
@@

if not complaint(x, None, p[0], q[0]):
	cocci.include_match(False)

@depends on context@
statement S;
position variable.q;
@@

* if@q (...) S

@script:python depends on context@
base << member.base;
f << member.f;
p << member.p;
q << member.q;
@@

if not complaint(base + "->" + f, base, p[0], q[0]):
	cocci.include_match(False)

@depends on context@
statement S;
position member.q;
@@

* if@q (...) S

@script:python depends on org@
x << variable.x;
p << variable.p;
q << variable.q;
@@

msg = complaint(x, None, p[0], q[0])
if msg:
	coccilib.org.print_todo(q[0], msg)

@script:python depends on org@
base << member.base;
f << member.f;
p << member.p;
q << member.q;
@@

msg = complaint(base + "->" + f, base, p[0], q[0])
if msg:
	coccilib.org.print_todo(q[0], msg)

@script:python depends on report@
x << variable.x;
p << variable.p;
q << variable.q;
@@

msg = complaint(x, None, p[0], q[0])
if msg:
	coccilib.report.print_report(q[0], "ERROR: " + msg)

@script:python depends on report@
base << member.base;
f << member.f;
p << member.p;
q << member.q;
@@

msg = complaint(base + "->" + f, base, p[0], q[0])
if msg:
	coccilib.report.print_report(q[0], "ERROR: " + msg)
