// SPDX-License-Identifier: GPL-2.0-only
/// Whether there is a buffer to be freed is told by something that is tested before dma_free_attrs()
/// and not cleared after it. When the function runs again, and no new buffer has been allocated in
/// between, the old one is freed a second time.
///
// Confidence: Moderate
// Options: --no-includes --include-headers --use-coccigrep
// Keywords: dma_free_attrs
// Comments: A structure that is freed itself, or cleared as a whole, is left alone, and so is what is
// gone when the function returns.

virtual patch
virtual context
virtual org
virtual report

@fine exists@
iterator name scoped_guard;
attribute name __free;
expression dev, size, x;
position p;
@@

 dma_free_attrs@p(dev, size, x, ...)
 ...
(
 size = ...
|
 x = ...
|
 \(kfree\|kvfree\|kfree_sensitive\|devm_kfree\|memset\|memzero_explicit\)(...)
)

@stack@
expression dev, size, i;
local idexpression x;
position p;
@@

(
 dma_free_attrs@p(dev, size, x, ...)
|
 dma_free_attrs@p(dev, size, x[i], ...)
)

@stale depends on !patch@
expression dev, size, x, handle, attrs;
position p != {fine.p, stack.p};
@@

(
 if (\(size\|size > 0\|size != 0\|x\|x != NULL\))
	dma_free_attrs@p(dev, size, x, handle, attrs);
|
 if (\(size\|size > 0\|size != 0\|x\|x != NULL\)) {
	...
	dma_free_attrs@p(dev, size, x, handle, attrs);
	...
 }
)

@depends on patch@
expression dev, size, x, handle, attrs;
position p != {fine.p, stack.p};
@@

(
 if (\(size\|size > 0\|size != 0\))
-	dma_free_attrs@p(dev, size, x, handle, attrs);
+ {
+	dma_free_attrs(dev, size, x, handle, attrs);
+	size = 0;
+ }
|
 if (\(size\|size > 0\|size != 0\)) {
	...
	dma_free_attrs@p(dev, size, x, handle, attrs);
+	size = 0;
	...
 }
|
 if (\(x\|x != NULL\))
-	dma_free_attrs@p(dev, size, x, handle, attrs);
+ {
+	dma_free_attrs(dev, size, x, handle, attrs);
+	x = NULL;
+ }
|
 if (\(x\|x != NULL\)) {
	...
	dma_free_attrs@p(dev, size, x, handle, attrs);
+	x = NULL;
	...
 }
)

@depends on context@
position stale.p;
@@

* dma_free_attrs@p(...)

@script:python depends on org@
x << stale.x;
p << stale.p;
@@

coccilib.org.print_todo(p[0], "%s is freed again if this runs again" % x.replace(" ", ""))

@script:python depends on report@
x << stale.x;
p << stale.p;
@@

msg = "ERROR: %s is freed again if this runs again" % x.replace(" ", "")
coccilib.report.print_report(p[0], msg)
