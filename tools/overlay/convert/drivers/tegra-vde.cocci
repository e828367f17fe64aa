// SPDX-License-Identifier: GPL-2.0-only
/// A buffer object that is allocated, described as a scatterlist, and mapped for the same device.
// Options: --include-headers --local-includes --smpl-spacing

@attrs_set@
struct tegra_vde_bo *bo;
expression E;
@@
-bo->dma_attrs = E | DMA_ATTR_NO_KERNEL_MAPPING;

@attrs_more@
struct tegra_vde_bo *bo;
@@
-bo->dma_attrs
+attrs
  |= DMA_ATTR_FORCE_CONTIGUOUS;

@attrs_variable@
identifier dev;
@@
 tegra_vde_alloc_bo(...)
 {
+	unsigned long attrs = DMA_ATTR_WRITE_COMBINE;
	struct device *dev = ...;
	...
 }

@bo_alloc@
struct tegra_vde_bo *bo;
expression dev, sz;
statement S;
@@
-bo->size = sz;
 ...
-bo->dma_cookie = dma_alloc_attrs(dev, bo->size, &bo->dma_handle, GFP_KERNEL, bo->dma_attrs);
-if (!bo->dma_cookie)
+err = dma_coherent_handle_alloc_attrs(dev, &bo->buf, sz, GFP_KERNEL,
+                                      attrs);
+if (err)
 S

@fails@
identifier label;
@@
 err = dma_coherent_handle_alloc_attrs(...);
 if (err)
 {
	...
-	err = -ENOMEM;
	goto label;
 }

@bo_share@
struct tegra_vde_bo *bo;
@@
-dma_get_sgtable_attrs(..., &bo->sgt, bo->dma_cookie, bo->dma_handle, bo->size, bo->dma_attrs)
+dma_coherent_handle_get_sgtable(&bo->buf, &bo->sgt)

@bo_map@
struct tegra_vde_bo *bo;
@@
 \(dma_map_sgtable\|dma_unmap_sgtable\)(...,
-	bo->dma_attrs
+	0
 	)

@bo_free@
struct tegra_vde_bo *bo;
@@
-dma_free_attrs(..., bo->size, bo->dma_cookie, bo->dma_handle, bo->dma_attrs);
+dma_coherent_handle_free(&bo->buf);

@sizes@
struct tegra_vde_bo *bo;
identifier sz;
@@
 tegra_vde_alloc_bo(..., size_t sz)
 {
	<...
-	bo->size
+	sz
	...>
 }

@size_elsewhere@
struct tegra_vde_bo *bo;
@@
-bo->size
+dma_coherent_handle_size(&bo->buf)

// Both names of the label for a while: a goto must have its label, or spatch makes nothing of it.

@label_new@
@@
+free_buf:
 free_attrs:
 dma_coherent_handle_free(...);

@label_goto@
@@
-goto free_attrs;
+goto free_buf;

@label_old@
@@
-free_attrs:
 dma_coherent_handle_free(...);

@definition@
@@
 struct tegra_vde_bo {
	...
-	unsigned long dma_attrs;
-	dma_addr_t dma_handle;
+	struct dma_coherent_handle buf;
	dma_addr_t dma_addr;
-	void *dma_cookie;
-	size_t size;
 };
