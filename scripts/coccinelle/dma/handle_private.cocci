// SPDX-License-Identifier: GPL-2.0
/// All members of struct dma_coherent_handle are private, and so are its bytes.
/// What a driver may know, dma_coherent_handle_dma_addr(),
/// dma_coherent_handle_size() and dma_coherent_handle_is_allocated() tell it.
///
// Confidence: High
// Comments:
//   sparse finds most of these, in code that is built. A handle is known by its
//   type or, where the type comes from a header that isn't read, by being
//   passed to a function of the API. Not for the implementation in kernel/dma.
//   Patch mode calls the function that a member is read by, where there is one.
// Options: --local-includes --include-headers --use-coccigrep

virtual patch
virtual context
virtual org
virtual report

@initialize:python@
@@
import re

def is_implementation(p):
    return re.search(r"(^|/)(kernel/dma/|include/linux/dma-coherent-handle\.h$)", p[0].file)

@uses@
attribute name __free;
symbol dma_coherent_handle;
iterator name scoped_guard;
struct dma_coherent_handle h;
struct dma_coherent_handle *q;
@@

(
 h
|
 q
|
 dma_coherent_handle_alloc(...)
|
 dma_coherent_handle_alloc_attrs(...)
|
 dma_coherent_handle_grow(...)
|
 dma_coherent_handle_free(...)
|
 dma_coherent_handle_take(...)
|
 dma_coherent_handle_dma_addr(...)
|
 dma_coherent_handle_size(...)
|
 dma_coherent_handle_is_allocated(...)
|
 dma_coherent_handle_mmap(...)
|
 dma_coherent_handle_get_sgtable(...)
|
 dmam_coherent_handle_alloc(...)
|
 dmam_coherent_handle_alloc_attrs(...)
|
 dmam_coherent_handle_free(...)
)

@access depends on uses@
struct dma_coherent_handle h;
struct dma_coherent_handle *q;
identifier f;
position p;
@@

(
 ACCESS_PRIVATE(h, f@p)
|
 ACCESS_PRIVATE(q, f@p)
)

@script:python depends on uses@
p << access.p;
@@

if is_implementation(p):
    cocci.include_match(False)

@script:python depends on uses && org@
p << access.p;
f << access.f;
@@

coccilib.org.print_todo(p[0], "ERROR: %s is a private member of a handle" % f)

@script:python depends on uses && report@
p << access.p;
f << access.f;
@@

coccilib.report.print_report(p[0], "ERROR: %s is a private member of a handle" % f)

@depends on uses && context@
identifier access.f;
expression e;
position access.p;
@@

(
* ACCESS_PRIVATE(e, f@p)
|
* e.f@p
|
* e->f@p
)

@member depends on uses@
struct dma_coherent_handle h;
identifier f;
position p;
@@

 h.f@p

@script:python depends on uses@
p << member.p;
@@

if is_implementation(p):
    cocci.include_match(False)

@script:python depends on uses && org@
p << member.p;
f << member.f;
@@

coccilib.org.print_todo(p[0], "ERROR: %s is a private member of a handle" % f)

@script:python depends on uses && report@
p << member.p;
f << member.f;
@@

coccilib.report.print_report(p[0], "ERROR: %s is a private member of a handle" % f)

@depends on uses && context@
identifier member.f;
expression e;
position member.p;
@@

(
* ACCESS_PRIVATE(e, f@p)
|
* e.f@p
|
* e->f@p
)

@pointer_member depends on uses@
struct dma_coherent_handle *q;
identifier f;
position p != member.p;
@@

 q->f@p

@script:python depends on uses@
p << pointer_member.p;
@@

if is_implementation(p):
    cocci.include_match(False)

@script:python depends on uses && org@
p << pointer_member.p;
f << pointer_member.f;
@@

coccilib.org.print_todo(p[0], "ERROR: %s is a private member of a handle" % f)

