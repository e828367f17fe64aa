// SPDX-License-Identifier: GPL-2.0
//
// drivers/char/hw_random/virtio-rng.c
// mends: virtio_rng_reads virtio_rng_unplugged
// says: dma_map_\*\(\) .*never unmapped, mapped by .*(request_entropy|copy_data|virtio_read|virtrng_|probe_common)
//
// The buffer that the other side has not used is still mapped when the ring is deleted.
@@
expression vdev;
@@
 remove_common(...)
 {
 <...
 virtio_reset_device(vdev);
+virtqueue_detach_unused_buf(vi->vq);
 ...>
 }
