// SPDX-License-Identifier: GPL-2.0-only
//
// drivers/spi/spi.c
// fails: spi_transfers spi_mapping_fails
// says: device read .*: the CPU has written there, without .* of dma_map_sg\(\) .*, mapped by spi_map_buf_attrs
//
// What is to be sent is not synced for the device.
@@
expression dev;
@@
 spi_dma_sync_for_device(...)
 {
 <...
-dma_sync_sgtable_for_device(dev, &xfer->tx_sg, DMA_TO_DEVICE);
+(void)dev;
 ...>
 }