@script:python depends on uses && report@
p << pointer_member.p;
f << pointer_member.f;
@@

coccilib.report.print_report(p[0], "ERROR: %s is a private member of a handle" % f)

@depends on uses && context@
identifier pointer_member.f;
expression e;
position pointer_member.p;
@@

(
* ACCESS_PRIVATE(e, f@p)
|
* e.f@p
|
* e->f@p
)

// The same where the type isn't known.

@used depends on uses@
expression h;
@@

(
 dma_coherent_handle_alloc(..., &h, ...)
|
 dma_coherent_handle_alloc_attrs(..., &h, ...)
|
 dma_coherent_handle_grow(..., &h, ...)
|
 dma_coherent_handle_free(&h)
|
 dma_coherent_handle_take(&h)
|
 dma_coherent_handle_dma_addr(&h)
|
 dma_coherent_handle_size(&h)
|
 dma_coherent_handle_is_allocated(&h)
|
 dma_coherent_handle_mmap(&h, ...)
|
 dma_coherent_handle_get_sgtable(&h, ...)
)

@used_pointer depends on uses@
expression h;
@@

(
 dma_coherent_handle_alloc(..., h, ...)
|
 dma_coherent_handle_alloc_attrs(..., h, ...)
|
 dma_coherent_handle_grow(..., h, ...)
|
 dma_coherent_handle_free(h)
|
 dma_coherent_handle_take(h)
|
 dma_coherent_handle_dma_addr(h)
|
 dma_coherent_handle_size(h)
|
 dma_coherent_handle_is_allocated(h)
|
 dma_coherent_handle_mmap(h, ...)
|
 dma_coherent_handle_get_sgtable(h, ...)
|
 dmam_coherent_handle_free(..., h)
|
 h = dmam_coherent_handle_alloc(...)
|
 h = dmam_coherent_handle_alloc_attrs(...)
)

@used_member depends on uses && used@
expression used.h;
identifier f = { dev, cookie, dma_addr, size, attrs };
position p != { access.p, member.p, pointer_member.p };
@@

(
 ACCESS_PRIVATE(&h, f@p)
|
 h.f@p
)

@script:python depends on uses && org@
p << used_member.p;
f << used_member.f;
@@

coccilib.org.print_todo(p[0], "ERROR: %s is a private member of a handle" % f)

@script:python depends on uses && report@
p << used_member.p;
f << used_member.f;
@@

coccilib.report.print_report(p[0], "ERROR: %s is a private member of a handle" % f)

@used_pointer_member depends on uses && used_pointer@
expression used_pointer.h;
identifier f = { dev, cookie, dma_addr, size, attrs };
position p != { access.p, member.p, pointer_member.p };
@@

(
 ACCESS_PRIVATE(h, f@p)
|
 h->f@p
)

@script:python depends on uses && org@
p << used_pointer_member.p;
f << used_pointer_member.f;
@@

coccilib.org.print_todo(p[0], "ERROR: %s is a private member of a handle" % f)

@script:python depends on uses && report@
p << used_pointer_member.p;
f << used_pointer_member.f;
@@

coccilib.report.print_report(p[0], "ERROR: %s is a private member of a handle" % f)

@script:python depends on uses@
p << used_member.p;
@@

if is_implementation(p):
    cocci.include_match(False)

@depends on uses && context@
identifier used_member.f;
expression e;
position used_member.p;
@@

(
* ACCESS_PRIVATE(e, f@p)
|
* e.f@p
|
* e->f@p
)

@script:python depends on uses@
p << used_pointer_member.p;
@@

if is_implementation(p):
    cocci.include_match(False)

@depends on uses && context@
identifier used_pointer_member.f;
expression e;
position used_pointer_member.p;
@@

(
* ACCESS_PRIVATE(e, f@p)
|
* e.f@p
|
* e->f@p
)

// By the layout of the struct.

@declared depends on uses@
struct dma_coherent_handle h;
@@

 h

