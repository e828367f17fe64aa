// SPDX-License-Identifier: GPL-2.0-only
/// The secure page table of Qualcomm IOMMUs, which the secure world keeps for good.
// Options: --include-headers --local-includes --smpl-spacing --max-width 80

@init exists@
attribute name __free;
identifier cookie, paddr, attrs, allocated, free_mem;
expression ret, dev, psize, spare;
@@
-void *cookie;
-dma_addr_t paddr;
-unsigned long attrs;
+struct dma_coherent_handle ptbl __free(dma_coherent_handle) = {};
 ...
-attrs = DMA_ATTR_NO_KERNEL_MAPPING;
-
-cookie = dma_alloc_attrs(dev, psize, &paddr, GFP_KERNEL, attrs);
-if (!cookie) {
+ret = dma_coherent_handle_alloc(dev, &ptbl, psize, GFP_KERNEL);
+if (ret) {
 	...
-	return -ENOMEM;
+	return ret;
 }
 ...
-ret = qcom_scm_iommu_secure_ptbl_init(paddr, psize, spare);
+ret = qcom_scm_iommu_secure_ptbl_init(dma_coherent_handle_dma_addr(&ptbl),
+				       psize, spare);
 if (ret) {
 	...
-	goto free_mem;
+	return ret;
 }
 ...
+/* The secure world never gives it back. */
+dma_coherent_handle_forget(&ptbl);
 allocated = true;

@done@
identifier init.free_mem, init.cookie, init.paddr, init.attrs;
expression ret, dev, psize;
@@
-free_mem:
-dma_free_attrs(dev, psize, cookie, paddr, attrs);
-return ret;

@include@
@@
-#include <linux/dma-mapping.h>
+#include <linux/dma-coherent-handle.h>
