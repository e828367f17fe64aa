// SPDX-License-Identifier: GPL-2.0
//
// drivers/virtio/virtio_ring.c
// fails: virtio_*
// says: dma_free_attrs\(\): size .*, called by .*vring_(free|del).*, allocated by .*vring_(alloc|create)
//
// The descriptors of a ring are freed with half their size.
@@
expression vq;
@@
 vring_free(...)
 {
 <...
(
-vq->packed.ring_size_in_bytes
+vq->packed.ring_size_in_bytes / 2
|
-vq->split.queue_size_in_bytes
+vq->split.queue_size_in_bytes / 2
)
 ...>
 }