@layout depends on uses && (used || used_pointer)@
identifier f;
expression e;
position p;
@@

(
 offsetof(struct dma_coherent_handle, f@p)
|
 offsetofend(struct dma_coherent_handle, f@p)
|
 sizeof_field(struct dma_coherent_handle, f@p)
|
 container_of(e, struct dma_coherent_handle, f@p)
)

@script:python depends on uses && org@
p << layout.p;
f << layout.f;
@@

coccilib.org.print_todo(p[0], "ERROR: %s is a private member of a handle" % f)

@script:python depends on uses && report@
p << layout.p;
f << layout.f;
@@

coccilib.report.print_report(p[0], "ERROR: %s is a private member of a handle" % f)

@designated depends on uses && declared@
identifier i, f;
expression e;
position p;
@@

(
 struct dma_coherent_handle i = { ..., .f@p = e, ... };
|
 (struct dma_coherent_handle){ ..., .f@p = e, ... }
)

@script:python depends on uses && org@
p << designated.p;
f << designated.f;
@@

coccilib.org.print_todo(p[0], "ERROR: %s is a private member of a handle" % f)

@script:python depends on uses && report@
p << designated.p;
f << designated.f;
@@

coccilib.report.print_report(p[0], "ERROR: %s is a private member of a handle" % f)

@script:python depends on uses@
p << layout.p;
@@

if is_implementation(p):
    cocci.include_match(False)

@depends on uses && context@
identifier fn;
identifier layout.f;
position layout.p;
@@

* fn(..., f@p)

@script:python depends on uses@
p << designated.p;
@@

if is_implementation(p):
    cocci.include_match(False)

@depends on uses && context@
identifier i, designated.f;
expression e;
position designated.p;
@@

(
 struct dma_coherent_handle i = { ...,
* .f@p = e,
 ... };
|
 (struct dma_coherent_handle){ ...,
* .f@p = e,
 ... }
)

@positional depends on uses && declared@
identifier i;
expression e;
position p;
@@

(
 struct dma_coherent_handle i = { \(0\|NULL\) };
|
 struct dma_coherent_handle i = { e@p, ... };
|
 (struct dma_coherent_handle){ \(0\|NULL\) }
|
 (struct dma_coherent_handle){ e@p, ... }
)

@script:python depends on uses@
p << positional.p;
@@

if is_implementation(p):
    cocci.include_match(False)

@script:python depends on uses && org@
p << positional.p;
@@

coccilib.org.print_todo(p[0], "ERROR: handle initialised by its private members")

@script:python depends on uses && report@
p << positional.p;
@@

coccilib.report.print_report(p[0], "ERROR: handle initialised by its private members")

@depends on uses && context@
expression e;
position positional.p;
@@

* e@p

// As something else.

@cast depends on uses disable drop_cast@
type T;
T *x;
struct dma_coherent_handle *h;
position p;
@@

(
 (T *)h@p
|
 x = (void *)h@p
)

@script:python depends on uses@
T << cast.T;
p << cast.p;
@@

if is_implementation(p) or re.search(r"\bvoid\b|struct dma_coherent_handle$", T):
    cocci.include_match(False)

@script:python depends on uses && org@
p << cast.p;
T << cast.T;
@@

coccilib.org.print_todo(p[0], "ERROR: handle looked into as %s" % T)

@script:python depends on uses && report@
p << cast.p;
T << cast.T;
@@

coccilib.report.print_report(p[0], "ERROR: handle looked into as %s" % T)

@depends on uses && context@
struct dma_coherent_handle *h;
position cast.p;
@@

* h@p

@cast_init depends on uses disable drop_cast@
type T;
identifier i;
struct dma_coherent_handle *h;
position p;
@@

 T *i = (void *)h@p;

@script:python depends on uses@
T << cast_init.T;
p << cast_init.p;
@@

if is_implementation(p) or re.search(r"\bvoid\b|struct dma_coherent_handle$", T):
    cocci.include_match(False)

