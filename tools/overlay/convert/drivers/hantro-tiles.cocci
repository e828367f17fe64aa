// SPDX-License-Identifier: GPL-2.0-only
/// The buffers of a codec that only the hardware touches, for what is to be remembered of a tile. They
/// are among others that the CPU does touch, which stay as they are.
// Options: --include-headers --local-includes --smpl-spacing

@tiles_alloc@
identifier virtual.tag;
identifier buf = {tile_filter, tile_sao, tile_bsd, db_data_col, db_ctrl_col, cdef_col, sr_col, lr_col, tile_buf};
struct tag *x;
expression dev, sz;
statement S;
@@
-x->buf.cpu = dma_alloc_coherent(dev, sz, &x->buf.dma, GFP_KERNEL);
-if (!x->buf.cpu)
+ret = dma_coherent_handle_alloc(dev, &x->buf,
+                                sz, GFP_KERNEL);
+if (ret)
 S
-x->buf.size = sz;

@tiles_free@
identifier virtual.tag;
identifier tiles_alloc.buf;
struct tag *x;
@@
(
-if (x->buf.cpu) {
-	dma_free_coherent(..., x->buf.size, x->buf.cpu, x->buf.dma);
-	x->buf.cpu = NULL;
-}
+dma_coherent_handle_free(&x->buf);
|
-if (x->buf.cpu)
-	dma_free_coherent(..., x->buf.size, x->buf.cpu, x->buf.dma);
-x->buf.cpu = NULL;
+dma_coherent_handle_free(&x->buf);
)

@tiles_address@
identifier virtual.tag;
identifier tiles_alloc.buf;
expression vpu, reg;
struct tag *p;
struct tag s;
@@
(
-hantro_write_addr(vpu, reg, p->buf.dma);
+hantro_write_addr(vpu, reg,
+                  dma_coherent_handle_dma_addr(&p->buf));
|
-hantro_write_addr(vpu, reg, s.buf.dma);
+hantro_write_addr(vpu, reg,
+                  dma_coherent_handle_dma_addr(&s.buf));
)

@maybe_tiles_size@
identifier virtual.tag;
identifier tiles_alloc.buf;
struct tag *x;
@@
-x->buf.size
+dma_coherent_handle_size(&x->buf)

@tiles_definition@
identifier virtual.tag;
identifier tiles_alloc.buf;
@@
 struct tag {
	...
-	struct hantro_aux_buf buf;
+	struct dma_coherent_handle buf;
	...
 };
