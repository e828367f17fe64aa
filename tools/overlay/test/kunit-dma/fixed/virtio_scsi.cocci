// SPDX-License-Identifier: GPL-2.0-only
//
// drivers/scsi/virtio_scsi.c
// mends: virtio_scsi_*
// says: dma_map_\*\(\) .*never unmapped, mapped by .* < virtscsi_
//
// The buffers for events are still mapped when the ring is deleted, on remove and on suspend.
@@
expression vdev;
@@
 virtscsi_remove(...)
 {
 <...
+virtio_reset_device(vdev);
+while (virtqueue_detach_unused_buf(vscsi->event_vq.vq))
+	;
 virtscsi_remove_vqs(vdev);
 ...>
 }

@@
identifier vdev;
@@
 virtscsi_freeze(struct virtio_device *vdev)
 {
+struct virtio_scsi *vscsi = shost_priv(virtio_scsi_host(vdev));
+
+virtio_reset_device(vdev);
+while (virtqueue_detach_unused_buf(vscsi->event_vq.vq))
+	;
 virtscsi_remove_vqs(vdev);
 ...
 }
