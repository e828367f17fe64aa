// SPDX-License-Identifier: GPL-2.0-only
/// Two labels, one before a handle is freed and one after that, for when it could not be allocated.
/// Since to free an empty handle does nothing, one label is enough.
// Options: --smpl-spacing

@jump@
identifier virtual.later, virtual.sooner, virtual.err;
@@
(
 goto
-     later
+     err
 ;
|
 goto
-     sooner
+     err
 ;
|
-later:
+err:
)

@label@
identifier virtual.sooner;
expression h;
@@
 dma_coherent_handle_free(h);
-sooner:
