// SPDX-License-Identifier: GPL-2.0-only
/// The members of a DMA-coherent handle are private, and so are its bytes. It must not be copied,
/// neither by itself nor with its structure: both copies would free the one buffer.
/// dma_coherent_handle_take() moves a buffer. A managed handle goes when the driver is unbound:
/// nobody else may free it, move its buffer, or keep it longer.
///
// Confidence: High
// Options: --local-includes --include-headers --use-coccigrep

virtual report

@initialize:python@ @@
import re

COPY = r"(memcpy|memmove|(devm_)?kmemdup(_array)?|(devm_)?kv?realloc(_array)?)$"
LOOK = (r"print_hex|memcmp|(__)?copy_(to|from)_user|simple_(read|write)|seq_write|crc"
	r"|dev_(?!set_drv)|pr_|sg_(init_one|set_buf)|dma_map")
told = set()

# Not for the implementation.
def tell(p, text):
	if not re.search(r"kernel/dma/|dma-coherent-handle\.h$", p[0].file):
		if (p[0].file, p[0].line) not in told:
			coccilib.report.print_report(p[0], "ERROR: " + text)
		told.add((p[0].file, p[0].line))

// The functions tell spatch which files there are to be read.
@uses@ attribute name __free; symbol dma_coherent_handle; iterator name scoped_guard; @@
 \(dma_coherent_handle_alloc\|dma_coherent_handle_alloc_attrs\|dma_coherent_handle_grow\|
   dma_coherent_handle_free\|dma_coherent_handle_take\|dma_coherent_handle_is_allocated\|
   dma_coherent_handle_dma_addr\|dma_coherent_handle_size\|dma_coherent_handle_get_sgtable\|
   dmam_coherent_handle_alloc\|dmam_coherent_handle_alloc_attrs\|dmam_coherent_handle_free\)(...)

@holder@ identifier S, f; @@
 struct S { ... \(struct dma_coherent_handle f;\|struct dma_coherent_handle f[...];\) ... };

@member depends on uses || holder@
struct dma_coherent_handle h; struct dma_coherent_handle *q; identifier f; position p;
@@
 \(ACCESS_PRIVATE(\(h\|&h\|q\), f@p)\|h.f@p\|q->f@p\)
@script:python@ f << member.f; p << member.p; @@
tell(p, "%s is a private member of a handle" % f)

@positional depends on uses || holder@ identifier i, f; expression e; position p; @@
 \(struct dma_coherent_handle i = { \(0\|NULL\) };\|struct dma_coherent_handle i = { e@p, ... };\|
   struct dma_coherent_handle i = { ..., .f@p = e, ... };\)
@script:python@ p << positional.p; @@
tell(p, "handle initialised by its private members")

// Its bytes.
@bytes depends on uses || holder@
identifier fn : script:python() { bool(re.match(LOOK, fn)) }; struct dma_coherent_handle *h;
position p;
@@
 fn@p(..., h, ...)
@script:python@ p << bytes.p; @@
tell(p, "the contents of a handle are private")

@cast depends on uses || holder disable drop_cast@
type T; T *x; struct dma_coherent_handle *h; position p;
@@
 \((T *)h@p\|x =@p (void *)h\)
@script:python@ T << cast.T; p << cast.p; @@
if not re.search(r"\bvoid\b|struct dma_coherent_handle$", T):
	tell(p, "handle looked into as %s" % T)

// Copies of a handle. What a function returns, and a literal, have no other copy.
@copied depends on uses || holder@
struct dma_coherent_handle h; struct dma_coherent_handle *q; struct dma_coherent_handle [] a;
identifier fn, copy : script:python() { bool(re.match(COPY, copy)) }; expression e; position p;
@@
 \(e = \(fn(...)\|(struct dma_coherent_handle){...}\)\|e =@p h\|swap@p(h, ...)\|
   copy@p(..., \(q\|a\), ...)\|fn@p(..., h, ...)\)

@copied_too depends on uses || holder@
struct dma_coherent_handle h; identifier i, f, fn, S; position p;
@@
 \(return \(fn(...)\|(struct dma_coherent_handle){...}\);\|return@p h;\|
   struct S i = { ..., .f@p = h, ... };\)
@script:python@ p << copied.p; @@
tell(p, "handle copied, use dma_coherent_handle_take()")
@script:python@ p << copied_too.p; @@
tell(p, "handle copied, use dma_coherent_handle_take()")

// Copies of a structure. What a function returns, a literal and a template may be copied.
@whole depends on uses || holder@
identifier holder.S, v; identifier fn : script:python() { bool(re.match(COPY, fn)) };
identifier make : script:python() { not re.match(COPY, make) }; struct S o; struct S *s;
expression e; position p;
@@
 \(e = \(v\|make(...)\|(struct S){...}\)\|e =@p o\|fn(..., &v, ...)\|fn@p(..., s, ...)\)
@script:python@ p << whole.p; @@
tell(p, "structure copied along with its handle")

// Freed as what it isn't. A variable of this type is never freed by another function.
@freed depends on uses || holder disable drop_cast@
const struct dma_coherent_handle *h; struct dma_coherent_handle *x; expression e; type T;
identifier free = {dma_coherent_handle_free, dma_coherent_handle_take, kfree, kvfree, devm_kfree};
position p;
@@
 \(x =@p \((struct dma_coherent_handle *)h\|(void *)h\)\|
   free@p(\((T)h\|h\))\|free@p(e, \((T)h\|h\))\)
@script:python@ p << freed.p; @@
tell(p, "managed handle, only dmam_coherent_handle_free() may free it")

// Kept where it outlives the binding.
@stored depends on uses || holder@
global idexpression g; const struct dma_coherent_handle *h; identifier f; expression e; position p;
@@
 \(g\|g.f\|g[e]\) =@p \(h\|dmam_coherent_handle_alloc(...)\|dmam_coherent_handle_alloc_attrs(...)\)
@script:python@ p << stored.p; @@
tell(p, "a managed handle does not outlive the driver's binding, this may")
