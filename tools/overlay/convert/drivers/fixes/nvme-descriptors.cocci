// SPDX-License-Identifier: GPL-2.0-only
/// The chunks of a host memory buffer are freed by what the driver knows of them itself.
// Options: --smpl-spacing --max-width 80

// Linux 6.12 jumps to here if it has allocated none, and frees those that it has.
@maybe_none@
identifier bufs, i;
@@
+kfree(bufs);
-while (--i >= 0) {
-	...
-	dma_free_attrs(..., bufs[i], ...);
-}
-
-kfree(bufs);

@alloc exists@
identifier bufs, i, dma_addr;
expression dev, len;
@@
-void **bufs;
+struct nvme_host_mem_chunk *bufs;
 <+...
-dma_addr_t dma_addr;
+struct nvme_host_mem_chunk *buf = &bufs[i];
 ...
-bufs[i] = dma_alloc_attrs(dev, len, &dma_addr, GFP_KERNEL,
-			  DMA_ATTR_NO_KERNEL_MAPPING | DMA_ATTR_NO_WARN);
-if (!bufs[i])
+buf->cookie = dma_alloc_attrs(dev, len, &buf->dma_addr,
+			      GFP_KERNEL,
+			      DMA_ATTR_NO_KERNEL_MAPPING | DMA_ATTR_NO_WARN);
+if (!buf->cookie)
 	break;
+buf->size = len;
 ...
 cpu_to_le64(
-	    dma_addr
+	    buf->dma_addr
 	    )
 ...+>

@free@
struct nvme_dev *ndev;
identifier i, desc, size;
@@
-struct nvme_host_mem_buf_desc *desc = &ndev->host_mem_descs[i];
-size_t size = le32_to_cpu(desc->size) * NVME_CTRL_PAGE_SIZE;
+struct nvme_host_mem_chunk *buf = &ndev->host_mem_desc_bufs[i];

-dma_free_attrs(ndev->dev, size, ndev->host_mem_desc_bufs[i], le64_to_cpu(desc->addr),
-	       DMA_ATTR_NO_KERNEL_MAPPING | DMA_ATTR_NO_WARN);
+dma_free_attrs(ndev->dev, buf->size, buf->cookie, buf->dma_addr,
+	       DMA_ATTR_NO_KERNEL_MAPPING | DMA_ATTR_NO_WARN);

@member@
@@
 struct nvme_dev {
 	...
-	void **host_mem_desc_bufs;
+	struct nvme_host_mem_chunk *host_mem_desc_bufs;
 	...
 };
