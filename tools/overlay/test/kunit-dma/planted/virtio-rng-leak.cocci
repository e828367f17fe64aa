// SPDX-License-Identifier: GPL-2.0
//
// drivers/char/hw_random/virtio-rng.c
// fails: virtio_rng_*
// says: dma_alloc_attrs\(\) .*never freed, allocated by .*vring_(alloc|create)
//
// The ring is not deleted when the driver is unbound.
@@
expression vdev;
@@
 remove_common(...)
 {
 <...
-vdev->config->del_vqs(vdev);
 ...>
 }
