// SPDX-License-Identifier: GPL-2.0-only
/// With DMA_ATTR_NO_KERNEL_MAPPING, dma_alloc_attrs() returns a cookie and not an address: a struct
/// page here, a kernel address there, something else behind an IOMMU. It may be compared with NULL
/// and given to dma_free_attrs(), dma_mmap_attrs() and dma_get_sgtable_attrs(). Whatever reads it,
/// writes through it, converts it or prints it works by chance on one machine and corrupts memory
/// on the next.
///
// Confidence: High
// Options: --no-includes --include-headers --use-coccigrep
// Keywords: dma_alloc_attrs, DMA_ATTR_NO_KERNEL_MAPPING
// Comments: Only where the attribute is given without a condition. A member that also holds what was
// allocated without it is left alone. No patch mode: such code has to be thought over.

virtual patch
virtual context
virtual org
virtual report

@initialize:python@
@@

import re

# Not just any function: a driver may well hand the cookie to a helper of its own that frees it.
TAKES_ADDRESS = "|".join((
	"(__)?mem(set|cpy|move|cmp|chr|dup|zero|copy)", "(__)?copy_", "clear_", "str", "sn?c?printf", "sysfs_",
	"print", "pr_", "_?dev_(emerg|alert|crit|err|warn|notice|info|dbg|printk|vdbg)", "(drm|DRM)_", "seq_",
	"trace_", "virt_", "__pa$", "__phys", "page_", "lookup_", "vmalloc_to", "is_vmalloc", "vmap", "vunmap",
	"kmap", "kunmap", "dma_map", "dma_sync", "sg_(set|init)", "(get|put|set|flush|invalidate)_",
	"k?v?free(_|$)", "__?free_page", "remap_", "(mem)?(io)?(read|write)(sb|sw|sl|b|w|l|q|8|16|32|64)",
	"simple_read", "crc", "hex_", "kunit_", "get_unaligned", "put_unaligned", "le.*_to_cpup", "be.*_to_cpup"))

cookies = {}	# (file, where): the line of the allocation
mapped = set()	# the same of what is allocated without the attribute, too
linked = set()	# (file, function, one expression, another that was set to it)
told = set()

def tidy(text):
	return re.sub(r" ?(->|\.|\[|\]|\(|\)|,) ?", r"\1", text)

# Without casts, and the parentheses around them.
def bare(text):
	return re.sub(r"^\(*((const )?(struct )?\w+ ?\*+\))?", "", tidy(text)).rstrip(")")

# A member goes by its name in all of the file, a variable by its own in its function alone.
def where(x, p):
	names = re.split(r"->|\.", re.sub(r"\[.*?\]", "[]", bare(x)))
	if len(names) > 1:
		return (p.file, names[-1])
	return (p.file, p.current_element, names[0])

def link(a, b, p):
	linked.add((p.file, p.current_element, tidy(a), bare(b)))

def values(text, p):
	return [b for f, element, a, b in linked if (f, element, a) == (p.file, p.current_element, text)]

def remember(x, attrs, p):
	names = [x] + [a for f, element, a, b in linked
		       if (f, element, b) == (p.file, p.current_element, bare(x))]
	set_to = values(tidy(attrs), p)
	if len(set_to) == 1:
		attrs = set_to[0]
	for name in names:
		if "DMA_ATTR_NO_KERNEL_MAPPING" in attrs:
			cookies.setdefault(where(name, p), p.line)
		else:
			mapped.add(where(name, p))

def complaint(x, what, p):
	key = where(x, p)
	if key not in cookies or key in mapped or (p.file, p.line, p.column) in told:
		return None
	told.add((p.file, p.line, p.column))
	return "%s is a cookie, not an address (see line %s): it is %s" % (tidy(x), cookies[key], what)

def call_complaint(fn, x, p):
	return complaint(x, "given to %s()" % fn, p) if re.match(TAKES_ADDRESS, fn) else None

def type_complaint(T, x, p):
	return complaint(x, "taken for a %s *" % T, p) if T != "void" else None

@uses@
iterator name scoped_guard;
attribute name __free;
@@

 DMA_ATTR_NO_KERNEL_MAPPING

@assigned depends on uses@
expression a, b;
position p;
@@

(
 a =@p b
|
 a |=@p b
)

@script:python@
a << assigned.a;
b << assigned.b;
p << assigned.p;
@@

link(a, b, p[0])

@declared depends on uses@
identifier a;
expression b;
type T;
position p;
@@

 T a@p = b;

@script:python@
a << declared.a;
b << declared.b;
p << declared.p;
@@

link(a, b, p[0])

@alloc depends on uses@
type T;
expression x, dev, size, handle, gfp, attrs;
position p;
@@

(
 x = dma_alloc_attrs@p(dev, size, handle, gfp, attrs)
|
 x = (T)dma_alloc_attrs@p(dev, size, handle, gfp, attrs)
|
 x = dmam_alloc_attrs@p(dev, size, handle, gfp, attrs)
|
 x = (T)dmam_alloc_attrs@p(dev, size, handle, gfp, attrs)
)

