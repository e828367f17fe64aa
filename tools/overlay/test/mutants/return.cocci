// SPDX-License-Identifier: GPL-2.0
// What a function returns, and when.

@initialize:python@
@@
from place import here

@error_to_enomem@
constant C =~ "^E[A-Z]+$";
position p : script:python() { here("error_to_enomem", p) };
@@
- -@p C
+ -ENOMEM

@error_to_einval@
constant C =~ "^E[A-Z]+$";
position p : script:python() { here("error_to_einval", p) };
@@
- -@p C
+ -EINVAL

@error_to_zero@
constant C =~ "^E[A-Z]+$";
position p : script:python() { here("error_to_zero", p) };
@@
- -@p C
+ 0

@return_zero@
expression E;
position p : script:python() { here("return_zero", p) };
@@
return
- E@p
+ 0
 ;

@return_one@
expression E;
position p : script:python() { here("return_one", p) };
@@
return
- E@p
+ 1
 ;

@return_error@
position p : script:python() { here("return_error", p) };
@@
return
- 0@p
+ -EINVAL
 ;

@return_drop@
position p : script:python() { here("return_drop", p) };
@@
- return@p;
+ ;

@enter_return@
identifier f;
position p : script:python() { here("enter_return", p) };
@@
void f@p(...)
{
+ return;
...
}

@enter_return_zero@
type T : script:python() { T.strip() != "void" };
identifier f;
position p : script:python() { here("enter_return_zero", p) };
@@
T f@p(...)
{
+ return 0;
...
}
