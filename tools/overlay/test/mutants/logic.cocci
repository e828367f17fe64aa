// SPDX-License-Identifier: GPL-2.0
// && and ||: swapped, and an operand dropped; ! dropped.

@initialize:python@
@@
from place import here

@and_swap@
expression A, B;
position p : script:python() { here("and_swap", p) };
@@
- A &&@p B
+ (A) || (B)

@and_left@
expression A, B;
position p : script:python() { here("and_left", p) };
@@
- A &&@p B
+ A

@and_right@
expression A, B;
position p : script:python() { here("and_right", p) };
@@
- A &&@p B
+ B

@or_swap@
expression A, B;
position p : script:python() { here("or_swap", p) };
@@
- A ||@p B
+ (A) && (B)

@or_left@
expression A, B;
position p : script:python() { here("or_left", p) };
@@
- A ||@p B
+ A

@or_right@
expression A, B;
position p : script:python() { here("or_right", p) };
@@
- A ||@p B
+ B

@not_drop@
expression A;
position p : script:python() { here("not_drop", p) };
@@
- !@p A
+ A
