// SPDX-License-Identifier: GPL-2.0
// Comparisons shifted by one, and the other way round.

@initialize:python@
@@
from place import here

@lt_to_le@
expression A, B;
position p : script:python() { here("lt_to_le", p) };
@@
- A <@p B
+ A <= B

@lt_to_ge@
expression A, B;
position p : script:python() { here("lt_to_ge", p) };
@@
- A <@p B
+ A >= B

@le_to_lt@
expression A, B;
position p : script:python() { here("le_to_lt", p) };
@@
- A <=@p B
+ A < B

@le_to_gt@
expression A, B;
position p : script:python() { here("le_to_gt", p) };
@@
- A <=@p B
+ A > B

@gt_to_ge@
expression A, B;
position p : script:python() { here("gt_to_ge", p) };
@@
- A >@p B
+ A >= B

@gt_to_le@
expression A, B;
position p : script:python() { here("gt_to_le", p) };
@@
- A >@p B
+ A <= B

@ge_to_gt@
expression A, B;
position p : script:python() { here("ge_to_gt", p) };
@@
- A >=@p B
+ A > B

@ge_to_lt@
expression A, B;
position p : script:python() { here("ge_to_lt", p) };
@@
- A >=@p B
+ A < B

@eq_to_ne@
expression A, B;
position p : script:python() { here("eq_to_ne", p) };
@@
- A ==@p B
+ A != B

@ne_to_eq@
expression A, B;
position p : script:python() { here("ne_to_eq", p) };
@@
- A !=@p B
+ A == B
