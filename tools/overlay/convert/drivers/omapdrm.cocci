// SPDX-License-Identifier: GPL-2.0-only
/// A managed handle for the black frame of the workaround, in place of a struct of its own.
// Options: --max-width 80

@alloc@
identifier dispc;
expression E, dev, gfp;
@@
 dispc_errata_i734_wa_init(struct dispc_device *dispc)
 {
+	size_t size;
+
 	...
-	i734_buf.size
+	size
	= E;
	...
-	i734_buf.vaddr = dma_alloc_wc(dev, i734_buf.size, &i734_buf.paddr, gfp);
-	if (!i734_buf.vaddr) {
-		...
-	}
-
-	return 0;
+	i734_buf = dmam_coherent_handle_alloc_attrs(dev, size, gfp,
+						     DMA_ATTR_WRITE_COMBINE);
+	return PTR_ERR_OR_ZERO(i734_buf);
 }

// Jump and labels in one rule: without its label, spatch makes nothing of a goto.

@errors@
struct dispc_device *dispc;
symbol r;
@@
(
-if (r)
-	goto err_wa_init;
+if (r)
+	goto err_free;
|
-err_wa_init:
 kfree(dispc);
)

@calls@
@@
-dispc_errata_i734_wa_fini(...);

@free@
expression dev;
@@
-static void dispc_errata_i734_wa_fini(struct dispc_device *dispc)
-{
-	if (!dispc->feat->has_gamma_i734_bug)
-		return;
-
-	dma_free_wc(dev, i734_buf.size, i734_buf.vaddr, i734_buf.paddr);
-}

@address@
@@
-i734_buf.paddr
+dma_coherent_handle_dma_addr(i734_buf)

@definition@
@@
-static struct i734_buf {
-	size_t size;
-	dma_addr_t paddr;
-	void *vaddr;
-} i734_buf;
+static const struct dma_coherent_handle *i734_buf;
