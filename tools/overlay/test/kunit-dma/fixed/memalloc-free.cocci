// SPDX-License-Identifier: GPL-2.0-only
//
// sound/core/memalloc.c
// mends: memalloc_fails
// says: pages are freed that were not allocated
//
// Pages that could not be mapped are not freed: what is freed is the buffer, which is not set yet.
@@
expression dmab, size;
identifier p;
@@
 snd_dma_wc_alloc(...)
 {
 <...
-do_free_pages(dmab->area, size, true);
+do_free_pages(p, size, true);
 ...>
 return p;
 }
