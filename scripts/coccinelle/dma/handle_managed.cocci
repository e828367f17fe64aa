// SPDX-License-Identifier: GPL-2.0-only
/// A managed DMA-coherent handle belongs to the device: it goes when the driver is unbound, and
/// nobody else may free it, move its buffer, or keep it longer.
///
// Confidence: Moderate
// Options: --local-includes --include-headers --use-coccigrep
// Keywords: dmam_coherent_handle_alloc, dmam_coherent_handle_free

virtual report

@managed@
attribute name __free; symbol dma_coherent_handle; iterator name scoped_guard; expression h;
@@
 h = \(dmam_coherent_handle_alloc\|dmam_coherent_handle_alloc_attrs\)(...)

// Freed as what it isn't. A variable of this type is never freed by another function.

@freed depends on managed disable drop_cast@
const struct dma_coherent_handle *h; struct dma_coherent_handle *x; expression e; type T;
identifier free = {dma_coherent_handle_free, dma_coherent_handle_take, kfree, kvfree, devm_kfree};
position p;
@@
(
 x =@p \((struct dma_coherent_handle *)h\|(void *)h\)
|
 \(free@p(\((T)h\|h\))\|free@p(e, \((T)h\|h\))\)
)

@script:python@ p << freed.p; @@
text = "ERROR: managed handle, only dmam_coherent_handle_free() may free it"
coccilib.report.print_report(p[0], text)

// Kept where it outlives the binding.

@stored depends on managed@
global idexpression g; const struct dma_coherent_handle *h; identifier f; expression e; position p;
@@
 \(g\|g.f\|g[e]\) =@p \(h\|dmam_coherent_handle_alloc(...)\|dmam_coherent_handle_alloc_attrs(...)\)

@script:python@ p << stored.p; @@
text = "ERROR: a managed handle does not outlive the driver's binding, this may"
coccilib.report.print_report(p[0], text)
