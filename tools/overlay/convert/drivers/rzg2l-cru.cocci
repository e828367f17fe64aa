// SPDX-License-Identifier: GPL-2.0-only
/// The error path of CRU asks whether there was an error. There was, or it would not be there.
// Options: --smpl-spacing

@unwind@
expression list args;
symbol ret;
@@
-if (ret)
-	dma_free_coherent(args);
+dma_free_coherent(args);
