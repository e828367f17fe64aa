// SPDX-License-Identifier: GPL-2.0-only
/// A DMA buffer must be freed with what dma_alloc_attrs() or dma_alloc_coherent() took and
/// returned: the address or the cookie, the size and the attributes. Neither comes from memory that
/// the device can write.
///
// Confidence: Moderate
// Options: --no-includes --include-headers --use-coccigrep

virtual report

@initialize:python@ @@
import re

IMPLIED = {"coherent": "0", "wc": "DMA_ATTR_WRITE_COMBINE"}

allocs = {}	# (file, where): what is known of each allocation
links = set()	# (file, function, one expression, another that was set to it)
told = set()

def tidy(text):
	text = re.sub(r"sizeof ?\( ?(?:__[lb]e|u)(\d+) ?\)", lambda m: str(int(m[1]) >> 3), text)
	text = re.sub(r" ?(->|\.|\[|\]|\(|\)|,) ?", r"\1", text)
	while re.match(r"\([^()]*\)$", text):
		text = text[1:-1]
	return text

def link(a, b, p):
	links.add((p.file, p.current_element, tidy(a), tidy(b)))

# The only thing that an expression was set to in this function.
def value(text, p):
	found = [b for f, fn, a, b in links if (f, fn, a) == (p.file, p.current_element, text)]
	return found[0] if len(found) == 1 else text

def attributes(fn, text, p):
	words = re.findall(r"\w+", IMPLIED.get(fn.split("_")[-1]) or value(tidy(text), p))
	if all(w == "0" or w.startswith("DMA_ATTR_") for w in words):
		return frozenset(words) - {"0"}
	return None

# Two expressions may come to the same. Not two of constants, but for their names or numbers alike,
# nor what differs by a number alone.
def differ(a, b):
	a, b = (re.sub(r"\[.*?\]|[() ]", "", re.sub(r"sizeof ?\(.*?\)", "@", x)) for x in (a, b))
	a, b = ("*".join(sorted(x.split("*"))) for x in (a, b))
	core = [re.sub(r"[*+-]\d+|\b\d+[*+-]", "", x) for x in (a, b)]
	form = [re.sub(r"\d+[uUlL]*", "1", re.sub(r"[A-Z_]\w*", "X", x)) for x in (a, b)]
	alike = form[0] == form[1] and re.match("[X1@*+<-]+$", form[0])
	return a != b and (core[0] == core[1] or alike)

# A member goes by its name in all of the file, a variable by its own in its function alone.
def where(x, p):
	names = re.split(r"->|\.", re.sub(r"^(\(\w+[ \w]*\**\))+|\[.*?\]", "", tidy(x)))
	return (p.file, names[-1]) if len(names) > 1 else (p.file, p.current_element, names[0])

def complaint(fn, x, size, attrs, p):
	known = allocs.get(where(x, p), [])
	if known and all(k[0].startswith("dmam_") for k in known):
		return "%s is from %s(), and freed twice" % (tidy(x), known[0][0])
	attrs = attributes(fn, attrs, p)
	others = [attributes(k[0], k[2], k[3]) for k in known]
	if known and attrs is not None and attrs not in others and None not in others:
		return "%s is freed with %s, but was allocated with %s on line %s" % (
			tidy(x), " | ".join(sorted(attrs)) or "no attributes",
			" | ".join(sorted(others[0])) or "no attributes", known[0][3].line)
	size = tidy(size)
	here = [k for k in known if k[3].current_element == p.current_element and k[4] == tidy(x)]
	sizes = {s for k in here or known for s in (k[1], value(k[1], k[3]))}
	if known and not {size, value(size, p)} & sizes and (here and fn == "dma_free_attrs" or
			all(differ(size, s) for s in sizes)):
		return "%s is freed as %s bytes, but was allocated as %s on line %s" % (
			tidy(x), size, (here or known)[0][1], (here or known)[0][3].line)
	return None

def tell(p, text):
	if text and (p.file, p.line) not in told:
		told.add((p.file, p.line))
		coccilib.report.print_report(p, "ERROR: " + text)

@alloc@
iterator name scoped_guard; attribute name __free;
identifier fn = {dma_alloc_attrs, dma_alloc_coherent, dma_alloc_wc, dmam_alloc_attrs,
		 dmam_alloc_coherent};
