// SPDX-License-Identifier: GPL-2.0-only
/// DMA_ATTR_NO_KERNEL_MAPPING is for allocations. To a call that maps memory which is there
/// already, it means nothing, and since Linux 7.3 the call that unmaps has to repeat it.
///
// Confidence: High
// Options: --no-includes --include-headers --use-coccigrep
// Keywords: dma_map_sg_attrs, dma_map_sgtable, DMA_ATTR_NO_KERNEL_MAPPING

virtual report

@r@
iterator name scoped_guard; attribute name __free;
identifier fn =~ "^dma_u*n*map_"; position p;
@@
 fn@p(..., <+... DMA_ATTR_NO_KERNEL_MAPPING ...+>)

@v exists@ expression V; identifier fn =~ "^dma_u*n*map_"; position p != r.p; @@
 \(V = <+... DMA_ATTR_NO_KERNEL_MAPPING ...+>\|V |= <+... DMA_ATTR_NO_KERNEL_MAPPING ...+>\)
 ... when != V = ...
     when any
 fn@p(..., V)

@script:python@ fn << r.fn; p << r.p; @@
coccilib.report.print_report(p[0], "WARNING: %s() has no use for DMA_ATTR_NO_KERNEL_MAPPING" % fn)

@script:python@ fn << v.fn; p << v.p; @@
coccilib.report.print_report(p[0], "WARNING: %s() has no use for DMA_ATTR_NO_KERNEL_MAPPING" % fn)
