// SPDX-License-Identifier: GPL-2.0
//
// mm/dmapool.c
// fails: dmapool_blocks dmapool_managed
// says: dma_free_attrs\(\): size .*, called by dma_pool_destroy.*, allocated by (pool_|dma_pool_)alloc
//
// A page is freed with the size of a block. Where that is the same, nothing can be noticed.
@@
expression pool, dev, vaddr, dma;
@@
 dma_pool_destroy(...)
 {
 <...
-dma_free_coherent(dev, pool->allocation, vaddr, dma)
+dma_free_coherent(dev, pool->size, vaddr, dma)
 ...>
 }
