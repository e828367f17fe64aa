// SPDX-License-Identifier: GPL-2.0-only
/// The dummy buffer of rkcif: a frame like any other, but with memory of its own behind it. A
/// handle owns that memory, and the frame has got its address from there.
// Options: --include-headers --local-includes --smpl-spacing --max-width 80

@alloc disable mult_comm@
struct rkcif_dummy_buffer d;
expression E, addr, dev, gfp, a, b;
identifier pix;
@@
 struct v4l2_pix_format_mplane *pix = E;
+int ret;
 ...
-d.size = a * b;
-d.vaddr = dma_alloc_attrs(dev, d.size, &addr, gfp, DMA_ATTR_NO_KERNEL_MAPPING);
-if (!d.vaddr)
-	return -ENOMEM;
+ret = dma_coherent_handle_alloc(dev,
+                                &d.memory,
+                                a *
+                                b,
+                                gfp);
+if (ret)
+	return ret;
+
+addr =
+                dma_coherent_handle_dma_addr(&d.memory);

@release@
struct rkcif_dummy_buffer d;
expression dev;
@@
-if (d.vaddr) {
-	dma_free_attrs(dev, d.size, d.vaddr, ..., DMA_ATTR_NO_KERNEL_MAPPING);
-	d.vaddr = NULL;
-}
+dma_coherent_handle_free(&d.memory);

@unwind@
struct rkcif_dummy_buffer d;
expression dev;
@@
-dma_free_attrs(dev, d.size, d.vaddr, ..., DMA_ATTR_NO_KERNEL_MAPPING);
+dma_coherent_handle_free(&d.memory);
-d.vaddr = NULL;

@definition@
@@
 struct rkcif_dummy_buffer {
 ...
-void *vaddr;
-u32 size;
+struct dma_coherent_handle memory;
 };
