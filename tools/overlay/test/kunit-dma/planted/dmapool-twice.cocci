// SPDX-License-Identifier: GPL-2.0
//
// mm/dmapool.c
// fails: dmapool_*
// says: dma_free_attrs\(\) .*: second time, called by dma_pool_destroy.*, allocated by (pool_|dma_pool_)alloc
//
// Each page is freed twice.
@@
expression list pages;
@@
 dma_pool_destroy(...)
 {
 <...
-dma_free_coherent(pages);
+{ dma_free_coherent(pages); dma_free_coherent(pages); }
 ...>
 }
