// SPDX-License-Identifier: GPL-2.0-only
/// Memory from dma_alloc_coherent() need not be in the linear map: virt_to_phys(), virt_to_page()
/// and __pa() are not for it, dma_mmap_coherent() and dma_get_sgtable() are. What dma_alloc_attrs()
/// returns with DMA_ATTR_NO_KERNEL_MAPPING is a cookie and no address at all, for dma_free_attrs(),
/// dma_mmap_attrs() and dma_get_sgtable_attrs() alone. To a call that maps memory which is there
/// already, the attribute means nothing, and since Linux 7.3 the call that unmaps has to repeat it.
///
// Confidence: Moderate
// Options: --no-includes --include-headers --use-coccigrep

virtual report

@initialize:python@ @@
import re

TAKES_ADDRESS = (r"(__)?mem(set|cpy|move|cmp|chr|dup|zero)|(__)?copy_|clear_page|str"
		 r"|sn?c?printf|print|pr_|dev_(emerg|crit|err|warn|notice|info|dbg)"
		 r"|seq_|virt_|__pa$|vmap|k(un)?map|unmap|dma_map|dma_sync|sg_(set|init)"
		 r"|k?v?free(_|$)|remap_|(mem|io)?(read|write)(b|w|l|q|sl)?$|crc|hex_"
		 r"|(ge|pu)t_(user|unaligned)|([bl]e\d\d_to_)?cpu(p|_to_[bl]e\d\dp)|bin2hex"
		 r"|simple_(read|write)_|iosys_map_set_vaddr")
PLAIN = r"\w*(get_free_page|get_zeroed_page|[kv][mzc]alloc)"
coherent, plain, cookies, mapped, passed, own, told = (set() for _ in range(7))

# A member goes by its name in all of the file, a variable by its own in its function alone.
def where(x, p):
	x = re.sub(r"^[(*& ]*(\w+( \w+)? ?\*+ ?\))?", "", x)
	x = re.sub(r"\[.*?\]", "[]", x).replace(" ", "").rstrip(")")
	names = re.split(r"->|\.", x)
	return (p.file, names[-1]) if len(names) > 1 else (p.file, p.current_element, x)

# The address of the array, not its contents.
def base(x, p):
	return where(re.sub(r" ?\[.*", "", x), p)

def tell(p, text, kind="ERROR: "):
	if (p.file, p.line) not in told:
		told.add((p.file, p.line))
		coccilib.report.print_report(p, kind + text)

def tell_cookie(x, p, what):
	if where(x, p) in cookies - mapped:
		tell(p, "dma_alloc_attrs() returned a cookie, not an address: it is " + what)

# All that is named there may be freed elsewhere.
def pass_on(x, p):
	passed.update((p.file, name) for name in re.findall(r"\w+", x))

@alloc@
iterator name scoped_guard; attribute name __free;
identifier fn = {dma_alloc_attrs, dmam_alloc_attrs, dma_alloc_coherent, dmam_alloc_coherent,
		 dma_alloc_wc};
type T; expression x, attrs, dev, size, dma, gfp; position p;
@@
 \(x = (T)fn@p(dev, size, dma, gfp, attrs)\|x = (T)fn@p(...)\)
@script:python@ x << alloc.x; p << alloc.p; @@
coherent.add(base(x, p[0]))

// In the linear map? Few files ask. Not what holds memory of the linear map as well.
@converts depends on alloc@
identifier conv = {virt_to_phys, virt_to_page, virt_to_pfn, virt_to_bus, __pa, vmalloc_to_page,
		   vmalloc_to_pfn};
@@
 conv(...)

@plain depends on converts@
identifier fn : script:python() { bool(re.match(PLAIN, fn)) }; expression x; type T; position p;
@@
 x = (T)fn@p(...)
@script:python@ x << plain.x; p << plain.p; @@
plain.add(base(x, p[0]))

// Cookies. The attributes may be in a variable.
@uses@ @@
 DMA_ATTR_NO_KERNEL_MAPPING

@flag depends on uses@ expression alloc.attrs, b; position q; @@
 \(attrs =@q b\|attrs |=@q b\)

@bare depends on uses exists@ identifier f, alloc.fn; expression alloc.attrs; position alloc.p; @@
 f(...) {
 ... when != attrs = <+... DMA_ATTR_NO_KERNEL_MAPPING ...+>
     when != attrs |= <+... DMA_ATTR_NO_KERNEL_MAPPING ...+>
 fn@p(...)
 ... when any
 }
@script:python depends on uses@
x << alloc.x; attrs << alloc.attrs = ""; p << alloc.p; b << flag.b = ""; q << flag.q = [];
f << bare.f = "";
@@
if "DMA_ATTR_NO_KERNEL_MAPPING" in attrs + b:
	cookies.add(where(x, p[0]))
if "NO_KERNEL_MAPPING" not in attrs and (not b or f == q[0].current_element):
	mapped.add(where(x, p[0]))

