// SPDX-License-Identifier: GPL-2.0
// Statements left out; loops run once, or not at all.

@initialize:python@
@@
from place import here

@assignment_drop@
expression A, B;
position p : script:python() { here("assignment_drop", p) };
@@
- A =@p B;
+ ;

@or_assign_drop@
expression A, B;
position p : script:python() { here("or_assign_drop", p) };
@@
- A |=@p B;
+ ;

@and_assign_drop@
expression A, B;
position p : script:python() { here("and_assign_drop", p) };
@@
- A &=@p B;
+ ;

@add_assign_drop@
expression A, B;
position p : script:python() { here("add_assign_drop", p) };
@@
- A +=@p B;
+ ;

@sub_assign_drop@
expression A, B;
position p : script:python() { here("sub_assign_drop", p) };
@@
- A -=@p B;
+ ;

@goto_drop@
identifier l;
position p : script:python() { here("goto_drop", p) };
@@
- goto l@p;
+ ;

@continue_drop@
position p : script:python() { here("continue_drop", p) };
@@
- continue@p;
+ ;

@continue_to_break@
position p : script:python() { here("continue_to_break", p) };
@@
- continue@p;
+ break;

@break_drop@
position p : script:python() { here("break_drop", p) };
@@
- break@p;
+ ;

@for_never@
expression A, B, C;
statement S;
position p : script:python() { here("for_never", p) };
@@
for (A;
- B@p
+ (B) && 0
 ; C) S

@for_once@
expression A, B, C;
statement S;
position p : script:python() { here("for_once", p) };
@@
for (A; B@p; C)
+ {
 S
+ break; }

@each_never@
iterator I;
statement S;
position p : script:python() { here("each_never", p) };
@@
- I@p(...) S
+ ;

@each_once@
iterator I;
statement S;
position p : script:python() { here("each_once", p) };
@@
I@p(...)
+ {
 S
+ break; }
