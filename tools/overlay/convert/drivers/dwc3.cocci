// SPDX-License-Identifier: GPL-2.0-only
/// The address of the bounce buffer, where it is used more than once: a variable for what siblings.cocci
/// makes a call of.
// Options: --max-width 80

@control_data@
identifier dwc;
@@
 __dwc3_ep0_do_control_data(struct dwc3 *dwc, ...)
 {
+	dma_addr_t bounce = dwc->bounce_addr;
	unsigned int trb_length = 0;
	<+...
-	dwc->bounce_addr
+	bounce
	...+>
 }

@isoc_quirk@
identifier dep;
@@
 dwc3_gadget_start_isoc_quirk(struct dwc3_ep *dep)
 {
+	dma_addr_t bounce = dep->dwc->bounce_addr;
	int cmd_status = 0;
	<+...
-	dep->dwc->bounce_addr
+	bounce
	...+>
 }

@completed@
identifier dep;
@@
 dwc3_gadget_ep_reclaim_completed_trb(struct dwc3_ep *dep, ...)
 {
+	dma_addr_t bounce = dep->dwc->bounce_addr;
	unsigned int count;
	<+...
-	dep->dwc->bounce_addr
+	bounce
	...+>
 }
