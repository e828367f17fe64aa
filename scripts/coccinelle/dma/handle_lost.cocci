// SPDX-License-Identifier: GPL-2.0-only
/// A DMA-coherent handle is overwritten, or goes along with its structure or its scope, while it
/// holds a buffer. dma_coherent_handle_grow() replaces a buffer, dma_coherent_handle_take() moves
/// it.
///
// Confidence: Moderate
// Options: --local-includes --include-headers --use-coccigrep
// Keywords: dma_coherent_handle_alloc, dma_coherent_handle_grow, kfree

virtual report

@initialize:python@
@@
import re

# Frees now, or later; and what may free in another file.
FREE = r"dma_coherent_handle_(free|take)$|\w*add_action|kref_put|put_device|component_"
CLEAN = (r"(?!.*(kv?free|irq|unmap|regulator|clk|print|runtime))"
	 r"\w*(free|release|destroy|clean|put|exit|fini|uninit|teardown|remove)")
KFREE = "(devm_)?k?v?free(_sensitive|_rcu)?$"
calls, told = {}, set()
here = ""

def frees(fn, seen=()):
	return bool(re.match(FREE, fn)) or fn not in seen and any(
		frees(c, (*seen, fn)) for c in calls.get((here, fn), ()))

def releases(fn):
	return frees(fn) or (here, fn) not in calls and bool(re.match(CLEAN, fn))

# Does a caller, or a caller's caller, free before?
def caller_frees(fn):
	above, new = set(), {fn}
	while new:
		above |= new
		new = {f for (file, f), c in calls.items() if file == here and c & above} - above
	return any(frees(c) for f in above - {fn} for c in calls[here, f] - above)

def fills(fn):
	return bool(re.match("dma_coherent_handle_(alloc|grow)", fn))

def tell(p, text):
	if (p[0].file, p[0].line) not in told:
		told.add((p[0].file, p[0].line))
		coccilib.report.print_report(p[0], "ERROR: the buffer " + text)

@uses@ attribute name __free; symbol dma_coherent_handle; iterator name scoped_guard; @@
 \(dma_coherent_handle_alloc\|dma_coherent_handle_alloc_attrs\|dma_coherent_handle_grow\)(...)

@call depends on uses@ identifier fn; position p; @@
 fn@p(...)

@script:python@ fn << call.fn; p << call.p; @@
here = p[0].file if p[0].file.endswith(".c") else here
calls.setdefault((here, p[0].current_element), set()).add(fn)

@filled@ expression h, dev; @@
 \(dma_coherent_handle_alloc\|dma_coherent_handle_alloc_attrs\)(dev, h, ...)

@again exists@
identifier get =~ "^dma_coherent_handle_alloc", get2 =~ "^dma_coherent_handle_alloc";
identifier own : script:python() { releases(own) }, l; local idexpression ret;
expression filled.h, sub <= filled.h; expression e, dev, dev2; position q;
@@
(
 ret = get(dev, h, ...);
 ... when != ret
 if (\(ret\|ret < 0\)) { ... \(return ...;\|goto l;\) }
|
 if (get(dev, h, ...)) { ... \(return ...;\|goto l;\) }
)
 ... when any
     when != own(...)
     when != dma_coherent_handle_is_allocated(h)
     when != sub = e
     when != \(sub++\|++sub\|sub--\|--sub\)
 \(get2@q(dev2, h, ...)\|memset@q(h, 0, ...)\)

@script:python@ q << again.q; @@
tell(q, "that the handle held is lost")

@grown exists@
identifier get =~ "^dma_coherent_handle_alloc", size = {dma_coherent_handle_size};
identifier own : script:python() { releases(own) }; expression filled.h, sub <= filled.h;
expression e, e2, dev; position q;
@@
 \(e < size(h)\|e <= size(h)\|e > size(h)\|e >= size(h)\)
 ... when != own(...)
     when != sub = e2
     when != dma_coherent_handle_is_allocated(h)
 get@q(dev, h, ...)

@script:python@ q << grown.q; @@
tell(q, "that the handle held is lost")

@grown_too depends on uses exists@
identifier get =~ "^dma_coherent_handle_alloc";
identifier own : script:python() { releases(own) }, m; expression e, h, dev, x, size; position q;
@@
 \(size < x->m\|size <= x->m\|size > x->m\|size >= x->m\)
 ... when != own(...)
     when != x->m = e
     when != dma_coherent_handle_is_allocated(h)
 get@q(dev, h, size, ...)
 ... when any
 x->m = size

@script:python@ q << grown_too.q; @@
tell(q, "that the handle held is lost")

@holder@ identifier S, f; @@
(
 struct S { ... struct dma_coherent_handle f; ... };
|
 struct S { ... struct dma_coherent_handle f[...]; ... };
)

@empty exists@
identifier kfree : script:python() { bool(re.match(KFREE, kfree)) };
identifier own : script:python() { releases(own) };
identifier make : script:python() { "alloc" in make }; identifier holder.S, holder.f; struct S *x;
position q;
@@
 \(own(...)\|x = make(...)\|dma_coherent_handle_is_allocated(<+... x->f ...+>)\)
 ... when any
 kfree@q(..., x, ...)

@freed@
identifier kfree : script:python() { bool(re.match(KFREE, kfree)) };
identifier holder.S; struct S *x; position q != empty.q;
@@
 kfree@q(..., x, ...)

@script:python depends on filled@ q << freed.q; @@
if not caller_frees(q[0].current_element):
	tell(q, "of a handle in this memory is lost")

@freed_here depends on uses exists@
identifier get =~ "^dma_coherent_handle_alloc";
identifier kfree : script:python() { bool(re.match(KFREE, kfree)) };
identifier own : script:python() { releases(own) }, l, f; local idexpression ret;
expression x, y, dev, i; position q;
@@
(
 ret = get(dev, \(&x->f\|&x->f[i]\), ...);
 ... when != ret
 if (\(ret\|ret < 0\)) { ... \(return ...;\|goto l;\) }
|
 if (get(dev, \(&x->f\|&x->f[i]\), ...)) { ... \(return ...;\|goto l;\) }
)
 ... when any
     when != own(...)
     when != dma_coherent_handle_is_allocated(&x->f)
     when != x = y
 kfree@q(..., x, ...)

@script:python@ q << freed_here.q; @@
tell(q, "of a handle in this memory is lost")

@scoped disable static_decl_init@ identifier i; initializer v; position d; @@
(
 struct dma_coherent_handle i@d __free(dma_coherent_handle) = v;
|
 struct dma_coherent_handle i@d __free(dma_coherent_handle);
|
 static struct dma_coherent_handle i@d;
|
 static struct dma_coherent_handle i@d = v;
)

@last_use depends on uses@ identifier i; position r; @@
 return@r <+... &i ...+>;

@left disable decl_init exists@
identifier get : script:python() { fills(get) };
identifier helper : script:python() { not re.match("dma_coherent_handle_[^ft]", helper) };
identifier i, l; local idexpression ret; expression kept, dev; initializer v;
position d != scoped.d, q != last_use.r;
@@
(
 struct dma_coherent_handle i@d;
|
 struct dma_coherent_handle i@d = v;
)
 ... when any
(
 ret = get(dev, &i, ...);
 ... when != ret
 if (\(ret\|ret < 0\)) { ... \(return ...;\|goto l;\) }
|
 if (get(dev, &i, ...)) { ... \(return ...;\|goto l;\) }
)
 ... when any
     when != helper(..., &i, ...)
     when != kept = \(i\|&i\)
 return@q ...;

@script:python@ q << left.q; @@
tell(q, "of a local handle is lost")
