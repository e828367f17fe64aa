// SPDX-License-Identifier: GPL-2.0-only
/// A DMA buffer must be freed with the size and attributes that dma_alloc_attrs() took, and with
/// the address or cookie that it returned: none of them from memory that the device can write.
///
// Confidence: Moderate
// Options: --no-includes --include-headers --use-coccigrep

virtual report

@initialize:python@ @@
import re

ROUND = r"(PAGE_)?ALIGN|roundup_pow_of_two|,[A-Z\d]\w*$|[*+-]\d+|\b\d+[*+-]|\+[A-Z_]{2}[A-Z\d_]*\b"
IMPLIED = {"coherent": "0", "wc": "DMA_ATTR_WRITE_COMBINE"}
allocs, freeing, told = {}, set(), set()	# (file, where): what is known of each allocation
links = set()	# (file, function, one expression, another that was set to it); macros have ""

def tidy(text):
	text = re.sub(r"sizeof ?\( ?(?:__[lb]e|u)(\d+) ?\)", lambda m: str(int(m[1]) >> 3), text)
	text = re.sub(r" ?(->|\.|\[|\]|\(|\)|,) ?", r"\1", text)
	while re.match(r"\([^()]*\)$", text):
		text = text[1:-1]
	return text

def link(a, b, p):
	links.add((p.file, p.current_element, tidy(a), tidy(b)))

# The values that an expression was set to in this function, or that a macro stands for.
def values(text, p):
	return [b for f, fn, a, b in links
		if (f, a) == (p.file, text) and fn in ("", p.current_element)] or [text]

def value(text, p):
	found = values(text, p)
	return found[0] if len(found) == 1 else text

def attributes(fn, es, p):
	text = IMPLIED.get(fn.split("_")[-1]) or tidy(es.elements[-1])
	found = [set(re.findall(r"\w+", value(v, p))) - {"0"} for v in values(text, p)]
	return found if all(w.startswith("DMA_ATTR_") for v in found for w in v) else None

# A variable to which more was added has at least one of its values.
def fits(attrs, found):
	return attrs in found or len(found) > 1 and any(v <= attrs for v in found)

# Two expressions may come to the same. Not two of constants, but for their names or numbers alike,
# nor what differs by a number alone.
def differ(a, b):
	sizeofs = [re.findall(r"sizeof ?\((.*?)\)", x.replace(" ", "")) for x in (a, b)]
	a, b = (re.sub(r"\[.*?\]|[() ]", "", re.sub(r"sizeof ?\(.*?\)", "@", x)) for x in (a, b))
	a, b = ("*".join(sorted(x.split("*"))) for x in (a, b))
	if a == b and any(u != v and (u.strip("*") == v.strip("*") or
				      re.match(r"struct\w+,struct\w+$", u + "," + v))
			  for u, v in zip(*sizeofs)):
		return True
	few, many = sorted((re.split(r"\*|<<", x) for x in (a, b)), key=len)
	part = set(few) < set(many) and re.match("@|.*->" + "|[A-Z]" * (len(a) < len(b)), few[0])
	core = [re.sub(ROUND, "", x) for x in (a, b)]
	form = {re.sub(r"\d+[uUlL]*", "1", re.sub(r"[A-Z_]\w*", "X", x)) for x in (a, b)}
	alike = len(form) == 1 and re.match("[X1@*+<-]+$", *form)
	return a != b and (core[0] == core[1] or alike or part)

# A member goes by its name in all of the file, a variable by its own in its function alone.
def where(x, p):
	names = re.split(r"->|\.", re.sub(r"^(\(\w+[ \w]*\**\))+|\[.*?\]", "", tidy(x)))
	return (p.file, names[-1]) if len(names) > 1 else (p.file, p.current_element, names[0])

# Was the size kept before it was rounded up?
def before(size, k):
	kept = value(size, k[3])
	return kept != size and kept != k[1] and re.search(r"\b%s\b" % re.escape(kept), k[1])

def complaint(fn, x, size, es, p, sure=True):
	x, size, dma = tidy(x), tidy(size), tidy(es.elements[0])
	if fn == "dma_free_attrs" and re.sub(r"^(\(\w+[ \w]*\**\))+", "", x) in ("NULL", dma):
		return "without what dma_alloc_attrs() returned, the buffer can't be freed"
	known = allocs.get(where(x, p), [])
	if known and all(k[0].startswith("dmam_") for k in known):
		return "%s is from %s(), and freed twice" % (x, known[0][0])
	attrs = attributes(fn, es, p)
	others = [attributes(k[0], k[2], k[3]) for k in known]
	if known and attrs and len(attrs) == 1 and None not in others and not any(
			fits(attrs[0], found) for found in others):
		return "%s is freed with %s, but was allocated with %s on line %s" % (
			x, " | ".join(sorted(attrs[0])) or "no attributes",
			" | ".join(sorted(set().union(*others[0]))) or "no attributes",
			known[0][3].line)
	here = [k for k in known if k[3].current_element == p.current_element and k[4] == x]
	sizes = {s for k in here or known for s in (k[1], value(k[1], k[3]))}
	if known and not {size, value(size, p)} & sizes and (
			here and fn == "dma_free_attrs" or all(differ(size, s) for s in sizes) or
			all(before(size, k) or not sure and "(" in k[1] for k in known)):
		return "%s is freed as %s bytes, but was allocated as %s on line %s" % (
			x, size, (here or known)[0][1], (here or known)[0][3].line)

