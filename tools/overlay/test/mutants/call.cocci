// SPDX-License-Identifier: GPL-2.0
// Calls left out, their results made up, their arguments swapped.

@initialize:python@
@@
from place import here

@call_drop@
identifier f;
position p : script:python() { here("call_drop", p) };
@@
- f@p(...);
+ ;

@call_to_zero@
identifier f;
position p : script:python() { here("call_to_zero", p) };
@@
- f@p(...)
+ 0

@call_to_argument@
identifier f;
expression A;
position p : script:python() { here("call_to_argument", p) };
@@
- f@p(A)
+ A

@arguments_swap@
identifier f;
expression A, B;
position p : script:python() { here("arguments_swap", p) };
@@
f(...,
- A@p, B
+ B, A
 ,...)
