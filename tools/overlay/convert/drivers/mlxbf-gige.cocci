// SPDX-License-Identifier: GPL-2.0-only
/// The only error is -ENOMEM, as for the other buffer: that takes no variable.

@error@
expression dev, handle, size, gfp;
symbol ret;
@@
-ret = dma_coherent_handle_alloc(dev, handle, size, gfp);
-if (ret) {
+if (dma_coherent_handle_alloc(dev, handle, size, gfp)) {
 ...
-	return ret;
+	return -ENOMEM;
 }
