// SPDX-License-Identifier: GPL-2.0-only
/// A handle for what short packets are padded with.
// Options: --include-headers --local-includes --max-width 80

@alloc@
struct tn40_priv *priv;
expression dev, size, gfp;
identifier label;
symbol ret;
@@
-priv->b0_len = size;
-priv->b0_va = dma_alloc_coherent(dev, priv->b0_len, &priv->b0_dma, gfp);
-if (!priv->b0_va)
+ret = dma_coherent_handle_alloc(dev, &priv->b0, size, gfp);
+if (ret)
 	goto label;

@errors@
symbol ret;
@@
 tn40_create_tx_ring(...)
 {
 	<...
-	return -ENOMEM;
+	return ret;
 	...>
 }

@free@
struct tn40_priv *priv;
expression dev;
@@
-if (priv->b0_len) {
-	dma_free_coherent(dev, priv->b0_len, priv->b0_va, priv->b0_dma);
-	priv->b0_len = 0;
-}
+dma_coherent_handle_free(&priv->b0);

@address@
struct tn40_priv *priv;
@@
-priv->b0_dma
+dma_coherent_handle_dma_addr(&priv->b0)

@definition@
@@
 struct tn40_priv {
 	...
-	u32 b0_len;
+	struct dma_coherent_handle b0;
-	dma_addr_t b0_dma;
-	char *b0_va;
 	...
 };
