// SPDX-License-Identifier: GPL-2.0
// Constants shifted by one.

@initialize:python@
@@
from place import here, is_number

@constant_more@
constant C : script:python() { is_number(C) };
position p : script:python() { here("constant_more", p) };
@@
- C@p
+ (C + 1)

@constant_less@
constant C : script:python() { is_number(C) };
position p : script:python() { here("constant_less", p) };
@@
- C@p
+ (C - 1)

@true_to_false@
position p : script:python() { here("true_to_false", p) };
@@
- true@p
+ false

@false_to_true@
position p : script:python() { here("false_to_true", p) };
@@
- false@p
+ true
