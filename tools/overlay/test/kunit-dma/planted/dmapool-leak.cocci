// SPDX-License-Identifier: GPL-2.0
//
// mm/dmapool.c
// fails: dmapool_*
// says: dma_alloc_attrs\(\) .*never freed, allocated by (pool_|dma_pool_)alloc
//
// The pages of a pool that is destroyed are forgotten.
@@
@@
 dma_pool_destroy(...)
 {
 <...
-if (!busy) dma_free_coherent(...);
 ...>
 }
