// SPDX-License-Identifier: GPL-2.0
// Arithmetic: the other operator, or only one operand.

@initialize:python@
@@
from place import here

@plus_swap@
expression A, B;
position p : script:python() { here("plus_swap", p) };
@@
- A +@p B
+ A - B

@plus_left@
expression A, B;
position p : script:python() { here("plus_left", p) };
@@
- A +@p B
+ A

@minus_swap@
expression A, B;
position p : script:python() { here("minus_swap", p) };
@@
- A -@p B
+ A + B

@minus_left@
expression A, B;
position p : script:python() { here("minus_left", p) };
@@
- A -@p B
+ A

@times_swap@
expression A, B;
position p : script:python() { here("times_swap", p) };
@@
- A *@p B
+ A / B

@times_left@
expression A, B;
position p : script:python() { here("times_left", p) };
@@
- A *@p B
+ A

@div_swap@
expression A, B;
position p : script:python() { here("div_swap", p) };
@@
- A /@p B
+ A * B

@div_left@
expression A, B;
position p : script:python() { here("div_left", p) };
@@
- A /@p B
+ A

@mod_swap@
expression A, B;
position p : script:python() { here("mod_swap", p) };
@@
- A %@p B
+ A / B

@mod_left@
expression A, B;
position p : script:python() { here("mod_left", p) };
@@
- A %@p B
+ A

@shl_swap@
expression A, B;
position p : script:python() { here("shl_swap", p) };
@@
- A <<@p B
+ A >> B

@shl_left@
expression A, B;
position p : script:python() { here("shl_left", p) };
@@
- A <<@p B
+ A

@shr_swap@
expression A, B;
position p : script:python() { here("shr_swap", p) };
@@
- A >>@p B
+ A << B

@shr_left@
expression A, B;
position p : script:python() { here("shr_left", p) };
@@
- A >>@p B
+ A

@inc_swap@
expression A;
position p : script:python() { here("inc_swap", p) };
@@
- A++@p
+ A--

@dec_swap@
expression A;
position p : script:python() { here("dec_swap", p) };
@@
- A--@p
+ A++

@preinc_swap@
expression A;
position p : script:python() { here("preinc_swap", p) };
@@
- ++@p A
+ --A

@predec_swap@
expression A;
position p : script:python() { here("predec_swap", p) };
@@
- --@p A
+ ++A

@inc_drop@
expression A;
position p : script:python() { here("inc_drop", p) };
@@
- A++@p
+ A

@dec_drop@
expression A;
position p : script:python() { here("dec_drop", p) };
@@
- A--@p
+ A

@preinc_drop@
expression A;
position p : script:python() { here("preinc_drop", p) };
@@
- ++@p A
+ A

@predec_drop@
expression A;
position p : script:python() { here("predec_drop", p) };
@@
- --@p A
+ A

@add_to_sub@
expression A, B;
position p : script:python() { here("add_to_sub", p) };
@@
- A +=@p B
+ A -= B

@sub_to_add@
expression A, B;
position p : script:python() { here("sub_to_add", p) };
@@
- A -=@p B
+ A += B
