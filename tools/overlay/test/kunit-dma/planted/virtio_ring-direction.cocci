// SPDX-License-Identifier: GPL-2.0
//
// drivers/virtio/virtio_ring.c
// fails: virtio_input_* virtio_ring_[mu]* virtio_rng_[ru]* virtio_scsi_*
// says: dma_unmap_\*\(\): direction .*, called by .*virtqueue_(get|detach|add).*, mapped by .*virtqueue_add
//
// What the device reads is unmapped as what it writes, and the other way round.
@@
expression condition;
@@
-condition ? DMA_FROM_DEVICE : DMA_TO_DEVICE
+condition ? DMA_TO_DEVICE : DMA_FROM_DEVICE