def tell(p, text):
	if text and (p.file, p.line) not in told:
		told.add((p.file, p.line))
		coccilib.report.print_report(p, "ERROR: " + text)

def tell_device(x, p):
	e = re.match(r"(.*?) ?(->|\[.*?\] ?\.) ?\w+$", x)
	if e and (p.file, p.current_element, tidy(e[1]), "&") not in links:
		tell(p, "%s, which the device can write, tells what is freed" % e[1])

@alloc@
iterator name scoped_guard; attribute name __free;
identifier fn = {dma_alloc_attrs, dma_alloc_coherent, dma_alloc_wc, dmam_alloc_attrs,
		 dmam_alloc_coherent};
expression x, dev, size; expression list es; type T; position p;
@@
 x = (T)fn@p(dev, size, es)
@script:python@ fn << alloc.fn; x << alloc.x; size << alloc.size; es << alloc.es; p << alloc.p; @@
known = (fn, tidy(size), es, p[0], tidy(x))
allocs.setdefault(where(x, p[0]), []).append(known)
if not re.match(r"\w+$", x):
	cocci.include_match(False)

@kept@ expression alloc.x, y; @@
 y = x
@script:python@ x << alloc.x; y << kept.y; p << alloc.p; @@
allocs.setdefault(where(y, p[0]), []).extend(allocs[where(x, p[0])])

// Attributes may be in a variable, or a macro.
@attrs@ identifier fn = {dma_alloc_attrs, dmam_alloc_attrs}; expression list[4] es; expression e; @@
 fn(es, e)

@macro depends on attrs@
identifier m; expression e : script:python() { "DMA_ATTR_" in e }; position p;
@@
 #define m@p e
@script:python@ m << macro.m; e << macro.e; p << macro.p; @@
links.add((p[0].file, "", m, tidy(e)))

@dropped depends on attrs@ position p; @@
 \(dma_alloc_attrs@p(...);\|(void)dma_alloc_attrs@p(...);\|!dma_alloc_attrs@p(...)\)
@script:python@ p << dropped.p; @@
tell(p[0], "without what dma_alloc_attrs() returned, the buffer can't be freed")

@script:python@ e << attrs.e; @@
if "DMA_ATTR_" in e or e == "0":
	cocci.include_match(False)

@flags@ expression attrs.e, b; position p; @@
 \(e =@p b\|e |=@p b\)
@script:python@ a << attrs.e; b << flags.b; p << flags.p; @@
link(a, b, p[0])

@free@
identifier fn = {dma_free_attrs, dma_free_coherent, dma_free_wc};
expression dev, size, x; expression list es; position p;
@@
 fn@p(dev, size, x, es)
@script:python@ p << free.p; @@
freeing.add((p[0].file, p[0].current_element))

// The device tells what is freed. A structure in the driver's own is a copy.
@read depends on free@
identifier conv = {le16_to_cpu, le32_to_cpu, le64_to_cpu, be16_to_cpu, be32_to_cpu, be64_to_cpu};
local idexpression v; expression e;
position p : script:python() { (p[0].file, p[0].current_element) in freeing };
@@
 v =@p <+... conv(e) ...+>

@device depends on free@
identifier conv = {le16_to_cpu, le32_to_cpu, le64_to_cpu, be16_to_cpu, be32_to_cpu, be64_to_cpu};
identifier fn = {dma_free_attrs, dma_free_coherent, dma_free_wc}; expression e, dev; position p;
@@
 fn@p(dev, ..., <+... conv(e) ...+>, ...)

@own depends on read || device@ local idexpression e; identifier f; expression x; position p; @@
 e =@p &x->f
@script:python@ e << own.e; p << own.p; @@
link(e, "&", p[0])
@script:python@ e << device.e; p << device.p; @@
tell_device(e, p[0])

@device_var exists@
identifier fn = {dma_free_attrs, dma_free_coherent, dma_free_wc};
identifier get = {dma_alloc_attrs, dma_alloc_coherent, dma_alloc_wc}; local idexpression read.v;
expression dev, x, size, b, c; position read.p, q;
@@
 v =@p c
 ... when != v = b
     when != get(dev, v, ...)
 \(fn@q(dev, <+... v ...+>, ...)\|fn@q(dev, size, x, <+... v ...+>, ...)\)
@script:python@ e << read.e; q << device_var.q; @@
tell_device(e, q[0])

// Most frees fit. Of those that seem not to, look at what their arguments were set to.
@script:python@ fn << free.fn; x << free.x; size << free.size; es << free.es; p << free.p; @@
if not complaint(fn, x, size, es, p[0], False):
	cocci.include_match(False)

@sized@ expression free.size, b; position p; @@
 \(size =@p b\|b =@p size\)
@script:python@ a << free.size; b << sized.b; p << sized.p; @@
link(a, b, p[0])
@script:python@ fn << free.fn; x << free.x; size << free.size; es << free.es; p << free.p; @@
tell(p[0], complaint(fn, x, size, es, p[0]))
