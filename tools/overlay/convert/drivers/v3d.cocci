// SPDX-License-Identifier: GPL-2.0-only
/// A managed handle for the page that the MMU redirects invalid accesses to.
// Options: --include-headers --local-includes --max-width 80

@alloc@
struct v3d_dev *v3d;
expression dev, size;
symbol ret;
@@
-v3d->mmu_scratch = dma_alloc_wc(dev, size, &v3d->mmu_scratch_paddr,
-				 GFP_KERNEL | __GFP_NOWARN | __GFP_ZERO);
-if (!v3d->mmu_scratch) {
+v3d->mmu_scratch =
+                dmam_coherent_handle_alloc_attrs(dev, size,
+                                                 GFP_KERNEL | __GFP_NOWARN,
+                                                 DMA_ATTR_WRITE_COMBINE);
+if (IS_ERR(v3d->mmu_scratch)) {
 	...
(
-	return -ENOMEM;
+	return PTR_ERR(v3d->mmu_scratch);
|
-	ret = -ENOMEM;
+	ret = PTR_ERR(v3d->mmu_scratch);
 	goto clk_disable;
)
 }

// Linux 6.12 has a clock to be disabled when the page has been freed. Jump and label in one rule:
// without its label, spatch makes nothing of a goto.

@has_clock@
@@
 goto clk_disable;

@maybe_then_clock depends on has_clock@
struct v3d_dev *v3d;
symbol ret;
@@
(
-if (ret)
-	goto dma_free;
+if (ret)
+	goto clk_disable;
|
-dma_free:
-dma_free_wc(..., v3d->mmu_scratch, v3d->mmu_scratch_paddr);
)

@maybe_then_return depends on !has_clock@
struct v3d_dev *v3d;
symbol ret;
@@
(
-if (ret)
-	goto dma_free;
+if (ret)
+	return ret;
|
-dma_free:
-dma_free_wc(..., v3d->mmu_scratch, v3d->mmu_scratch_paddr);
)

@free@
struct v3d_dev *v3d;
@@
-dma_free_wc(..., v3d->mmu_scratch, v3d->mmu_scratch_paddr);

@address@
struct v3d_dev *v3d;
@@
-v3d->mmu_scratch_paddr
+dma_coherent_handle_dma_addr(v3d->mmu_scratch)

@definition@
@@
 struct v3d_dev {
 	...
-	void *mmu_scratch;
+	const struct dma_coherent_handle *mmu_scratch;
-	dma_addr_t mmu_scratch_paddr;
 	...
 };

// Linux 6.12 needs it for the clock.
@maybe_unused@
identifier v3d;
expression E;
@@
 v3d_platform_drm_remove(...)
 {
	...
-	struct v3d_dev *v3d = E;
	... when != v3d
 }
