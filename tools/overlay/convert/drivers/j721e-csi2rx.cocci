// SPDX-License-Identifier: GPL-2.0-only
/// A managed handle for the buffer that stale data is drained to.
// Options: --smpl-spacing --max-width 80

@alloc@
expression D;
expression dev, gfp, size;
@@
-D.len = size;
-D.vaddr = dma_alloc_coherent(dev, D.len, &D.paddr, gfp);
-if (!D.vaddr)
-	return -ENOMEM;
+D = dmam_coherent_handle_alloc(dev, size,
+					 gfp);
+if (IS_ERR(D))
+	return PTR_ERR(D);

// Jump and label in one rule: without its label, spatch makes nothing of a goto.

@maybe_label@
expression D;
expression E;
symbol ret;
@@
(
-if (ret)
-	goto err_dma_chan;
+if (ret)
+	return ret;
|
-ret = E;
-goto err_dma_chan;
+return E;
|
-err_dma_chan:
-dma_free_coherent(..., D.len, D.vaddr, D.paddr);
)

@free@
expression D;
@@
-dma_free_coherent(..., D.len, D.vaddr, D.paddr);

// Linux 6.12 has it.
@maybe_forget@
expression D;
@@
-D.vaddr = NULL;

@transfer@
expression D;
expression chan, dir, flags;
symbol ret;
@@
+dma_addr_t drain = dma_coherent_handle_dma_addr(D);
 int ret;
 ...
-dmaengine_prep_slave_single(chan, D.paddr, D.len, dir, flags)
+dmaengine_prep_slave_single(chan, drain,
+                            DRAIN_BUFFER_SIZE, dir,
+                            flags)

@definition@
identifier tag;
@@
 struct tag {
 ...
-struct {
-	...
-}
+const struct dma_coherent_handle *
 drain;
 ...
 };
