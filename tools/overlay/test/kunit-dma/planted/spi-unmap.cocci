// SPDX-License-Identifier: GPL-2.0-only
//
// drivers/spi/spi.c
// fails: spi_*
// says: (device read|dma_sync_\*_for_cpu\(\)) .* is no longer there.*, mapped by spi_map_buf_attrs .*, unmapped by spi_
//
// Data to be sent are unmapped, not synced, before the device reads them.
@@
expression dev;
@@
 spi_dma_sync_for_device(...)
 {
 <...
-dma_sync_sgtable_for_device(dev, &xfer->tx_sg, DMA_TO_DEVICE);
+dma_unmap_sgtable(dev, &xfer->tx_sg, DMA_TO_DEVICE, 0);
 ...>
 }
