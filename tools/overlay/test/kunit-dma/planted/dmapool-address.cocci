// SPDX-License-Identifier: GPL-2.0
//
// mm/dmapool.c
// fails: dmapool_*
// says: dma_free_attrs\(\): DMA address .*, called by dma_pool_destroy.*, allocated by (pool_|dma_pool_)alloc
//
// A page is freed with the DMA address of its second half.
@@
expression dev, size, vaddr;
identifier page;
@@
 dma_pool_destroy(...)
 {
 <...
-dma_free_coherent(dev, size, vaddr, page->dma)
+dma_free_coherent(dev, size, vaddr, page->dma + PAGE_SIZE / 2)
 ...>
 }
