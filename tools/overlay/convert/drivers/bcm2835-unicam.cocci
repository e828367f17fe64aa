// SPDX-License-Identifier: GPL-2.0-only
/// The dummy buffer of a unicam node: a frame like any other, but with memory of its own behind it.
/// A handle owns that memory, and the frame has got its address from there.
// Options: --smpl-spacing --max-width 80

@alloc@
struct unicam_node *node;
expression dev, gfp;
identifier failed;
symbol ret;
statement S;
@@
-node->dummy_buf_cpu_addr = dma_alloc_coherent(dev, node->dummy_buf.size,
-                                              &node->dummy_buf.dma_addr, gfp);
-if (!node->dummy_buf_cpu_addr) {
+ret = dma_coherent_handle_alloc(dev, &node->dummy_memory,
+                                node->dummy_buf.size, gfp);
+if (ret) {
 	...
-	ret = -ENOMEM;
 	goto failed;
 }
-S
+node->dummy_buf.dma_addr =
+                dma_coherent_handle_dma_addr(&node->dummy_memory);
+
+S

@release@
struct unicam_node *node;
expression dev;
@@
-if (node->dummy_buf_cpu_addr) {
-	dma_free_coherent(dev, node->dummy_buf.size, node->dummy_buf_cpu_addr, ...);
-	node->dummy_buf_cpu_addr = NULL;
-}
+dma_coherent_handle_free(&node->dummy_memory);

@unwind@
struct unicam_node *node;
expression dev;
@@
-dma_free_coherent(dev, node->dummy_buf.size, node->dummy_buf_cpu_addr, ...);
+dma_coherent_handle_free(&node->dummy_memory);

@forget@
struct unicam_node *node;
@@
-node->dummy_buf_cpu_addr = NULL;

@definition@
@@
 struct unicam_node {
 ...
-void *dummy_buf_cpu_addr;
+struct dma_coherent_handle dummy_memory;
 };
