// SPDX-License-Identifier: GPL-2.0-only
/// The chunks of NVMe host memory buffers: an array of cookies, while sizes and DMA addresses are
/// kept where the device can write to. An array of handles takes the place of both.
// Options: --include-headers --local-includes --smpl-spacing --max-width 80

// Linux 6.12 jumps to here if it has allocated none, and frees those that it has.
@maybe_none@
identifier bufs, i;
@@
+kvfree(bufs);
-while (--i >= 0) {
-	...
-	dma_free_attrs(..., bufs[i], ...);
-}
-
-kfree(bufs);

@array@
identifier descs, bufs;
expression n;
@@
 struct nvme_host_mem_buf_desc *descs;
+struct dma_coherent_handle *bufs;
 ...
-void **bufs;
 <+...
(
-bufs = kcalloc(n, sizeof(*bufs), GFP_KERNEL);
+bufs = kvcalloc(n, sizeof(*bufs), GFP_KERNEL);
|
-bufs = kzalloc_objs(*bufs, n);
+bufs = kvzalloc_objs(*bufs, n);
|
-kfree(bufs);
+kvfree(bufs);
)
 ...+>

@alloc exists@
identifier array.bufs, i, dma_addr;
expression dev, len, E;
@@
-dma_addr_t dma_addr;
+struct dma_coherent_handle *buf = &bufs[i];
 ...
-bufs[i] = dma_alloc_attrs(dev, len, &dma_addr, GFP_KERNEL,
-			  DMA_ATTR_NO_KERNEL_MAPPING | DMA_ATTR_NO_WARN);
-if (!bufs[i])
+if (dma_coherent_handle_alloc_attrs(dev, buf, len, GFP_KERNEL,
+				    DMA_ATTR_NO_WARN))
 	break;
 ...
-E = cpu_to_le64(dma_addr);
+E = cpu_to_le64(dma_coherent_handle_dma_addr(buf));

@free@
struct nvme_dev *ndev;
identifier i, desc, size;
expression n;
@@
-for (i = 0; i < n; i++) {
-	struct nvme_host_mem_buf_desc *desc = &ndev->host_mem_descs[i];
-	size_t size = le32_to_cpu(desc->size) * NVME_CTRL_PAGE_SIZE;
-
-	dma_free_attrs(ndev->dev, size, ndev->host_mem_desc_bufs[i], le64_to_cpu(desc->addr),
-		       DMA_ATTR_NO_KERNEL_MAPPING | DMA_ATTR_NO_WARN);
-}
+for (i = 0; i < n; i++)
+	dma_coherent_handle_free(&ndev->host_mem_desc_bufs[i]);
 ...
-kfree(ndev->host_mem_desc_bufs);
+kvfree(ndev->host_mem_desc_bufs);

@definition@
@@
 struct nvme_dev {
 	...
-	void **host_mem_desc_bufs;
+	struct dma_coherent_handle *host_mem_desc_bufs;
 	...
 };
