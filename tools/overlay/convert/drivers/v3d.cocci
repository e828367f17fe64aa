// SPDX-License-Identifier: GPL-2.0-only
/// A handle for the page that the MMU redirects invalid accesses to.
// Options: --include-headers --local-includes --max-width 80

@alloc@
struct v3d_dev *v3d;
expression dev, size;
identifier label;
symbol ret;
@@
-v3d->mmu_scratch = dma_alloc_wc(dev, size, &v3d->mmu_scratch_paddr,
-				 GFP_KERNEL | __GFP_NOWARN | __GFP_ZERO);
-if (!v3d->mmu_scratch) {
+ret = dma_coherent_handle_alloc_attrs(dev, &v3d->mmu_scratch, size, GFP_KERNEL,
+				       DMA_ATTR_WRITE_COMBINE | DMA_ATTR_NO_WARN);
+if (ret) {
 	...
(
-	return -ENOMEM;
+	return ret;
|
-	ret = -ENOMEM;
 	goto label;
)
 }

@free@
struct v3d_dev *v3d;
expression dev, size;
@@
-dma_free_wc(dev, size, v3d->mmu_scratch, v3d->mmu_scratch_paddr);
+dma_coherent_handle_free(&v3d->mmu_scratch);

@address@
struct v3d_dev *v3d;
@@
-v3d->mmu_scratch_paddr
+dma_coherent_handle_dma_addr(&v3d->mmu_scratch)

@definition@
@@
 struct v3d_dev {
 	...
-	void *mmu_scratch;
+	struct dma_coherent_handle mmu_scratch;
-	dma_addr_t mmu_scratch_paddr;
 	...
 };
