// SPDX-License-Identifier: GPL-2.0-only
/// The page that Tegra's MSIs are addressed to, though none ever gets there.
// Options: --include-headers --local-includes --smpl-spacing --max-width 80

@alloc@
struct tegra_msi *msi;
expression dev, err;
identifier free_irq;
@@
-msi->virt = dma_alloc_attrs(dev, PAGE_SIZE, &msi->phys, GFP_KERNEL, DMA_ATTR_NO_KERNEL_MAPPING);
-if (!msi->virt) {
+msi->target = dmam_coherent_handle_alloc(dev, PAGE_SIZE, GFP_KERNEL);
+if (IS_ERR(msi->target)) {
 	dev_err(...);
-	err = -ENOMEM;
+	err = PTR_ERR(msi->target);
 	goto free_irq;
 }

@free@
struct tegra_msi *msi;
expression dev;
@@
-dma_free_attrs(dev, PAGE_SIZE, msi->virt, msi->phys, DMA_ATTR_NO_KERNEL_MAPPING);

@address@
identifier msi;
expression E;
@@
 struct tegra_msi *msi = E;
+dma_addr_t target = dma_coherent_handle_dma_addr(msi->target);
 <+...
-msi->phys
+target
 ...+>

@definition@
@@
 struct tegra_msi {
 	...
-	void *virt;
-	dma_addr_t phys;
+	const struct dma_coherent_handle *target;
 	...
 };