@script:python depends on uses && org@
p << cast_init.p;
T << cast_init.T;
@@

coccilib.org.print_todo(p[0], "ERROR: handle looked into as %s" % T)

@script:python depends on uses && report@
p << cast_init.p;
T << cast_init.T;
@@

coccilib.report.print_report(p[0], "ERROR: handle looked into as %s" % T)

@depends on uses && context@
struct dma_coherent_handle *h;
position cast_init.p;
@@

* h@p

@contents depends on uses@
struct dma_coherent_handle *h;
expression e;
position p;
@@

(
 memcmp@p(h, ...)
|
 memcmp@p(e, h, ...)
|
 copy_to_user@p(e, h, ...)
|
 copy_from_user@p(h, ...)
|
 print_hex_dump@p(..., h, ...)
|
 print_hex_dump_bytes@p(..., h, ...)
|
 print_hex_dump_debug@p(..., h, ...)
|
 memcpy_toio@p(e, h, ...)
|
 memcpy_fromio@p(h, ...)
|
 seq_write@p(e, h, ...)
|
 crc32@p(e, h, ...)
)

@script:python depends on uses@
p << contents.p;
@@

if is_implementation(p):
    cocci.include_match(False)

@script:python depends on uses && org@
p << contents.p;
@@

coccilib.org.print_todo(p[0], "ERROR: contents of a handle are private")

@script:python depends on uses && report@
p << contents.p;
@@

coccilib.report.print_report(p[0], "ERROR: contents of a handle are private")

@depends on uses && context@
identifier fn;
position contents.p;
@@

* fn@p(...)

@printed depends on uses@
struct dma_coherent_handle *h;
constant char [] c;
identifier fn;
position p;
@@

 fn(..., c, ..., h@p, ...)

@script:python depends on uses@
c << printed.c;
p << printed.p;
@@

if is_implementation(p) or not re.search(r"%[*0-9]*ph", c):
    cocci.include_match(False)

@script:python depends on uses && org@
p << printed.p;
@@

coccilib.org.print_todo(p[0], "ERROR: contents of a handle are private")

@script:python depends on uses && report@
p << printed.p;
@@

coccilib.report.print_report(p[0], "ERROR: contents of a handle are private")

@depends on uses && context@
struct dma_coherent_handle *h;
position printed.p;
@@

* h@p

@written depends on uses@
struct dma_coherent_handle h;
struct dma_coherent_handle *q;
expression e;
identifier f;
assignment operator op;
position no;
@@

(
 ACCESS_PRIVATE(q, f@no) op e
|
 h.f@no op e
|
 q->f@no op e
|
 &ACCESS_PRIVATE(q, f@no)
|
 &h.f@no
|
 &q->f@no
|
 h.f@no++
|
 q->f@no++
)

@readable depends on uses@
struct dma_coherent_handle h;
struct dma_coherent_handle *q;
identifier f = { dma_addr, size };
position p != written.no;
@@

(
 ACCESS_PRIVATE(q, f@p)
|
 h.f@p
|
 q->f@p
)

@script:python depends on uses@
p << readable.p;
@@

if is_implementation(p):
    cocci.include_match(False)

@depends on uses && patch@
struct dma_coherent_handle h;
struct dma_coherent_handle *q;
symbol dma_addr, size;
position readable.p;
@@

(
- ACCESS_PRIVATE(q, dma_addr@p)
+ dma_coherent_handle_dma_addr(q)
|
- ACCESS_PRIVATE(q, size@p)
+ dma_coherent_handle_size(q)
|
- q->dma_addr@p
+ dma_coherent_handle_dma_addr(q)
|
- h.dma_addr@p
+ dma_coherent_handle_dma_addr(&h)
|
- q->size@p
+ dma_coherent_handle_size(q)
|
- h.size@p
+ dma_coherent_handle_size(&h)
)
