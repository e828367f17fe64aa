// SPDX-License-Identifier: GPL-2.0
// Conditions: negated, always true, never.

@initialize:python@
@@
from place import here

@if_negate@
expression E;
statement S, T;
position p : script:python() { here("if_negate", p) };
@@
(
if (
- E@p
+ !(E)
 ) S
|
if (
- E@p
+ !(E)
 ) S else T
)

@if_always@
expression E;
statement S, T;
position p : script:python() { here("if_always", p) };
@@
(
if (
- E@p
+ (E) || 1
 ) S
|
if (
- E@p
+ (E) || 1
 ) S else T
)

@if_never@
expression E;
statement S, T;
position p : script:python() { here("if_never", p) };
@@
(
if (
- E@p
+ (E) && 0
 ) S
|
if (
- E@p
+ (E) && 0
 ) S else T
)

@choice_negate@
expression E, A, B;
position p : script:python() { here("choice_negate", p) };
@@
- E@p ? A : B
+ !(E) ? A : B
