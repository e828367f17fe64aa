// SPDX-License-Identifier: GPL-2.0-only
/// DMA_ATTR_NO_KERNEL_MAPPING says that an allocation needs no kernel mapping. A call that maps
/// memory which is there already has none to leave out: the attribute means nothing to it, and
/// since Linux 7.3 CONFIG_DMA_API_DEBUG complains when the unmapping call doesn't repeat it.
///
// Confidence: High
// Options: --no-includes --include-headers --use-coccigrep
// Keywords: dma_map_sg_attrs, dma_map_sgtable, DMA_ATTR_NO_KERNEL_MAPPING

virtual patch
virtual context
virtual org
virtual report

// Spelled out in the call.

@r@
iterator name scoped_guard;
attribute name __free;
identifier fn = {dma_map_single_attrs, dma_map_page_attrs, dma_map_sg_attrs, dma_map_sgtable,
		 dma_map_resource, dma_map_phys, dma_unmap_single_attrs, dma_unmap_page_attrs,
		 dma_unmap_sg_attrs, dma_unmap_sgtable, dma_unmap_resource, dma_unmap_phys};
position p;
@@

 fn@p(..., <+... DMA_ATTR_NO_KERNEL_MAPPING ...+>)

@depends on patch@
identifier r.fn;
expression A;
position r.p;
@@

 fn@p(...,
(
- DMA_ATTR_NO_KERNEL_MAPPING
+ 0
|
 <+...
- A | DMA_ATTR_NO_KERNEL_MAPPING
+ A
 ...+>
|
 <+...
- DMA_ATTR_NO_KERNEL_MAPPING | A
+ A
 ...+>
)
 )

@depends on context@
identifier r.fn;
position r.p;
@@

* fn@p(...)

@script:python depends on org@
fn << r.fn;
p << r.p;
@@

coccilib.org.print_todo(p[0], "%s() has no use for DMA_ATTR_NO_KERNEL_MAPPING" % fn)

@script:python depends on report@
fn << r.fn;
p << r.p;
@@

coccilib.report.print_report(p[0], "WARNING: %s() has no use for DMA_ATTR_NO_KERNEL_MAPPING" % fn)

// By way of a variable, or a member: kept for the allocation, and reused for a mapping.

@v exists@
expression V;
identifier fn = {dma_map_single_attrs, dma_map_page_attrs, dma_map_sg_attrs, dma_map_sgtable,
		 dma_map_resource, dma_map_phys, dma_unmap_single_attrs, dma_unmap_page_attrs,
		 dma_unmap_sg_attrs, dma_unmap_sgtable, dma_unmap_resource, dma_unmap_phys};
position p != r.p;
@@

(
 V = <+... DMA_ATTR_NO_KERNEL_MAPPING ...+>
|
 V |= <+... DMA_ATTR_NO_KERNEL_MAPPING ...+>
)
 ... when != V = ...
     when any
 fn@p(..., V)

@depends on context@
identifier v.fn;
position v.p;
@@

* fn@p(...)

@script:python depends on org@
fn << v.fn;
p << v.p;
V << v.V;
@@

coccilib.org.print_todo(p[0], "%s() has no use for DMA_ATTR_NO_KERNEL_MAPPING, which is in %s" % (fn, V.replace(" ", "")))

@script:python depends on report@
fn << v.fn;
p << v.p;
V << v.V;
@@

msg = "WARNING: %s() has no use for DMA_ATTR_NO_KERNEL_MAPPING, which is in %s" % (fn, V.replace(" ", ""))
coccilib.report.print_report(p[0], msg)
