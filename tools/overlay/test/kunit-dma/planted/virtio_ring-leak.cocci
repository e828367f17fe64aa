// SPDX-License-Identifier: GPL-2.0
//
// drivers/virtio/virtio_ring.c
// fails: virtio_*
// says: dma_alloc_attrs\(\) .*never freed, allocated by .*vring_(alloc|create)
//
// A packed ring is freed, but not that by which the device says when it wants to be told.
@@
expression vdev, vq, size;
@@
 vring_free(...)
 {
 <...
-vring_free_queue(vdev, size, vq->packed.vring.device, ...);
 ...>
 }
