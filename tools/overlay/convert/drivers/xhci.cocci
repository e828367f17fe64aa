// SPDX-License-Identifier: GPL-2.0-only
/// An array of handles for the scratchpad buffers, whose addresses need not be read back then from
/// the array that the controller reads.
// Options: --include-headers --local-includes --smpl-spacing --max-width 80

@array@
expression s, num, flags, node;
@@
-s->sp_buffers = kcalloc_node(num, sizeof(*s->sp_buffers), flags, node);
+s->sp_buffers = kvcalloc_node(num,
+			       sizeof(*s->sp_buffers),
+			       flags, node);

@array_free@
expression s;
@@
-kfree(s->sp_buffers);
+kvfree(s->sp_buffers);

@alloc@
expression dev, size, flags, s, i;
identifier buf, label;
@@
-struct xhci_scratchpad_buffer *buf = &s->sp_buffers[i];
+struct dma_coherent_handle *buf = &s->sp_buffers[i];
 ...
-buf->cpu = dma_alloc_coherent(dev, size, &buf->dma, flags);
-if (!buf->cpu)
+if (dma_coherent_handle_alloc(dev, buf, size, flags))
 	goto label;

-s->sp_array[i] = buf->dma;
+s->sp_array[i] = dma_coherent_handle_dma_addr(buf);

@free_all@
expression dev, size, s, i, num;
@@
-for (i = 0; i < num; i++) {
-	dma_free_coherent(dev, size, s->sp_buffers[i].cpu, s->sp_buffers[i].dma);
-}
+for (i = 0; i < num; i++)
+	dma_coherent_handle_free(&s->sp_buffers[i]);

@free_some@
expression dev, size, s, i;
@@
 while (i--)
-	dma_free_coherent(dev, size, s->sp_buffers[i].cpu, s->sp_buffers[i].dma);
+	dma_coherent_handle_free(&s->sp_buffers[i]);

@definition@
@@
 struct xhci_scratchpad {
 	...
-	struct xhci_scratchpad_buffer *sp_buffers;
+	struct dma_coherent_handle *sp_buffers;
 	...
 };

@chunk@
@@
-struct xhci_scratchpad_buffer {
-	void *cpu;
-	dma_addr_t dma;
-};
