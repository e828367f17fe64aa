// SPDX-License-Identifier: GPL-2.0-only
/// A variable for the error that siblings.cocci has the function return.

@variable@
@@
 mlxbf_gige_tx_init(...)
 {
 	size_t size;
+	int ret;
 	...
 }
