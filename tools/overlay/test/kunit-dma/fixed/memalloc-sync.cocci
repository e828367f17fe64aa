// SPDX-License-Identifier: GPL-2.0-only
//
// sound/core/memalloc.c
// mends: memalloc_playback memalloc_capture
// says: (the CPU has written there|did not reach the CPU), without .*, mapped by snd_dma_
//
// Two kinds of buffers are streaming mappings, but nobody syncs them. Behind swiotlb, the device
// plays silence.
@@
@@
 struct snd_malloc_ops {
 	...
 };
+static void snd_dma_noncoherent_sync(struct snd_dma_buffer *dmab, enum snd_dma_sync_mode mode);

@@
@@
 snd_dma_wc_alloc(...)
 {
 <...
 if (dma_mapping_error(...)) { ... }
+dmab->dev.need_sync = dma_need_sync(dmab->dev.dev, dmab->addr);
 ...>
 }

@@
@@
 snd_dma_sg_fallback_alloc(...)
 {
 <...
 dmab->private_data = sgbuf;
+dmab->dev.need_sync = dma_need_sync(dmab->dev.dev, sg_dma_address(sgbuf->sgt.sgl));
 ...>
 }

@@
@@
 struct snd_malloc_ops snd_dma_wc_ops = {
+	.sync = snd_dma_noncoherent_sync,
 };

@@
@@
 struct snd_malloc_ops snd_dma_sg_ops = {
+	.sync = snd_dma_noncontig_sync,
 };