expression x, dev, size, dma, gfp, attrs; type T; position p;
@@
(
 x = \((T)fn@p(dev, size, dma, gfp, attrs)\|fn@p(dev, size, dma, gfp, attrs)\)
|
 x = \((T)fn@p(dev, size, dma, gfp)\|fn@p(dev, size, dma, gfp)\)
)

// Attributes may be in a variable, and an address may be copied from one.
@flags@ expression alloc.attrs, b; position p; @@
 \(attrs =@p b\|attrs |=@p b\)
@script:python@ a << alloc.attrs; b << flags.b; p << flags.p; @@
link(a, b, p[0])

@script:python@
fn << alloc.fn; x << alloc.x; size << alloc.size; attrs << alloc.attrs = "0"; p << alloc.p;
@@
known = (fn, tidy(size), attrs, p[0], tidy(x))
allocs.setdefault(where(x, p[0]), []).append(known)
if not re.match(r"\w+$", x):
	cocci.include_match(False)

@kept@ expression alloc.x, y; @@
 y = x
@script:python@ x << alloc.x; y << kept.y; p << alloc.p; @@
allocs.setdefault(where(y, p[0]), []).extend(allocs[where(x, p[0])])

@free@
identifier fn = {dma_free_attrs, dma_free_coherent, dma_free_wc};
expression dev, size, x, dma, attrs; position p;
@@
 \(fn@p(dev, size, x, dma, attrs)\|fn@p(dev, size, x, dma)\)

// Most frees fit. Of those that seem not to, look at what their arguments were set to.
@script:python@
fn << free.fn; x << free.x; size << free.size; attrs << free.attrs = "0"; p << free.p;
@@
if not complaint(fn, x, size, attrs, p[0]):
	cocci.include_match(False)

@sized@ expression free.size, b; position p; @@
 \(size =@p b\|b =@p size\)
@script:python@ a << free.size; b << sized.b; p << sized.p; @@
link(a, b, p[0])
@script:python@
fn << free.fn; x << free.x; size << free.size; attrs << free.attrs = "0"; p << free.p;
@@
tell(p[0], complaint(fn, x, size, attrs, p[0]))

// The cookie is dropped, or made up.
@cookie disable drop_cast@ expression dev, size, dma; type T, U, V; position p; @@
(
 dma_alloc_attrs@p(...);
|
 (void)dma_alloc_attrs@p(...);
|
 dma_free_attrs@p(dev, size, \(NULL\|(T *)dma\|(T *)(U)dma\), \(dma\|(V)dma\), ...);
)
@script:python@ p << cookie.p; @@
tell(p[0], "without what dma_alloc_attrs() returned, the buffer can't be freed")

// The device tells what is freed. A structure in the driver's own is a copy.
@frees@ @@
 \(dma_free_attrs\|dma_free_coherent\|dma_free_wc\)(...)

@converts depends on frees@
identifier conv = {le16_to_cpu, le32_to_cpu, le64_to_cpu, be16_to_cpu, be32_to_cpu, be64_to_cpu};
@@
 conv(...)

@own depends on converts@ local idexpression e; identifier f; expression x; position p; @@
 e =@p &x->f
@script:python@ e << own.e; p << own.p; @@
link(e, "&", p[0])

@device depends on converts@
identifier converts.conv, fn = {dma_free_attrs, dma_free_coherent, dma_free_wc}, f;
expression e, i, dev; position p;
@@
 fn@p(dev, ..., <+... conv(\(e->f\|e[i].f\)) ...+>, ...)
@script:python@ e << device.e; p << device.p; @@
if (p[0].file, p[0].current_element, tidy(e), "&") not in links:
	tell(p[0], "%s, which the device can write, tells what is freed" % e)

@device_var depends on converts exists@
identifier converts.conv, fn = {dma_free_attrs, dma_free_coherent, dma_free_wc}, f;
identifier get = {dma_alloc_attrs, dma_alloc_coherent, dma_alloc_wc}; local idexpression v;
expression e, i, dev, x, size, b; position p;
@@
 v = \(<+... conv(\(e->f\|e[i].f\)) ...+>\|conv(\(e->f\|e[i].f\))\)
 ... when != v = b
     when != get(dev, v, ...)
 \(fn@p(dev, <+... v ...+>, ...)\|fn@p(dev, size, x, <+... v ...+>, ...)\)
@script:python@ e << device_var.e; p << device_var.p; @@
if (p[0].file, p[0].current_element, tidy(e), "&") not in links:
	tell(p[0], "%s, which the device can write, tells what is freed" % e)
