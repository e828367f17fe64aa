// SPDX-License-Identifier: GPL-2.0-only
/// The internal buffers of iris. The struct is also that of a vb2 buffer, so it keeps the DMA address
/// and the size that are sent to the firmware.
// Options: --include-headers --local-includes --smpl-spacing --max-width 80

@alloc@
identifier buf;
expression dev, bytes;
@@
 struct iris_buffer *buf;
+int ret;
 ...
 buf->dma_attrs = DMA_ATTR_WRITE_COMBINE | DMA_ATTR_NO_KERNEL_MAPPING;
-buf->kvaddr = dma_alloc_attrs(dev, bytes, &buf->device_addr, GFP_KERNEL, buf->dma_attrs);
-if (!buf->kvaddr) {
+ret = dma_coherent_handle_alloc_attrs(dev, &buf->handle,
+				       bytes, GFP_KERNEL,
+				       DMA_ATTR_WRITE_COMBINE);
+if (ret) {
 	kfree(buf);
-	return -ENOMEM;
+	return ret;
 }
+buf->device_addr = dma_coherent_handle_dma_addr(&buf->handle);

// Apart from the above, for the sake of the empty line between the two.
@attrs@
struct iris_buffer *buf;
@@
-buf->dma_attrs = DMA_ATTR_WRITE_COMBINE | DMA_ATTR_NO_KERNEL_MAPPING;

@free@
identifier f, inst, buf, core;
@@
-void f(struct iris_inst *inst, struct iris_buffer *buf)
+void f(struct iris_buffer *buf)
 {
-	struct iris_core *core = inst->core;
-
 	list_del(&buf->list);
-	dma_free_attrs(core->dev, buf->buffer_size, buf->kvaddr, buf->device_addr, buf->dma_attrs);
+	dma_coherent_handle_free(&buf->handle);
 	kfree(buf);
 }

@callers@
identifier free.f;
expression inst, buf;
@@
-f(inst, buf)
+f(buf)

@definition@
@@
 struct iris_buffer {
 	...
-	void *kvaddr;
-	unsigned long dma_attrs;
+	struct dma_coherent_handle handle;
 	...
 };

@include_h@
@@
+#include <linux/dma-coherent-handle.h>
 #include <media/videobuf2-v4l2.h>

@include_c@
@@
+#include <linux/dma-coherent-handle.h>
 #include <media/v4l2-event.h>
