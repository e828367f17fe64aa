// SPDX-License-Identifier: GPL-2.0-only
/// A handle for the black frame of the workaround, in place of a struct of its own.
// Options: --max-width 80

@alloc@
identifier dispc;
expression E, dev, gfp;
@@
 dispc_errata_i734_wa_init(struct dispc_device *dispc)
 {
+	size_t size;
+	int ret;
+
 	...
-	i734_buf.size
+	size
	= E;
	...
-	i734_buf.vaddr = dma_alloc_wc(dev, i734_buf.size, &i734_buf.paddr, gfp);
-	if (!i734_buf.vaddr) {
+	ret = dma_coherent_handle_alloc_attrs(dev, &i734_buf, size, gfp, DMA_ATTR_WRITE_COMBINE);
+	if (ret)
 		dev_err(dev,
-			"%s: dma_alloc_wc failed\n",
+			"%s: failed to allocate a buffer\n",
 			__func__);
-		return -ENOMEM;
-	}
-
-	return 0;
+	return ret;
 }

@errors@
struct dispc_device *dispc;
identifier label;
@@
 label:
+dispc_errata_i734_wa_fini(dispc);
 kfree(dispc);

@free@
expression dev;
@@
-dma_free_wc(dev, i734_buf.size, i734_buf.vaddr, i734_buf.paddr);
+dma_coherent_handle_free(&i734_buf);

@address@
@@
-i734_buf.paddr
+dma_coherent_handle_dma_addr(&i734_buf)

@definition@
@@
-static struct i734_buf {
-	size_t size;
-	dma_addr_t paddr;
-	void *vaddr;
-} i734_buf;
+static struct dma_coherent_handle i734_buf;
