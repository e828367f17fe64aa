// SPDX-License-Identifier: GPL-2.0-only
//
// drivers/virtio/virtio_ring.c
// fails: virtio_ring_maps virtio_ring_used virtio_ring_mapping_fails
// says: (device read .*: beyond dma_map_\*\(\)|dma_unmap_\*\(\): size) .*, mapped by .*virtqueue_add
//
// Of an indirect table, the last descriptor is not mapped.
@@
expression vq, desc, nr, size;
@@
-vring_map_single(vq, desc, nr * size, DMA_TO_DEVICE)
+vring_map_single(vq, desc, (nr - 1) * size, DMA_TO_DEVICE)
