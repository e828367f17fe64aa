// SPDX-License-Identifier: GPL-2.0
/// A struct dma_coherent_handle must not be copied, neither by itself nor as
/// part of another struct: both copies would free the one buffer.
/// dma_coherent_handle_take() moves the buffer from one handle to another.
///
// Confidence: High
// Comments:
//   A handle is known by its type, which must be in the same file or in a local
//   header. Not for the implementation in kernel/dma.
//   Patch mode moves instead of copying, which is wrong where both sides are
//   used afterwards: such code needs another design. It leaves alone swap(),
//   krealloc() and copies of structs that contain a handle.
// Options: --local-includes --include-headers --use-coccigrep

virtual patch
virtual context
virtual org
virtual report

@initialize:python@
@@
import re

# What can be copied from. Not what a function returns, nor a literal; nor what an lvalue is only part
# of.
def is_lvalue(text):
    if re.search(r"[^=!<>]=[^=]|\?", text):
        return False
    return text.startswith("*") or not re.search(r"[)}]$", text)

def is_implementation(p):
    return re.search(r"(^|/)(kernel/dma/|include/linux/dma-coherent-handle\.h$)", p[0].file)

// Every read of a handle as a value is a copy. What is not an lvalue can't be
// copied from, and what is below & or sizeof isn't read. One rule each, since of
// a disjunction only one branch matches in a statement.

@not_read_address@
attribute name __free;
iterator name scoped_guard;
struct dma_coherent_handle h;
position ok;
@@

(
 &(h@ok)
|
 &h@ok
)

@not_read_target@
struct dma_coherent_handle h;
expression e;
position ok;
@@

(
 (h@ok) = e
|
 h@ok = e
)

@not_read_sizeof@
struct dma_coherent_handle h;
position ok;
@@

(
 sizeof(h@ok)
|
 sizeof h@ok
)

@not_read_member disable fld_to_ptr@
struct dma_coherent_handle h;
identifier f;
position ok;
@@

(
 (h@ok).f
|
 h@ok.f
)

@type_of@
struct dma_coherent_handle h;
identifier i;
initializer v;
position ok;
@@

(
 typeof(h@ok) i;
|
 typeof(h@ok) i = v;
)

@swapped@
struct dma_coherent_handle h;
struct dma_coherent_handle h1;
position p, ok, ok1;
@@

 swap@p(h@ok, h1@ok1)

@script:python depends on org@
p << swapped.p;
@@

coccilib.org.print_todo(p[0], "ERROR: handles swapped by value, use dma_coherent_handle_take()")

@script:python depends on report@
p << swapped.p;
@@

coccilib.report.print_report(p[0], "ERROR: handles swapped by value, use dma_coherent_handle_take()")

@depends on context@
position swapped.p;
@@

* swap@p(...)

@copy@
struct dma_coherent_handle h;
position p != { not_read_address.ok, not_read_target.ok,
		not_read_sizeof.ok, not_read_member.ok, type_of.ok, swapped.ok, swapped.ok1 };
@@

 h@p

@script:python@
h << copy.h;
p << copy.p;
@@

if is_implementation(p) or not is_lvalue(h):
    cocci.include_match(False)

@script:python depends on org@
p << copy.p;
@@

coccilib.org.print_todo(p[0], "ERROR: handle copied, use dma_coherent_handle_take()")

@script:python depends on report@
p << copy.p;
@@

coccilib.report.print_report(p[0], "ERROR: handle copied, use dma_coherent_handle_take()")

@depends on context@
struct dma_coherent_handle h;
position copy.p;
@@

* h@p

// Copies of the bytes.

@bytes depends on !patch@
struct dma_coherent_handle *h;
position p;
@@

(
* memcpy@p(..., h, ...)
|
* memmove@p(..., h, ...)
|
* kmemdup@p(h, ...)
|
* kmemdup_array@p(h, ...)
|
* devm_kmemdup@p(..., h, ...)
)

@script:python depends on org@
p << bytes.p;
@@

coccilib.org.print_todo(p[0], "ERROR: handle copied, use dma_coherent_handle_take()")

@script:python depends on report@
p << bytes.p;
@@

coccilib.report.print_report(p[0], "ERROR: handle copied, use dma_coherent_handle_take()")

@array depends on !patch@
struct dma_coherent_handle [] a;
position p;
@@

(
* memcpy@p(..., a, ...)
|
* memmove@p(..., a, ...)
)

@script:python depends on org@
p << array.p;
@@

coccilib.org.print_todo(p[0], "ERROR: handles copied, use dma_coherent_handle_take()")

@script:python depends on report@
p << array.p;
@@

