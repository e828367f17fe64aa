// SPDX-License-Identifier: GPL-2.0-only
//
// drivers/virtio/virtio_input.c
// mends: virtio_input_*
// says: dma_map_\*\(\) .*never unmapped, mapped by .* < virtinput_
//
// The buffers for events are still mapped when the ring is deleted, on remove and on suspend.
@@
expression vdev;
@@
 virtinput_remove(...)
 {
 <...
+while (virtqueue_detach_unused_buf(vi->evt))
+	;
 vdev->config->del_vqs(vdev);
 ...>
 }

@@
expression vdev;
@@
 virtinput_freeze(...)
 {
 <...
+while (virtqueue_detach_unused_buf(vi->evt))
+	;
 vdev->config->del_vqs(vdev);
 ...>
 }
