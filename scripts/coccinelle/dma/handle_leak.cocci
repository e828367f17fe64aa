// SPDX-License-Identifier: GPL-2.0-only
/// Nothing frees the buffer of a DMA-coherent handle, or an error path forgets it.
///
// Confidence: Moderate
// Options: --local-includes --include-headers --use-coccigrep
// Keywords: dma_coherent_handle_alloc, dma_coherent_handle_free
// Comments: A function of the same file that is called may free, and so may its caller. Which
// handles it frees is not followed. CONFIG_DMA_API_DEBUG finds every leak, at run time.

virtual report

@initialize:python@
@@
import re

# Frees now, or later; and what may free in another file.
FREE = r"dma_coherent_handle_(free|take)$|\w*add_action|kref_put|put_device|component_"
CLEAN = (r"(?!.*(kv?free|irq|unmap|regulator|clk|print|runtime))"
	 r"\w*(free|release|destroy|clean|put|exit|fini|uninit|teardown|remove)")
calls, allocs, gives, kept, leaky, static, told = {}, {}, {}, set(), set(), set(), set()
here = ""

def frees(fn, seen=()):
	return bool(re.match(FREE, fn)) or fn not in seen and any(
		frees(c, (*seen, fn)) for c in calls.get((here, fn), ()))

def releases(fn):
	return not fn.startswith("dma_coherent_handle_") and (
		frees(fn) or (here, fn) not in calls and bool(re.match(CLEAN, fn)))

# A reader of the handle or a function of this file that frees nothing may not.
def may_free(fn):
	return frees(fn) or (here, fn) not in calls and not re.match("dma_coherent_handle_", fn)

# Does a caller, or a caller's caller, free what fn has left? One in another file may.
def caller_frees(fn):
	above, new = set(), {fn}
	while new:
		above |= new
		new = {f for (file, f), c in calls.items() if file == here and c & above} - above
	return any((here, f) not in static for f in above) or any(
		frees(c) for f in above - {fn} for c in calls[here, f] - above)

def fills(fn):
	return bool(re.match("dma_coherent_handle_(alloc|grow)", fn))

def tell(p, text):
	if (p[0].file, p[0].line) not in told:
		told.add((p[0].file, p[0].line))
		coccilib.report.print_report(p[0], text)

@uses@ attribute name __free; symbol dma_coherent_handle; iterator name scoped_guard; @@
 \(dma_coherent_handle_alloc\|dma_coherent_handle_alloc_attrs\|dma_coherent_handle_grow\)(...)

@call depends on uses@ identifier fn; position p; @@
 fn@p(...)

@script:python@ fn << call.fn; p << call.p; @@
here = p[0].file if p[0].file.endswith(".c") else here
calls.setdefault((here, p[0].current_element), set()).add(fn)

@internal depends on uses@ identifier fn; type T; @@
 static T fn(...) { ... }

@script:python@ fn << internal.fn; @@
static.add((here, fn))

@alloc@
identifier get : script:python() { fills(get) };
expression x, dev, i; identifier f; position p;
@@
 get@p(dev, \(&x->f\|&x->f[i]\|&x.f\|&x.f[i]\), ...)

@script:python@ f << alloc.f; p << alloc.p; @@
allocs.setdefault((p[0].file, f), set()).add(p[0].current_element)

// The member is given to whatever may free it.

@given@
identifier fn : script:python() { may_free(fn) };
identifier alloc.f; expression y, z, i; position p;
@@
(
 fn@p(..., \(&y->f\|&y->f[i]\|&y.f\|&y.f[i]\|y->f\|y.f\), ...)
|
 z =@p \(&y->f\|&y->f[i]\|&y.f\|&y.f[i]\|y->f\|y.f\)
)

@script:python@ f << alloc.f; p << given.p; @@
gives.setdefault((p[0].file, f), set()).add(p[0].current_element)

@keep exists@
identifier put =~ "^dma_coherent_handle_[ft]"; identifier alloc.f;
expression y, i; position alloc.p; identifier get;
@@
 get@p(...)
 ... when any
     when != put(\(&y->f\|&y->f[i]\|&y.f\|&y.f[i]\), ...)
 return 0;

@script:python@ f << alloc.f; get << keep.get; @@
kept.add((here, f))

@holder@ identifier S, alloc.f; position p; @@
(
 struct S { ... struct dma_coherent_handle f@p; ... };
|
 struct S { ... struct dma_coherent_handle f@p[...]; ... };
)

// Nobody else can free what is in a structure of this file.

@script:python@ f << alloc.f; p << alloc.p; q << holder.p; @@
free_in = gives.get((here, f), set())
if q[0].file == here and not free_in - allocs.get((here, f), set()) and (not free_in or (here, f) in kept):
	tell(p, "ERROR: %s is never freed%s" % (f, " but on errors" if free_in else ""))

// Something fails after the allocation. What was freed before that needs no further look.

@undone exists@
identifier put =~ "^dma_coherent_handle_[ft]";
identifier own : script:python() { releases(own) }; identifier alloc.f, l; local idexpression h;
expression y, i; position q;
@@
 \(put(\(&y->f\|&y->f[i]\|&y.f\|&y.f[i]\|h\))\|own(...)\)
 ... when any
 \(return@q ...;\|goto@q l;\)

@label@
identifier put =~ "^dma_coherent_handle_[ft]";
identifier own : script:python() { releases(own) }; identifier alloc.f, l; local idexpression h;
expression y, i; position q;
@@
 l:@q
 ... when != put(\(&y->f\|&y->f[i]\|&y.f\|&y.f[i]\|h\))
     when != own(...)
     when any
 return ...;

@script:python@ f << alloc.f; l << label.l; q << label.q; @@
leaky.add((here, q[0].current_element, l, f))

@fails exists@
identifier get =~ "^dma_coherent_handle_alloc";
identifier put =~ "^dma_coherent_handle_[ft]";
identifier own : script:python() { releases(own) }; identifier alloc.f, fn, l, m;
local idexpression ret, r2, h; expression x, y, e, e2, e3, dev, i; position q != undone.q;
@@
(
 ret = get(dev, \(&x->f\|&x->f[i]\|&x.f\|&x.f[i]\), ...);
 ... when != ret
 if (\(ret\|ret < 0\)) { ... \(return ...;\|goto m;\) }
|
 if (get(dev, \(&x->f\|&x->f[i]\|&x.f\|&x.f[i]\), ...)) { ... \(return ...;\|goto m;\) }
)
 ... when != put(\(&y->f\|&y->f[i]\|&y.f\|&y.f[i]\|h\))
     when != own(...)
     when != x = e3
     when any
(
 r2 = fn(...);
 if (\(r2\|r2 < 0\)) { ... \(return@q ...;\|goto@q l;\) }
|
 e = fn(...);
 if (\(IS_ERR(e)\|e == NULL\)) { ... \(return@q ...;\|goto@q l;\) }
|
 if (\(fn(...)\|fn(...) < 0\|fn(...) & e2\)) { ... \(return@q ...;\|goto@q l;\) }
)

@script:python@ f << alloc.f; l << fails.l = ""; q << fails.q; @@
fn = q[0].current_element
if (not l or (here, fn, l, f) in leaky) and not caller_frees(fn):
	tell(q, "ERROR: %s is lost if this fails" % f)
