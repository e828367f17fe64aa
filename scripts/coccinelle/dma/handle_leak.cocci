// SPDX-License-Identifier: GPL-2.0-only
/// Nothing frees the buffer of a DMA-coherent handle, or an error path forgets it, or the function
/// that frees its structure. Free it in all of them: an empty handle may be freed. At run time,
/// CONFIG_DMA_API_DEBUG finds every leak.
///
// Confidence: Moderate
// Options: --local-includes --include-headers --use-coccigrep

virtual report

@initialize:python@ @@
import re

# Frees now, or later; and what may free in another file.
LATER = r"\w*add_action|kref_put|put_device|component_"
FREE = r"dma_coherent_handle_(free|take)$|" + LATER
CLEAN = (r"(?!.*(kv?free|irq|unmap|regulator|clk|print|runtime))"
	 r"\w*(free|release|destroy|clean|put|exit|fini|uninit|teardown|remove)")
ENTRY = r"\w*(probe|init|open|bind|attach|connect|create|alloc|start|add|setup)"
calls, allocs, gives = {}, {}, {}
kept, never, leaky, static, told = set(), set(), set(), set(), set()

def reaches(wanted, fn, seen=()):
	return bool(wanted(fn)) or fn not in seen and any(
		reaches(wanted, c, (*seen, fn)) for c in calls.get(fn, ()))

def frees(fn):
	return reaches(lambda c: re.match(FREE, c), fn)

# Of the functions of a handle, it matters which handle they are given.
def releases(fn):
	return not fn.startswith("dma_coherent_handle_") and bool(
		frees(fn) or fn not in calls and re.match(CLEAN, fn))

# Does a function of this file fill f, and leave it to its caller?
def fills(fn, f):
	return not reaches(lambda c: re.match(LATER, c), fn) and reaches(
		lambda c: c in allocs[f] and (c not in gives.get(f, ()) or f in kept), fn)

# The function, its callers, and theirs.
def callers(fn):
	above, new = set(), {fn}
	while new:
		above |= new
		new = {f for f, c in calls.items() if c & above} - above
	return above

def caller_frees(fn):
	above = callers(fn)
	return any(frees(c) for f in above - {fn} for c in calls[f] - above)

# Can nobody free what fn has left when it fails?
def is_last(fn):
	above = callers(fn)
	called = set().union(*(calls[f] for f in above))
	return (above <= static and any(re.match(ENTRY, f) for f in above - called) and
		not caller_frees(fn) and not any(re.match(LATER, c) for c in called))

def tell(p, text):
	if (p[0].file, p[0].line) not in told:
		told.add((p[0].file, p[0].line))
		coccilib.report.print_report(p[0], "ERROR: " + text)

@alloc@
attribute name __free; symbol dma_coherent_handle; iterator name scoped_guard;
identifier get = {dma_coherent_handle_alloc, dma_coherent_handle_alloc_attrs,
		  dma_coherent_handle_grow}, f;
expression x, dev, i; position p;
@@
 get@p(dev, \(&x->f\|&x->f[i]\|&x.f\|&x.f[i]\), ...)
@script:python depends on alloc@ @@
for known in calls, allocs, gives, kept, never, leaky, static:
	known.clear()

@call depends on alloc@ identifier fn; position p; @@
 fn@p(...)
@script:python@ fn << call.fn; p << call.p; @@
calls.setdefault(p[0].current_element, set()).add(fn)

@internal depends on alloc@ identifier fn; type T; @@
 static T fn(...) { ... }
@script:python@ fn << internal.fn; @@
static.add(fn)
@script:python@ f << alloc.f; p << alloc.p; @@
allocs.setdefault(f, set()).add(p[0].current_element)

// The member is given to what may free it. A reader, or what frees nothing in this file, may not.
@given@ identifier alloc.f, fn; expression y, z, i; position p; @@
(
 fn@p(..., \(&y->f\|&y->f[i]\|&y.f\|&y.f[i]\|y->f\|y.f\), ...)
|
 z =@p \(&y->f\|&y->f[i]\|&y.f\|&y.f[i]\|y->f\|y.f\)
)
@script:python@ f << alloc.f; fn << given.fn = "dma_coherent_handle_free"; p << given.p; @@
here = fn in calls or fn.startswith("dma_coherent_handle_")
if frees(fn) or not here:
	gives.setdefault(f, set()).add(p[0].current_element if here else fn)

// Filled, and left so: by the function that does it, or by its caller.
@keep exists@
identifier put = {dma_coherent_handle_free, dma_coherent_handle_take}, alloc.f;
identifier fill : script:python() { reaches(lambda c: re.search("handle_(alloc|grow)", c), fill) };
expression y, i, c; position p;
@@
 fill@p(...)
 ... when any
     when != put(\(&y->f\|&y->f[i]\|&y.f\|&y.f[i]\), ...)
     when != for (...;...;...) { <+... put(\(&y->f[i]\|&y.f[i]\)) ...+> }
     when != while (c) { <+... put(\(&y->f[i]\|&y.f[i]\)) ...+> }
 return 0;