coccilib.report.print_report(p[0], "ERROR: handles copied, use dma_coherent_handle_take()")

@realloc depends on !patch@
struct dma_coherent_handle *h;
position p;
@@

(
* krealloc@p(h, ...)
|
* krealloc_array@p(h, ...)
|
* kvrealloc@p(h, ...)
|
* devm_krealloc@p(..., h, ...)
|
* devm_krealloc_array@p(..., h, ...)
)

@script:python depends on org@
p << realloc.p;
@@

coccilib.org.print_todo(p[0], "ERROR: handle may be copied to another place, use dma_coherent_handle_take()")

@script:python depends on report@
p << realloc.p;
@@

coccilib.report.print_report(p[0], "ERROR: handle may be copied to another place, use dma_coherent_handle_take()")

// Copies of a struct that contains a handle. A variable is left out: it may
// well be a template, or something under construction, whose handle is empty.

@holder@
identifier S, f;
@@

(
 struct S {
 	...
 	struct dma_coherent_handle f;
 	...
 };
|
 struct S {
 	...
 	struct dma_coherent_handle f[...];
 	...
 };
)

@holder_not_read_address@
identifier holder.S;
struct S s;
position ok;
@@

(
 &(s@ok)
|
 &s@ok
)

@holder_not_read_target@
identifier holder.S;
struct S s;
expression e;
position ok;
@@

(
 (s@ok) = e
|
 s@ok = e
)

@holder_not_read_sizeof@
identifier holder.S;
struct S s;
position ok;
@@

(
 sizeof(s@ok)
|
 sizeof s@ok
)

@holder_not_read_member disable fld_to_ptr@
identifier holder.S;
struct S s;
identifier f;
position ok;
@@

(
 (s@ok).f
|
 s@ok.f
)

@holder_typeof@
identifier holder.S;
struct S s;
identifier i;
initializer v;
position ok;
@@

(
 typeof(s@ok) i;
|
 typeof(s@ok) i = v;
)

@holder_copy@
identifier holder.S;
struct S h;
position p != { holder_not_read_address.ok, holder_not_read_target.ok,
		holder_not_read_sizeof.ok, holder_not_read_member.ok, holder_typeof.ok };
@@

 h@p

@script:python@
h << holder_copy.h;
p << holder_copy.p;
@@

if is_implementation(p) or not is_lvalue(h) or re.match(r"\w+$", h):
    cocci.include_match(False)

@script:python depends on org@
p << holder_copy.p;
@@

coccilib.org.print_todo(p[0], "ERROR: struct copied along with its handle, use dma_coherent_handle_take()")

@script:python depends on report@
p << holder_copy.p;
@@

coccilib.report.print_report(p[0], "ERROR: struct copied along with its handle, use dma_coherent_handle_take()")

@depends on context@
identifier holder.S;
struct S h;
position holder_copy.p;
@@

* h@p

@holder_bytes depends on !patch@
identifier holder.S;
struct S *s;
idexpression i;
expression n;
position p;
@@

(
 memcpy(s, &i, n)
|
 memmove(s, &i, n)
|
* memcpy@p(s, ...)
|
* memmove@p(s, ...)
|
* kmemdup@p(s, ...)
|
* kmemdup_array@p(s, ...)
|
* devm_kmemdup@p(..., s, ...)
|
* krealloc@p(s, ...)
|
* krealloc_array@p(s, ...)
|
* kvrealloc@p(s, ...)
|
* devm_krealloc@p(..., s, ...)
|
* devm_krealloc_array@p(..., s, ...)
)

@script:python depends on org@
p << holder_bytes.p;
@@

coccilib.org.print_todo(p[0], "ERROR: struct copied along with its handle, use dma_coherent_handle_take()")

@script:python depends on report@
p << holder_bytes.p;
@@

coccilib.report.print_report(p[0], "ERROR: struct copied along with its handle, use dma_coherent_handle_take()")

@depends on patch@
struct dma_coherent_handle h;
position copy.p;
@@

- h@p
+ dma_coherent_handle_take(&h)

@depends on patch@
struct dma_coherent_handle *p;
struct dma_coherent_handle *q;
@@

(
- memcpy(p, q, ...);
+ *p = dma_coherent_handle_take(q);
|
- memmove(p, q, ...);
+ *p = dma_coherent_handle_take(q);
)

@depends on patch@
expression e, e1;
@@

(
- dma_coherent_handle_take(&*e)
+ dma_coherent_handle_take(e)
|
- *&e = dma_coherent_handle_take(e1)
+ e = dma_coherent_handle_take(e1)
)
