// SPDX-License-Identifier: GPL-2.0-only
/// A buffer must be freed with the address, the size and the attributes that it was allocated with:
/// they tell dma_free_attrs() what the CPU address is, and how it was mapped. A cookie of
/// DMA_ATTR_NO_KERNEL_MAPPING freed without that attribute is unmapped as if it were an address;
/// the other way round, an address is taken for a struct page.
///
// Confidence: Moderate
// Options: --no-includes --include-headers --use-coccigrep
// Keywords: dma_alloc_attrs, dma_free_attrs, dma_alloc_coherent, dma_alloc_wc
// Comments: What is allocated in one function and freed in another is told by the name of the member
// that holds the CPU address, and reported only if no allocation of that name in the file fits. No
// patch mode: which of the two is right, only a person knows.

virtual patch
virtual context
virtual org
virtual report

@initialize:python@
@@

import re

IMPLIED = {
	"dma_alloc_coherent": "0", "dmam_alloc_coherent": "0", "dma_free_coherent": "0",
	"dma_alloc_wc": "DMA_ATTR_WRITE_COMBINE", "dma_free_wc": "DMA_ATTR_WRITE_COMBINE",
}

allocs = {}	# (file, where): what is known of each allocation
linked = set()	# (file, function, one expression, another that was set to it)
told = set()	# a free is matched once for each way to reach it

SIZES = {"u8": "1", "u16": "2", "__le16": "2", "u32": "4", "__le32": "4", "u64": "8", "__le64": "8"}

def tidy(text):
	text = re.sub(r"sizeof ?\( ?(\w+) ?\)", lambda m: SIZES.get(m.group(1), m.group(0)), text)
	return re.sub(r" ?(->|\.|\[|\]|\(|\)|,) ?", r"\1", text)

# What a local variable was set to, if that was once.
def resolve(text, p):
	values = [b for f, element, a, b in linked if (f, element, a) == (p.file, p.current_element, text)]
	return values[0] if len(values) == 1 else text

# The attributes as a set of names, or None if that takes more than reading them.
def attributes(fn, text, p):
	words = re.findall(r"\w+", IMPLIED.get(fn, resolve(text, p)))
	if all(w == "0" or w.startswith("DMA_ATTR_") for w in words):
		return frozenset(words) - frozenset("0")
	return None

def spell(attrs):
	return " | ".join(sorted(attrs)) if attrs else "no attributes"

def is_constant(text):
	return re.match(r"[A-Z0-9_ ()*+<]+[uUlL]*$", text) is not None

# A member goes by its name in all of the file, a variable by its own in its function alone.
def where(x, p):
	names = re.split(r"->|\.", re.sub(r"\[.*?\]", "", tidy(x)))
	if len(names) > 1:
		return (p.file, names[-1])
	return (p.file, p.current_element, names[0])

def link(a, b, p):
	linked.add((p.file, p.current_element, tidy(a), tidy(b)))

def are_linked(a, b, p):
	return any((p.file, p.current_element) + pair in linked for pair in ((a, b), (b, a)))

# What a variable holds may be kept in a member, and be freed from there.
def remember(fn, x, size, attrs, p):
	names = [x] + [a for f, element, a, b in linked
		       if (f, element, b) == (p.file, p.current_element, tidy(x))]
	for name in names:
		allocs.setdefault(where(name, p), []).append(
			(fn, tidy(x), tidy(size), attributes(fn, attrs, p), p.line, p.current_element))

def complaint(fn, x, size, attrs, p):
	known = allocs.get(where(x, p))
	if not known or (p.file, p.line, p.column) in told:
		return None

	x, size, attrs = tidy(x), tidy(size), attributes(fn, attrs, p)
	afn, ax, asize, aattrs, line, element = known[0]
	here = [k for k in known if k[5] == p.current_element and k[1] == x]
	if all(k[0].startswith("dmam_") for k in known):
		msg = "%s from %s() on line %s is freed twice" % (x, afn, line)
	elif attrs is not None and all(k[3] is not None and k[3] != attrs for k in known):
		msg = "%s is freed with %s, but was allocated with %s on line %s" % (
			x, spell(attrs), spell(aattrs), line)
	elif is_constant(size) and all(is_constant(k[2]) and k[2] != size for k in known):
		msg = "%s is freed as %s bytes, but was allocated as %s on line %s" % (
			x, size, asize, line)
	elif here and all(k[2] != size and not are_linked(k[2], size, p) for k in here):
		msg = "%s is freed as %s bytes, but was allocated as %s on line %s" % (
			x, size, here[0][2], here[0][4])
	else:
		return None
	told.add((p.file, p.line, p.column))
	return msg

// In a file that only has dma_alloc_coherent() and dma_free_coherent(), nothing can differ.

@uses@
iterator name scoped_guard;
attribute name __free;
@@

(
 dma_alloc_attrs(...)
|
 dma_free_attrs(...)
|
 dma_alloc_wc(...)
|
 dma_free_wc(...)
|
 dmam_alloc_attrs(...)
|
 dmam_alloc_coherent(...)
)

