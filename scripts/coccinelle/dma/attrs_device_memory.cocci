// SPDX-License-Identifier: GPL-2.0-only
/// A buffer is freed with a size or an address that is read from memory which the device can write.
/// A device that is broken, or hostile, decides then what the kernel frees. The driver has to keep
/// both in memory of its own.
///
/// That the memory is the device's is told by le32_to_cpu() and the like, which read what is in the
/// device's byte order.
///
// Confidence: Moderate
// Options: --no-includes --include-headers --use-coccigrep
// Keywords: dma_free_attrs, dma_free_coherent
// Comments: Not reported is what lies in a structure on the stack, or embedded in one of the driver's
// own: a copy of what the device was told. Neither is a value that the buffer was allocated with. No
// patch mode: the driver needs a place to keep the values in.

virtual patch
virtual context
virtual org
virtual report

@initialize:python@
@@

import re

CONVERT = r"\b[lb]e(?:16|32|64)_to_cpup?\b\( *&? *([^()]*)"

values = {}	# (file, function, variable): [(line, what it was set to)]
sizes = set()	# (file, function, a size that something was allocated with)
told = set()

def tidy(text):
	return re.sub(r" ?(->|\.|\[|\]|\(|\)|,) ?", r"\1", text)

def assign(a, b, p):
	values.setdefault((p.file, p.current_element, a), []).append((int(p.line), tidy(b)))

# What the variable was set to last, as far as the order of the lines tells.
def value(name, p):
	before = [v for v in values.get((p.file, p.current_element, name), []) if v[0] <= int(p.line)]
	return max(before)[1] if before else ""

# What the device can write and the argument is made of, or None.
def read_from_device(arg, p):
	found = re.search(CONVERT, arg)
	if not found:
		for name in re.findall(r"(?<![.>\w])[a-z_]\w*\b(?!->|\.|\[|\()", arg):
			if (p.file, p.current_element, name) not in sizes:
				found = found or re.search(CONVERT, value(name, p))
	if not found:
		return None
	memory = found.group(1).strip()
	base = re.match(r"[* ]*(\w+)(\.)?", memory)
	if not base or base.group(2) or re.match(r"& ?\w[^\[]*$", value(base.group(1), p)):
		return None
	return memory

def complaint(size, dma, p):
	memory = read_from_device(tidy(size), p) or read_from_device(tidy(dma), p)
	if not memory or (p.file, p.line, p.column) in told:
		return None
	told.add((p.file, p.line, p.column))
	return "%s, which the device can write, tells what is freed" % memory

@uses@
iterator name scoped_guard;
attribute name __free;
@@

(
 le16_to_cpu(...)
|
 le32_to_cpu(...)
|
 le64_to_cpu(...)
|
 be16_to_cpu(...)
|
 be32_to_cpu(...)
|
 be64_to_cpu(...)
|
 le32_to_cpup(...)
|
 le64_to_cpup(...)
|
 be32_to_cpup(...)
|
 be64_to_cpup(...)
)

@frees depends on uses@
@@

(
 dma_free_attrs(...)
|
 dma_free_coherent(...)
|
 dma_free_wc(...)
)

@alloc depends on frees@
identifier fn = {dma_alloc_attrs, dma_alloc_coherent, dma_alloc_wc};
expression dev;
identifier size;
position p;
@@

 fn@p(dev, size, ...)

@script:python@
size << alloc.size;
p << alloc.p;
@@

sizes.add((p[0].file, p[0].current_element, size))

@assigned depends on frees@
identifier a;
expression b;
position p;
@@

 a =@p b

@script:python@
a << assigned.a;
b << assigned.b;
p << assigned.p;
@@

assign(a, b, p[0])

@declared depends on frees@
type T;
identifier a;
expression b;
position p;
@@

 T a@p = b;

@script:python@
a << declared.a;
b << declared.b;
p << declared.p;
@@

assign(a, b, p[0])

@free depends on frees@
expression dev, size, cpu, dma;
position p;
@@

(
 dma_free_attrs@p(dev, size, cpu, dma, ...)
|
 dma_free_coherent@p(dev, size, cpu, dma)
|
 dma_free_wc@p(dev, size, cpu, dma)
)

@script:python depends on context@
size << free.size;
dma << free.dma;
p << free.p;
@@

if not complaint(size, dma, p[0]):
	cocci.include_match(False)

@depends on context@
identifier fn;
position free.p;
@@

* fn@p(...)

@script:python depends on org@
size << free.size;
dma << free.dma;
p << free.p;
@@

msg = complaint(size, dma, p[0])
if msg:
	coccilib.org.print_todo(p[0], msg)

@script:python depends on report@
size << free.size;
dma << free.dma;
p << free.p;
@@

msg = complaint(size, dma, p[0])
if msg:
	coccilib.report.print_report(p[0], "WARNING: " + msg)
