// SPDX-License-Identifier: GPL-2.0
// Flags and masks: one left out, set instead of tested, not inverted.

@initialize:python@
@@
from place import here

@bitand_swap@
expression A, B;
position p : script:python() { here("bitand_swap", p) };
@@
- A &@p B
+ (A) | (B)

@bitand_left@
expression A, B;
position p : script:python() { here("bitand_left", p) };
@@
- A &@p B
+ A

@bitand_right@
expression A, B;
position p : script:python() { here("bitand_right", p) };
@@
- A &@p B
+ B

@bitor_swap@
expression A, B;
position p : script:python() { here("bitor_swap", p) };
@@
- A |@p B
+ (A) & (B)

@bitor_left@
expression A, B;
position p : script:python() { here("bitor_left", p) };
@@
- A |@p B
+ A

@bitor_right@
expression A, B;
position p : script:python() { here("bitor_right", p) };
@@
- A |@p B
+ B

@bitxor_swap@
expression A, B;
position p : script:python() { here("bitxor_swap", p) };
@@
- A ^@p B
+ (A) | (B)

@bitxor_left@
expression A, B;
position p : script:python() { here("bitxor_left", p) };
@@
- A ^@p B
+ A

@bitxor_right@
expression A, B;
position p : script:python() { here("bitxor_right", p) };
@@
- A ^@p B
+ B

@complement_drop@
expression A;
position p : script:python() { here("complement_drop", p) };
@@
- ~@p A
+ A

@or_assign_swap@
expression A, B;
position p : script:python() { here("or_assign_swap", p) };
@@
- A |=@p B
+ A &= B

@or_assign_plain@
expression A, B;
position p : script:python() { here("or_assign_plain", p) };
@@
- A |=@p B
+ A = B

@and_assign_swap@
expression A, B;
position p : script:python() { here("and_assign_swap", p) };
@@
- A &=@p B
+ A |= B

@and_assign_plain@
expression A, B;
position p : script:python() { here("and_assign_plain", p) };
@@
- A &=@p B
+ A = B