@assigned depends on uses@
expression a, b;
position p;
@@

 a =@p b

@script:python@
a << assigned.a;
b << assigned.b;
p << assigned.p;
@@

link(a, b, p[0])

@changed depends on uses@
expression a, b;
position p;
@@

(
 a |=@p b
|
 a &=@p b
|
 a +=@p b
|
 a -=@p b
)

@script:python@
a << changed.a;
p << changed.p;
@@

link(a, "?", p[0])

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
identifier fn = {dma_alloc_coherent, dmam_alloc_coherent, dma_alloc_wc};
type T;
expression x, dev, size;
position p;
@@

(
 x = fn@p(dev, size, ...)
|
 x = (T)fn@p(dev, size, ...)
)

@script:python@
fn << alloc.fn;
x << alloc.x;
size << alloc.size;
p << alloc.p;
@@

remember(fn, x, size, "", p[0])

@alloc_decl depends on uses@
identifier fn = {dma_alloc_coherent, dmam_alloc_coherent, dma_alloc_wc};
type T;
identifier x;
expression dev, size;
position p;
@@

 T x = fn@p(dev, size, ...);

@script:python@
fn << alloc_decl.fn;
x << alloc_decl.x;
size << alloc_decl.size;
p << alloc_decl.p;
@@

remember(fn, x, size, "", p[0])

@alloc_attrs depends on uses@
identifier fn = {dma_alloc_attrs, dmam_alloc_attrs};
type T;
expression x, dev, size, handle, gfp, attrs;
position p;
@@

(
 x = fn@p(dev, size, handle, gfp, attrs)
|
 x = (T)fn@p(dev, size, handle, gfp, attrs)
)

@script:python@
fn << alloc_attrs.fn;
x << alloc_attrs.x;
size << alloc_attrs.size;
attrs << alloc_attrs.attrs;
p << alloc_attrs.p;
@@

remember(fn, x, size, attrs, p[0])

@alloc_attrs_decl depends on uses@
identifier fn = {dma_alloc_attrs, dmam_alloc_attrs};
type T;
identifier x;
expression dev, size, handle, gfp, attrs;
position p;
@@

 T x = fn@p(dev, size, handle, gfp, attrs);

@script:python@
fn << alloc_attrs_decl.fn;
x << alloc_attrs_decl.x;
size << alloc_attrs_decl.size;
attrs << alloc_attrs_decl.attrs;
p << alloc_attrs_decl.p;
@@

remember(fn, x, size, attrs, p[0])

@free depends on uses@
identifier fn = {dma_free_coherent, dma_free_wc};
expression x, dev, size, handle;
position p;
@@

 fn@p(dev, size, x, handle)

@script:python depends on context@
fn << free.fn;
x << free.x;
size << free.size;
p << free.p;
@@

if not complaint(fn, x, size, "", p[0]):
	cocci.include_match(False)

@depends on context@
identifier free.fn;
position free.p;
@@

* fn@p(...)

@script:python depends on org@
fn << free.fn;
x << free.x;
size << free.size;
p << free.p;
@@

msg = complaint(fn, x, size, "", p[0])
if msg:
	coccilib.org.print_todo(p[0], msg)

@script:python depends on report@
fn << free.fn;
x << free.x;
size << free.size;
p << free.p;
@@

msg = complaint(fn, x, size, "", p[0])
if msg:
	coccilib.report.print_report(p[0], "ERROR: " + msg)

@free_attrs depends on uses@
expression x, dev, size, handle, attrs;
position p;
@@

 dma_free_attrs@p(dev, size, x, handle, attrs)

@script:python depends on context@
x << free_attrs.x;
size << free_attrs.size;
attrs << free_attrs.attrs;
p << free_attrs.p;
@@

if not complaint("dma_free_attrs", x, size, attrs, p[0]):
	cocci.include_match(False)

@depends on context@
position free_attrs.p;
@@

* dma_free_attrs@p(...)

@script:python depends on org@
x << free_attrs.x;
size << free_attrs.size;
attrs << free_attrs.attrs;
p << free_attrs.p;
@@

msg = complaint("dma_free_attrs", x, size, attrs, p[0])
if msg:
	coccilib.org.print_todo(p[0], msg)

@script:python depends on report@
x << free_attrs.x;
size << free_attrs.size;
attrs << free_attrs.attrs;
p << free_attrs.p;
@@

msg = complaint("dma_free_attrs", x, size, attrs, p[0])
if msg:
	coccilib.report.print_report(p[0], "ERROR: " + msg)

// The cookie was not kept: nothing is freed then.

@lost@
position p;
@@

 dma_free_attrs@p(..., NULL, ...)

@depends on context@
position lost.p;
@@

* dma_free_attrs@p(...)

@script:python depends on org@
p << lost.p;
@@

msg = "nothing is freed without the CPU address, or the cookie"
coccilib.org.print_todo(p[0], msg)

@script:python depends on report@
p << lost.p;
@@

msg = "nothing is freed without the CPU address, or the cookie"
coccilib.report.print_report(p[0], "ERROR: " + msg)