@script:python@
x << alloc.x;
attrs << alloc.attrs;
p << alloc.p;
@@

remember(x, attrs, p[0])

@alloc_decl depends on uses@
type T;
identifier x, fn = {dma_alloc_attrs, dmam_alloc_attrs};
expression dev, size, handle, gfp, attrs;
position p;
@@

 T x = fn@p(dev, size, handle, gfp, attrs);

@script:python@
x << alloc_decl.x;
attrs << alloc_decl.attrs;
p << alloc_decl.p;
@@

remember(x, attrs, p[0])

@alloc_mapped depends on uses@
identifier fn = {dma_alloc_coherent, dmam_alloc_coherent, dma_alloc_wc, kmalloc, kzalloc, vmalloc, vzalloc, vmap};
expression x;
position p;
@@

 x = fn@p(...)

@script:python@
x << alloc_mapped.x;
p << alloc_mapped.p;
@@

remember(x, "0", p[0])

@deref depends on uses@
expression x, i;
identifier m;
position p;
@@

(
 *x@p
|
 x@p[i]
|
 x@p->m
)

@script:python depends on context@
x << deref.x;
p << deref.p;
@@

if not complaint(x, "dereferenced", p[0]):
	cocci.include_match(False)

@depends on context@
expression deref.x;
position deref.p;
@@

* x@p

@script:python depends on org@
x << deref.x;
p << deref.p;
@@

msg = complaint(x, "dereferenced", p[0])
if msg:
	coccilib.org.print_todo(p[0], msg)

@script:python depends on report@
x << deref.x;
p << deref.p;
@@

msg = complaint(x, "dereferenced", p[0])
if msg:
	coccilib.report.print_report(p[0], "ERROR: " + msg)

@arith depends on uses@
expression x, i;
position p;
@@

(
 x@p + i
|
 x@p - i
|
 x@p++
|
 ++x@p
|
 x@p += i
|
 x@p -= i
)

@script:python depends on context@
x << arith.x;
p << arith.p;
@@

if not complaint(x, "reckoned with", p[0]):
	cocci.include_match(False)

@depends on context@
expression arith.x;
position arith.p;
@@

* x@p

@script:python depends on org@
x << arith.x;
p << arith.p;
@@

msg = complaint(x, "reckoned with", p[0])
if msg:
	coccilib.org.print_todo(p[0], msg)

@script:python depends on report@
x << arith.x;
p << arith.p;
@@

msg = complaint(x, "reckoned with", p[0])
if msg:
	coccilib.report.print_report(p[0], "ERROR: " + msg)

@call depends on uses@
identifier fn;
expression x;
position p;
@@

 fn(..., x@p, ...)

@script:python depends on context@
fn << call.fn;
x << call.x;
p << call.p;
@@

if not call_complaint(fn, x, p[0]):
	cocci.include_match(False)

@depends on context@
expression call.x;
position call.p;
@@

* x@p

@script:python depends on org@
fn << call.fn;
x << call.x;
p << call.p;
@@

msg = call_complaint(fn, x, p[0])
if msg:
	coccilib.org.print_todo(p[0], msg)

@script:python depends on report@
fn << call.fn;
x << call.x;
p << call.p;
@@

msg = call_complaint(fn, x, p[0])
if msg:
	coccilib.report.print_report(p[0], "ERROR: " + msg)

// What it is assigned to says that it is taken for an address.

@typed depends on uses@
type T;
T *a;
expression x;
position p;
@@

 a = x@p

@script:python depends on context@
T << typed.T;
x << typed.x;
p << typed.p;
@@

if not type_complaint(T, x, p[0]):
	cocci.include_match(False)

@depends on context@
expression typed.x;
position typed.p;
@@

* x@p

@script:python depends on org@
T << typed.T;
x << typed.x;
p << typed.p;
@@

msg = type_complaint(T, x, p[0])
if msg:
	coccilib.org.print_todo(p[0], msg)

@script:python depends on report@
T << typed.T;
x << typed.x;
p << typed.p;
@@

msg = type_complaint(T, x, p[0])
if msg:
	coccilib.report.print_report(p[0], "ERROR: " + msg)

@typed_decl depends on uses@
type T;
identifier a;
expression x;
position p;
@@

 T *a = x@p;

@script:python depends on context@
T << typed_decl.T;
x << typed_decl.x;
p << typed_decl.p;
@@

if not type_complaint(T, x, p[0]):
	cocci.include_match(False)

@depends on context@
expression typed_decl.x;
position typed_decl.p;
@@

* x@p

@script:python depends on org@
T << typed_decl.T;
x << typed_decl.x;
p << typed_decl.p;
@@

msg = type_complaint(T, x, p[0])
if msg:
	coccilib.org.print_todo(p[0], msg)

@script:python depends on report@
T << typed_decl.T;
x << typed_decl.x;
p << typed_decl.p;
@@

msg = type_complaint(T, x, p[0])
if msg:
	coccilib.report.print_report(p[0], "ERROR: " + msg)
