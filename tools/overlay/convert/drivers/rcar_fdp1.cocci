// SPDX-License-Identifier: GPL-2.0-only
/// The still mask of FDP1: one buffer, the halves of which are for one field each.
// Options: --smpl-spacing --max-width 80

@includes@
@@
-#include <linux/dma-mapping.h>
+#include <linux/dma-coherent-handle.h>

@halves@
struct fdp1_ctx *ctx;
expression E;
@@
(
-E = ctx->smsk_addr[0]
+E = dma_coherent_handle_dma_addr(&ctx->smsk)
|
-E = ctx->smsk_addr[1]
+E = dma_coherent_handle_dma_addr(&ctx->smsk) +
+                            dma_coherent_handle_size(&ctx->smsk) / 2
)

@alloc disable mult_comm@
struct fdp1_ctx *ctx;
expression dev, gfp, a, b, c;
identifier base;
symbol ret;
@@
 u32 stride;
-dma_addr_t base;
+int ret;
 ...
-ctx->smsk_size = a * b * c;
-
-ctx->smsk_cpu = dma_alloc_coherent(dev, ctx->smsk_size, &base, gfp);
-
-if (ctx->smsk_cpu == NULL) {
+ret = dma_coherent_handle_alloc(dev,
+                                &ctx->smsk,
+                                a * b *
+                                c,
+                                gfp);
+if (ret) {
 	...
-	return -ENOMEM;
+	return ret;
 }
-
-ctx->smsk_addr[0] = base;
-ctx->smsk_addr[1] = base + ...;

@free@
struct fdp1_ctx *ctx;
expression dev;
@@
-if (ctx->smsk_cpu) {
-	dma_free_coherent(dev, ctx->smsk_size, ctx->smsk_cpu, ctx->smsk_addr[0]);
-	...
-}
+dma_coherent_handle_free(&ctx->smsk);

@definition@
@@
 struct fdp1_ctx {
 ...
-unsigned int smsk_size;
+struct dma_coherent_handle smsk;
-dma_addr_t smsk_addr[2];
-void *smsk_cpu;
 ...
 };