// Either may be kept elsewhere, too.
@copy depends on converts || uses@ expression x, y; position p; @@
 y =@p x
@script:python@ x << copy.x; y << copy.y; p << copy.p; @@
plainly = not re.search(r"\w ?\(", x)
if plainly and base(x, p[0]) in coherent - plain and re.match(r"\w+$", y):
	coherent.add(base(y, p[0]))
if plainly and where(x, p[0]) in cookies - mapped:
	cookies.add(where(y, p[0]))
pass_on(x, p[0])

@linear depends on alloc@ identifier converts.conv; expression x; position p; @@
 conv@p(<+... x ...+>)
@script:python@ x << linear.x; p << linear.p; @@
if base(x, p[0]) in coherent - plain:
	tell(p[0], "memory from dma_alloc_*() need not be in the linear map")

@back depends on alloc@ expression dev, addr; position p; @@
 \(phys_to_virt@p\|phys_to_page@p\|pfn_to_page@p\)(<+... dma_to_phys(dev, addr) ...+>)
@script:python@ p << back.p; @@
tell(p[0], "memory from dma_alloc_*() need not be in the linear map")

// sizeof() reads nothing.
@sized depends on uses@ expression x, i; identifier m; position p; @@
 sizeof(<+... \(*x@p\|x@p[i]\|x@p->m\) ...+>)

@deref depends on uses@ expression x, i; identifier m; position p != sized.p; @@
 \(*x@p\|x@p[i]\|x@p->m\)
@script:python@ x << deref.x; p << deref.p; @@
tell_cookie(x, p[0], "dereferenced")

@offset depends on uses@ expression x, i; position p; @@
 \(x@p + i\|x@p++\|++x@p\)
@script:python@ x << offset.x; p << offset.p; @@
tell_cookie(x, p[0], "dereferenced")

@call depends on uses@ identifier fn; expression x; position p; @@
 fn(..., x@p, ...)
@script:python@ fn << call.fn; x << call.x; p << call.p; @@
pass_on(x, p[0])
if re.match(TAKES_ADDRESS, fn):
	tell_cookie(x, p[0], "given to %s()" % fn)

// Given to no function, so freed by none. A structure of a header may be known to other files.
@result depends on uses@ expression x; identifier S, i, f; position p; @@
 \(return <+... x@p ...+>;\|struct S i = { ..., .f = x@p, ... };\)
@script:python@ x << result.x; p << result.p; @@
pass_on(x, p[0])

@own depends on uses@ identifier S, m; type T; position p; @@
 struct S { ... T m@p; ... };
@script:python@ m << own.m; p << own.p; @@
own.add((p[0].file, m))

@ends depends on uses@
identifier f : script:python() { bool(re.search("remove|exit|disconnect|unbind|release", f)) };
@@
 f(...) { ... }
@script:python depends on ends@ fn << alloc.fn; x << alloc.x; p << alloc.p; @@
key = base(x, p[0])
if (fn == "dma_alloc_attrs" and where(x, p[0]) in cookies and p[0].file.endswith(".c") and
    "(" not in x and (len(key) == 3 or key in own) and (key[0], key[-1]) not in passed):
	tell(p[0], "%s is never freed" % x.replace(" ", ""))

// Freed twice on one path.
@again depends on uses exists@
identifier put = {dma_free_attrs, dma_free_coherent, dma_free_wc}, m; local idexpression s;
expression dev, dev2, size, size2, e; iterator iter; statement S; position q;
@@
 put(dev, size, \(s\|s->m\), ...);
 ... when != s = e
     when != s->m
     when != \(s++\|s--\|++s\|--s\|&s\)
     when != iter(..., s, ...) S
 put@q(dev2, size2, \(s\|s->m\), ...)
@script:python@ s << again.s; m << again.m = ""; q << again.q; @@
tell(q[0], "%s is freed twice" % (s + "->" + m if m else s))

// Mappings, for which the attribute means nothing.
@map depends on uses@ identifier fn =~ "^dma_u*n*map_"; position p; @@
 fn@p(..., <+... DMA_ATTR_NO_KERNEL_MAPPING ...+>)
@script:python@ fn << map.fn; p << map.p; @@
tell(p[0], "%s() has no use for DMA_ATTR_NO_KERNEL_MAPPING" % fn, "WARNING: ")

@map_var depends on uses exists@ expression V; identifier fn =~ "^dma_u*n*map_"; position p; @@
 \(V = <+... DMA_ATTR_NO_KERNEL_MAPPING ...+>\|V |= <+... DMA_ATTR_NO_KERNEL_MAPPING ...+>\)
 ... when != V = ...
     when any
 fn@p(..., V)
@script:python@ fn << map_var.fn; p << map_var.p; @@
tell(p[0], "%s() has no use for DMA_ATTR_NO_KERNEL_MAPPING" % fn, "WARNING: ")
