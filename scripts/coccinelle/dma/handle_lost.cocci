// SPDX-License-Identifier: GPL-2.0-only
/// A DMA-coherent handle is overwritten, or goes along with its structure or its scope, while it
/// holds a buffer. dma_coherent_handle_grow() replaces a buffer, dma_coherent_handle_take() moves
/// it. On the stack, a handle doesn't outlive its scope.
///
// Confidence: Moderate
// Options: --local-includes --include-headers --use-coccigrep

virtual report

@initialize:python@ @@
import re

# Frees now, or later; and what may free in another file.
FREE = r"dma_coherent_handle_(free|take)$|\w*add_action|kref_put|put_device|component_"
CLEAN = (r"(?!.*(kv?free|irq|unmap|regulator|clk|print|runtime))"
	 r"\w*(free|release|destroy|clean|put|exit|fini|uninit|teardown|remove)")
calls, scope, told = {}, set(), set()

def frees(fn, seen=()):
	return bool(re.match(FREE, fn)) or fn not in seen and any(
		frees(c, (*seen, fn)) for c in calls.get(fn, ()))

def releases(fn):
	return frees(fn) or fn not in calls and bool(re.match(CLEAN, fn))

def tell(p, text):
	if (p[0].file, p[0].line) not in told:
		told.add((p[0].file, p[0].line))
		coccilib.report.print_report(p[0], "ERROR: " + text)

@alloc@
attribute name __free; symbol dma_coherent_handle; iterator name scoped_guard; expression h, dev;
identifier get = {dma_coherent_handle_alloc, dma_coherent_handle_alloc_attrs,
		  dma_coherent_handle_grow};
@@
 get(dev, h, ...)
@script:python depends on alloc@ @@
calls.clear()
scope.clear()

@call depends on alloc@ identifier fn; position p; @@
 fn@p(...)
@script:python@ fn << call.fn; p << call.p; @@
calls.setdefault(p[0].current_element, set()).add(fn)

@scoped@ identifier i; initializer v; position d; @@
 \(struct dma_coherent_handle i@d __free(...) = v;\|struct dma_coherent_handle i@d __free(...);\)

@stack disable decl_init, optional_storage@ identifier i; initializer v; position d != scoped.d; @@
 \(struct dma_coherent_handle i@d;\|struct dma_coherent_handle i@d = v;\)
@script:python@ i << stack.i; d << stack.d; @@
scope.add((d[0].current_element, i))

// A loop that frees them all, which the other rule doesn't take for one that may be skipped.
@unwound exists@
identifier kfree = {kfree, kvfree, kfree_sensitive, kfree_rcu, devm_kfree};
identifier own : script:python() { releases(own) }; expression e; position r;
@@
 \(while (e) { <+... own(...) ...+> }\|for (...;...;...) { <+... own(...) ...+> }\)
 ... when any
 kfree@r(...)

// Filled, and then filled again, cleared, freed with its structure, or out of scope.
@lost exists@
identifier alloc.get, get2 = {dma_coherent_handle_alloc, dma_coherent_handle_alloc_attrs};
identifier kfree = {kfree, kvfree, kfree_sensitive, kfree_rcu, devm_kfree}, l;
identifier own : script:python() { releases(own) };
identifier helper : script:python() { not re.match("dma_coherent_handle_[^ft]|memset", helper) };
local idexpression ret; expression alloc.h, sub <= alloc.h; expression e, e2, e3, dev;
struct dma_coherent_handle v; iterator iter; statement S, S2; position q, r != unwound.r, s;
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
     when != helper(..., h, ...)
     when != dma_coherent_handle_is_allocated(h)
     when != \(sub = e2\|e3 = h\|e3 = v\|sub++\|++sub\|sub--\|--sub\)
     when != iter(..., sub, ...) S2
(
 \(e = get2@q(dev, h, ...);\|memset@q(h, 0, ...);\|return get2@q(dev, h, ...);\)
|
 \(if (get2@q(dev, h, ...)) S\|kfree@r(..., sub, ...);\|return <+... h ...+>;\|return@s ...;\)
)
@script:python@ q << lost.q; @@
tell(q, "the buffer that the handle held is lost")
@script:python@ r << lost.r; @@
tell(r, "the buffer of a handle in this memory is lost")
@script:python@ h << alloc.h; s << lost.s; @@
if (s[0].current_element, h.strip("& ")) in scope:
	tell(s, "the buffer of a local handle is lost")

// Too small for what is wanted, and then filled again.
@grown exists@
identifier get = {dma_coherent_handle_alloc, dma_coherent_handle_alloc_attrs};
identifier own : script:python() { releases(own) }, size = {dma_coherent_handle_size};
expression alloc.h, sub <= alloc.h; expression e, e2, dev; position q;
@@
 \(e < size(h)\|e <= size(h)\|e > size(h)\|e >= size(h)\)
 ... when != own(...)
     when != sub = e2
     when != dma_coherent_handle_is_allocated(h)
 get@q(dev, h, ...)

@grown_too exists@
identifier get = {dma_coherent_handle_alloc, dma_coherent_handle_alloc_attrs};
identifier own : script:python() { releases(own) }, m;
expression alloc.h; expression x, e, e2, dev; position q;
@@
 \(e < x->m\|e <= x->m\|e > x->m\|e >= x->m\)
 ... when != own(...)
     when != x->m = e2
     when != dma_coherent_handle_is_allocated(h)
 get@q(dev, h, e, ...)
 ... when any
 x->m = e
@script:python@ q << grown.q; @@
tell(q, "the buffer that the handle held is lost")
@script:python@ q << grown_too.q; @@
tell(q, "the buffer that the handle held is lost")

// __free(), and the end of the scope.
@cleanup@ identifier i; initializer v; position p; @@
 \(struct dma_coherent_handle *i@p __free(dma_coherent_handle) = v;\|
   struct dma_coherent_handle i@p __free(dma_coherent_handle);\)
@script:python@ p << cleanup.p; @@
tell(p, "__free(dma_coherent_handle) is for a handle, not a pointer, and with = {}")

@outlives disable decl_init, optional_storage exists@
identifier i, f, set = {platform_set_drvdata, dev_set_drvdata, pci_set_drvdata, devm_add_action,
			devm_add_action_or_reset};
global idexpression g; expression e; initializer v; position q;
@@
 \(struct dma_coherent_handle i;\|struct dma_coherent_handle i = v;\|
   struct dma_coherent_handle i __free(...) = v;\)
 ... when any
 \(return &i@q;\|e->f = &i@q\|*e = &i@q\|g = &i@q\|g.f = &i@q\|set(..., &i@q)\)
@script:python@ q << outlives.q; @@
tell(q, "handle does not outlive its scope, use dma_coherent_handle_take()")
