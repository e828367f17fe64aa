// SPDX-License-Identifier: GPL-2.0
//
// drivers/virtio/virtio_ring.c
// fails: virtio_ring_mapping_fails
// says: dma_unmap_\*\(\) of .* at DMA_MAPPING_ERROR: dma_mapping_error\(\) not checked.*, called by .*virtqueue_
//
// Nobody asks whether an indirect table could be mapped.
@@
expression vq;
identifier addr;
@@
-vring_mapping_error(vq, addr)
+0
