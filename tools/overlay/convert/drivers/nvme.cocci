// SPDX-License-Identifier: GPL-2.0-only
/// The chunks of NVMe host memory buffers: an array of cookies, while sizes and DMA addresses are
/// kept where the device can write to. An array of handles takes the place of both.
// Options: --include-headers --local-includes --smpl-spacing --max-width 80

@array@
identifier descs, bufs;
expression n;
@@
 struct nvme_host_mem_buf_desc *descs;
+struct dma_coherent_handle *bufs;
 ...
-struct nvme_host_mem_chunk *bufs;
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
identifier array.bufs, i;
expression dev, len, E;
@@
-struct nvme_host_mem_chunk *buf = &bufs[i];
+struct dma_coherent_handle *buf = &bufs[i];
 ...
-buf->cookie = dma_alloc_attrs(dev, len, &buf->dma_addr, GFP_KERNEL,
-			      DMA_ATTR_NO_KERNEL_MAPPING | DMA_ATTR_NO_WARN);
-if (!buf->cookie)
+if (dma_coherent_handle_alloc_attrs(dev, buf, len, GFP_KERNEL,
+				    DMA_ATTR_NO_WARN))
 	break;
-buf->size = len;
 ...
-E = cpu_to_le64(buf->dma_addr);
+E = cpu_to_le64(dma_coherent_handle_dma_addr(buf));

@free@
struct nvme_dev *ndev;
identifier i, buf;
expression n;
@@
-for (i = 0; i < n; i++) {
-	struct nvme_host_mem_chunk *buf = &ndev->host_mem_desc_bufs[i];
-
-	dma_free_attrs(ndev->dev, buf->size, buf->cookie, buf->dma_addr,
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
-	struct nvme_host_mem_chunk *host_mem_desc_bufs;
+	struct dma_coherent_handle *host_mem_desc_bufs;
 	...
 };

@chunk@
@@
-struct nvme_host_mem_chunk {
-	void *cookie;
-	dma_addr_t dma_addr;
-	size_t size;
-};
