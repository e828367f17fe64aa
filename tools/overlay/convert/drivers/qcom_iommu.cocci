// SPDX-License-Identifier: GPL-2.0-only
/// The secure page table of Qualcomm IOMMUs, which the secure world keeps for good.
// Options: --include-headers --local-includes --smpl-spacing --max-width 80

@flag@
identifier cookie, paddr, attrs, allocated;
@@
-void *cookie;
-dma_addr_t paddr;
-unsigned long attrs;
-static bool allocated = false;
+static struct dma_coherent_handle ptbl;
 ...
-if (allocated)
+if (dma_coherent_handle_is_allocated(&ptbl))
	return 0;
 <...
-allocated = true;
 ...>

@alloc@
identifier flag.cookie, flag.paddr, flag.attrs;
expression dev, psize;
symbol ret;
@@
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

@init@
identifier flag.paddr;
expression psize, spare;
@@
-qcom_scm_iommu_secure_ptbl_init(paddr, psize, spare)
+qcom_scm_iommu_secure_ptbl_init(dma_coherent_handle_dma_addr(&ptbl),
+				psize, spare)

@free@
identifier flag.cookie, flag.paddr, flag.attrs;
expression dev, psize;
@@
-dma_free_attrs(dev, psize, cookie, paddr, attrs);
+dma_coherent_handle_free(&ptbl);

@include@
@@
-#include <linux/dma-mapping.h>
+#include <linux/dma-coherent-handle.h>
