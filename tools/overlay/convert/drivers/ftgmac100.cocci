// SPDX-License-Identifier: GPL-2.0-only
/// The page that packets go to which there is no skb for is the device's alone. A handle takes the
/// place of its cookie and its DMA address.
// Options: --max-width 80

@free@
struct ftgmac100 *priv;
@@
-if (priv->rx_scratch)
-	dma_free_coherent(priv->dev, RX_BUF_SIZE, priv->rx_scratch, priv->rx_scratch_dma);
+dma_coherent_handle_free(&priv->rx_scratch);

@alloc@
struct ftgmac100 *priv;
expression gfp;
@@
-	priv->rx_scratch = dma_alloc_coherent(priv->dev, RX_BUF_SIZE, &priv->rx_scratch_dma, gfp);
-	if (!priv->rx_scratch)
+	if (dma_coherent_handle_alloc(priv->dev, &priv->rx_scratch, RX_BUF_SIZE, gfp))
 		goto err_free_txdes;

@address@
struct ftgmac100 *priv;
@@
-priv->rx_scratch_dma
+dma_coherent_handle_dma_addr(&priv->rx_scratch)

@definition@
@@
 struct ftgmac100 {
 	...
-	void *
+	struct dma_coherent_handle
 	rx_scratch;
-	dma_addr_t rx_scratch_dma;
 	...
 };