@script:python@ f << alloc.f; q << alloc.p; fill << keep.fill; p << keep.p; @@
if (p[0].file, p[0].line) == (q[0].file, q[0].line):
	kept.add(f)
elif reaches(lambda c: c in allocs[f], fill):
	kept.add((f, p[0].current_element))

// Nobody else can free what is in a structure of this file.
@holder@ identifier S, alloc.f; position p; @@
 struct S { ... \(struct dma_coherent_handle f@p;\|struct dma_coherent_handle f@p[...];\) ... };
@script:python@ f << alloc.f; p << alloc.p; q << holder.p; @@
free_in = gives.get(f, set())
if q[0].file.endswith(".c") and all(
		f in kept if g in allocs[f] else (f, g) in kept and re.search("probe|init|bind", g)
		for g in free_in):
	never.add(f)
	tell(p, "%s is never freed%s" % (f, " but on errors" if free_in else ""))

// Two callbacks fill it, and none empties it in between.
@script:python@ f << alloc.f; p << alloc.p; @@
fn = p[0].current_element
freed_by = set().union(*(callers(g) for g in gives.get(f, ())))
if (any("resume" in c for c in callers(fn)) and "dma_coherent_handle_is_allocated" not in calls[fn]
    and not any(re.search("suspend|resume", c) for c in freed_by)):
	tell(p, "%s still has its buffer on resume" % f)

@empty exists@
identifier kfree = {kfree, kvfree, kfree_sensitive, kfree_rcu, devm_kfree};
identifier put = {dma_coherent_handle_free, dma_coherent_handle_take}, holder.S, alloc.f;
identifier own : script:python() { releases(own) };
identifier make : script:python() { bool(re.search("alloc|dup", make)) }; struct S *x; position q;
@@
 \(put(...)\|own(...)\|x = make(...)\|dma_coherent_handle_is_allocated(<+... x->f ...+>)\)
 ... when any
 kfree@q(..., x, ...)

@freed@
identifier kfree = {kfree, kvfree, kfree_sensitive, kfree_rcu, devm_kfree}; identifier holder.S;
struct S *x; position q != empty.q;
@@
 kfree@q(..., x, ...)
@script:python@ f << alloc.f; q << freed.q; @@
if f not in never and not caller_frees(q[0].current_element):
	tell(q, "the buffer of a handle in this memory is lost")

// Something fails after the allocation.
@label@
identifier put = {dma_coherent_handle_free, dma_coherent_handle_take};
identifier own : script:python() { releases(own) }; identifier alloc.f, l;
local idexpression h; expression y, i; position q;
@@
 l:@q
 ... when != put(\(&y->f\|&y->f[i]\|&y.f\|&y.f[i]\|h\))
     when != own(...)
     when any
 return ...;
@script:python@ f << alloc.f; l << label.l; q << label.q; @@
leaky.add((q[0].current_element, l, f))

@fails exists@
identifier get = {dma_coherent_handle_alloc, dma_coherent_handle_alloc_attrs};
identifier put = {dma_coherent_handle_free, dma_coherent_handle_take};
identifier own : script:python() { releases(own) };
identifier fn : script:python() { bool(calls.get(fn)) }; identifier alloc.f, make, l, m;
local idexpression ret, h; expression c, x, y, dev, i; position q;
@@
(
 ret = \(fn(..., x, ...)\|get(dev, \(&x->f\|&x->f[i]\|&x.f\|&x.f[i]\), ...)\);
 ... when != ret
 if (\(ret\|ret < 0\)) { ... \(return ...;\|goto m;\) }
|
 if (get(dev, \(&x->f\|&x->f[i]\|&x.f\|&x.f[i]\), ...)) { ... \(return ...;\|goto m;\) }
)
 ... when != put(\(&y->f\|&y->f[i]\|&y.f\|&y.f[i]\|h\))
     when != own(...)
     when != x = make(...)
     when any
 if (c) {
 ... when != put(\(&y->f\|&y->f[i]\|&y.f\|&y.f[i]\|h\))
     when != own(...)
 \(return 0;\|return@q ...;\|goto@q l;\) }
@script:python@ fn << fails.fn = ""; f << alloc.f; l << fails.l = ""; q << fails.q; @@
here = q[0].current_element
if (not l or (here, l, f) in leaky) and (not fn or fills(fn, f)) and is_last(here):
	tell(q, "%s is not freed on this error path" % f)
