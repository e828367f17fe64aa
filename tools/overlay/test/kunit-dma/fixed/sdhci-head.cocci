// SPDX-License-Identifier: GPL-2.0-only
//
// drivers/mmc/host/sdhci.c
// mends: sdhci_reads_unaligned
// says: byte 0 of part 0 of what was read is wrong
//
// The bytes before an aligned address are copied to memory, which is unmapped later. Where it
// bounces, unmap overwrites them.
@@
expression dev;
@@
 sdhci_adma_table_post(...)
 {
 <...
-dma_sync_sg_for_cpu(dev, data->sg, data->sg_len, DMA_FROM_DEVICE);
+dma_unmap_sg(dev, data->sg, data->sg_len, DMA_FROM_DEVICE);
+data->host_cookie = COOKIE_UNMAPPED;
 ...>
 }
