// SPDX-License-Identifier: GPL-2.0-only
//
// drivers/mmc/host/sdhci.c
// mends: sdhci_*_merged
// says: is (wrong|overwritten)
//
// The nth DMA segment need not be the nth entry, behind an IOMMU.
@@
identifier buffer, align, offset;
iterator name for_each_sg;
expression list args;
@@
 sdhci_adma_table_pre(...)
 {
+size_t skip = 0;
 ...
-char *buffer;
 ...
 for_each_sg(args) {
 <...
-buffer = sdhci_kmap_atomic(sg);
-memcpy(align, buffer, offset);
-sdhci_kunmap_atomic(buffer);
+sg_pcopy_to_buffer(data->sg, data->sg_len, align, offset, skip);
 ...>
+skip += sg_dma_len(sg);
 }
 ...
 }

@@
identifier buffer, align, size;
iterator name for_each_sg;
expression list args;
expression unaligned;
@@
 sdhci_adma_table_post(...)
 {
+size_t skip = 0;
 ...
-char *buffer;
 <...
 for_each_sg(args) {
 if (unaligned) {
 ...
-buffer = sdhci_kmap_atomic(sg);
-memcpy(buffer, align, size);
-sdhci_kunmap_atomic(buffer);
+sg_pcopy_from_buffer(data->sg, data->sg_len, align, size, skip);
 ...
 }
+skip += sg_dma_len(sg);
 }
 ...>
 }

@@
@@
-char *sdhci_kmap_atomic(...) { ... }

@@
@@
-void sdhci_kunmap_atomic(...) { ... }
