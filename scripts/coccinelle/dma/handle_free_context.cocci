// SPDX-License-Identifier: GPL-2.0
/// To free a DMA-coherent handle may sleep, since some implementations have a
/// mapping to take down, and dma_free_attrs() warns when interrupts are off. It
/// can't be done with a spinlock held, nor by a handler of interrupts, timers
/// or tasklets.
///
// Confidence: Moderate
// Comments:
//   Functions of the same file are looked into one call deep. For allocation see
//   locks/call_kern.cocci. Patch mode has nothing to offer: the buffer must be
//   freed later, or elsewhere.
// Options: --local-includes --include-headers --use-coccigrep

virtual patch
virtual context
virtual org
virtual report

// These, and not the type, tell spatch which files there are to be read at all.

@uses@
attribute name __free;
symbol dma_coherent_handle;
iterator name scoped_guard;
@@

(
 dma_coherent_handle_alloc(...)
|
 dma_coherent_handle_alloc_attrs(...)
|
 dma_coherent_handle_grow(...)
|
 dma_coherent_handle_free(...)
|
 dma_coherent_handle_take(...)
|
 dmam_coherent_handle_free(...)
)

@frees depends on uses@
position p;
@@

 \(dma_coherent_handle_free@p(...)\|dmam_coherent_handle_free@p(...)\)

// Functions that free, with no lock of their own given up before.

@callee depends on uses && frees exists@
identifier unlock = {spin_unlock, spin_unlock_bh, spin_unlock_irq, spin_unlock_irqrestore,
		read_unlock, read_unlock_bh, read_unlock_irq, read_unlock_irqrestore,
		write_unlock, write_unlock_bh, write_unlock_irq, write_unlock_irqrestore,
		raw_spin_unlock, raw_spin_unlock_bh, raw_spin_unlock_irq,
		raw_spin_unlock_irqrestore, local_irq_enable, local_irq_restore,
		local_bh_enable, preempt_enable, rcu_read_unlock, bit_spin_unlock};
identifier f1;
@@

 f1(...)
 {
 ... when any
     when != unlock(...)
 \(dma_coherent_handle_free(...)\|dmam_coherent_handle_free(...)\)
 ... when any
 }

// Under a lock.

@locked depends on uses && frees exists@
identifier lock = {spin_lock, spin_lock_bh, spin_lock_irq, spin_lock_irqsave, spin_trylock,
		read_lock, read_lock_bh, read_lock_irq, read_lock_irqsave, read_trylock,
		write_lock, write_lock_bh, write_lock_irq, write_lock_irqsave, write_trylock,
		spin_lock_nested, spin_trylock_bh, spin_trylock_irq, spin_trylock_irqsave,
		raw_spin_lock, raw_spin_lock_bh, raw_spin_lock_irq, raw_spin_lock_irqsave,
		raw_spin_trylock, local_irq_disable, local_irq_save, local_bh_disable,
		preempt_disable, rcu_read_lock, bit_spin_lock};
identifier unlock = {spin_unlock, spin_unlock_bh, spin_unlock_irq, spin_unlock_irqrestore,
		read_unlock, read_unlock_bh, read_unlock_irq, read_unlock_irqrestore,
		write_unlock, write_unlock_bh, write_unlock_irq, write_unlock_irqrestore,
		raw_spin_unlock, raw_spin_unlock_bh, raw_spin_unlock_irq,
		raw_spin_unlock_irqrestore, local_irq_enable, local_irq_restore,
		local_bh_enable, preempt_enable, rcu_read_unlock, bit_spin_unlock};
position p, p1;
@@

 lock@p1(...)
 ... when != unlock(...)
 \(dma_coherent_handle_free@p(...)\|dmam_coherent_handle_free@p(...)\)

@locked_call depends on uses exists@
identifier lock = {spin_lock, spin_lock_bh, spin_lock_irq, spin_lock_irqsave, spin_trylock,
		read_lock, read_lock_bh, read_lock_irq, read_lock_irqsave, read_trylock,
		write_lock, write_lock_bh, write_lock_irq, write_lock_irqsave, write_trylock,
		spin_lock_nested, spin_trylock_bh, spin_trylock_irq, spin_trylock_irqsave,
		raw_spin_lock, raw_spin_lock_bh, raw_spin_lock_irq, raw_spin_lock_irqsave,
		raw_spin_trylock, local_irq_disable, local_irq_save, local_bh_disable,
		preempt_disable, rcu_read_lock, bit_spin_lock};
identifier unlock = {spin_unlock, spin_unlock_bh, spin_unlock_irq, spin_unlock_irqrestore,
		read_unlock, read_unlock_bh, read_unlock_irq, read_unlock_irqrestore,
		write_unlock, write_unlock_bh, write_unlock_irq, write_unlock_irqrestore,
		raw_spin_unlock, raw_spin_unlock_bh, raw_spin_unlock_irq,
		raw_spin_unlock_irqrestore, local_irq_enable, local_irq_restore,
		local_bh_enable, preempt_enable, rcu_read_unlock, bit_spin_unlock};
identifier callee.f1;
position p, p1;
@@

 lock@p1(...)
 ... when != unlock(...)
 f1@p(...)

// With interrupts off by a guard, which lasts to the end of its block.

@nested_guard depends on uses && frees exists@
expression e;
position q;
@@

(
 if (e) {
 ... when any
 guard@q(...)(...);
 ... when any
 }
|
 while (e) {
 ... when any
 guard@q(...)(...);
 ... when any
 }
|
 for (...;...;...) {
 ... when any
 guard@q(...)(...);
 ... when any
 }
)

@nested_guarded depends on uses && frees exists@
identifier g = { spinlock, spinlock_irq, spinlock_irqsave, spinlock_bh, raw_spinlock, raw_spinlock_nested, raw_spinlock_irq, raw_spinlock_irqsave, raw_spinlock_bh, spinlock_try, spinlock_irq_try, spinlock_irqsave_try, read_lock, read_lock_irq, read_lock_irqsave, write_lock, write_lock_irq, write_lock_irqsave, irq, irqsave, preempt, rcu };
expression e;
position p;
@@

(
 if (e) {
 ... when any
 guard(g)(...);
 ...
 \(dma_coherent_handle_free@p(...)\|dmam_coherent_handle_free@p(...)\)
 ... when any
 }
|
 while (e) {
 ... when any
 guard(g)(...);
 ...
 \(dma_coherent_handle_free@p(...)\|dmam_coherent_handle_free@p(...)\)
 ... when any
 }
|
 for (...;...;...) {
 ... when any
 guard(g)(...);
 ...
 \(dma_coherent_handle_free@p(...)\|dmam_coherent_handle_free@p(...)\)
 ... when any
 }
)

@guarded depends on uses && frees exists@
identifier g = { spinlock, spinlock_irq, spinlock_irqsave, spinlock_bh, raw_spinlock, raw_spinlock_nested, raw_spinlock_irq, raw_spinlock_irqsave, raw_spinlock_bh, spinlock_try, spinlock_irq_try, spinlock_irqsave_try, read_lock, read_lock_irq, read_lock_irqsave, write_lock, write_lock_irq, write_lock_irqsave, irq, irqsave, preempt, rcu };
position p, q != nested_guard.q;
@@

 guard@q(g)(...);
 ...
 \(dma_coherent_handle_free@p(...)\|dmam_coherent_handle_free@p(...)\)

@guarded_call depends on uses exists@
identifier g = { spinlock, spinlock_irq, spinlock_irqsave, spinlock_bh, raw_spinlock, raw_spinlock_nested, raw_spinlock_irq, raw_spinlock_irqsave, raw_spinlock_bh, spinlock_try, spinlock_irq_try, spinlock_irqsave_try, read_lock, read_lock_irq, read_lock_irqsave, write_lock, write_lock_irq, write_lock_irqsave, irq, irqsave, preempt, rcu };
identifier callee.f1;
position p, q != nested_guard.q;
@@

 guard@q(g)(...);
 ...
 f1@p(...)

@scoped_guarded depends on uses && frees exists@
identifier g = { spinlock, spinlock_irq, spinlock_irqsave, spinlock_bh, raw_spinlock, raw_spinlock_nested, raw_spinlock_irq, raw_spinlock_irqsave, raw_spinlock_bh, spinlock_try, spinlock_irq_try, spinlock_irqsave_try, read_lock, read_lock_irq, read_lock_irqsave, write_lock, write_lock_irq, write_lock_irqsave, irq, irqsave, preempt, rcu };
position p;
@@

(
 scoped_guard(g, ...) {
 ...
 \(dma_coherent_handle_free@p(...)\|dmam_coherent_handle_free@p(...)\)
 ... when any
 }
|
 scoped_guard(g) {
 ...
 \(dma_coherent_handle_free@p(...)\|dmam_coherent_handle_free@p(...)\)
 ... when any
 }
|
 scoped_guard(g, ...) \(dma_coherent_handle_free@p(...)\|dmam_coherent_handle_free@p(...)\);
)

@scoped_guarded_call depends on uses exists@
identifier g = { spinlock, spinlock_irq, spinlock_irqsave, spinlock_bh, raw_spinlock, raw_spinlock_nested, raw_spinlock_irq, raw_spinlock_irqsave, raw_spinlock_bh, spinlock_try, spinlock_irq_try, spinlock_irqsave_try, read_lock, read_lock_irq, read_lock_irqsave, write_lock, write_lock_irq, write_lock_irqsave, irq, irqsave, preempt, rcu };
identifier callee.f1;
position p;
@@

(
 scoped_guard(g, ...) {
 ...
 f1@p(...)
 ... when any
 }
|
 scoped_guard(g, ...) f1@p(...);
)

// At the end of a scope: what is declared last goes first, so a guard is still
// there when the handle goes.

@guarded_scope depends on uses exists@
identifier g = { spinlock, spinlock_irq, spinlock_irqsave, spinlock_bh, raw_spinlock, raw_spinlock_nested, raw_spinlock_irq, raw_spinlock_irqsave, raw_spinlock_bh, spinlock_try, spinlock_irq_try, spinlock_irqsave_try, read_lock, read_lock_irq, read_lock_irqsave, write_lock, write_lock_irq, write_lock_irqsave, irq, irqsave, preempt, rcu };
identifier h;
initializer v;
position p, q != nested_guard.q;
@@

 guard@q(g)(...);
 ...
 struct dma_coherent_handle h@p __free(dma_coherent_handle) = v;

@scoped_guarded_scope depends on uses exists@
identifier g = { spinlock, spinlock_irq, spinlock_irqsave, spinlock_bh, raw_spinlock, raw_spinlock_nested, raw_spinlock_irq, raw_spinlock_irqsave, raw_spinlock_bh, spinlock_try, spinlock_irq_try, spinlock_irqsave_try, read_lock, read_lock_irq, read_lock_irqsave, write_lock, write_lock_irq, write_lock_irqsave, irq, irqsave, preempt, rcu };
identifier h;
initializer v;
position p;
@@

 scoped_guard(g, ...) {
 ...
 struct dma_coherent_handle h@p __free(dma_coherent_handle) = v;
 ... when any
 }

// In a handler.

@handler depends on uses && frees@
identifier f;
expression e1, e2;
@@

(
 request_irq(e1, \(f\|&f\), ...)
|
 devm_request_irq(e1, e2, \(f\|&f\), ...)
|
 request_threaded_irq(e1, \(f\|&f\), ...)
|
 devm_request_threaded_irq(e1, e2, \(f\|&f\), ...)
|
 request_percpu_irq(e1, f, ...)
|
 pci_request_irq(e1, e2, f, ...)
|
 timer_setup(e1, f, ...)
|
 timer_setup_on_stack(e1, f, ...)
|
 tasklet_setup(e1, f)
|
 tasklet_init(e1, f, ...)
|
 hrtimer_setup(e1, f, ...)
|
 call_rcu(e1, f)
|
 init_irq_work(e1, f)
|
 e1.function = \(f\|&f\)
|
 e1->function = \(f\|&f\)
)

@handler_frees depends on uses exists@
identifier handler.f;
position p;
@@

 f(...)
 {
 ... when any
 \(dma_coherent_handle_free@p(...)\|dmam_coherent_handle_free@p(...)\)
 ... when any
 }

@handler_calls depends on uses exists@
identifier handler.f, callee.f1;
position p;
@@

 f(...)
 {
 ... when any
 f1@p(...)
 ... when any
 }

@depends on uses && context@
identifier fn;
position locked.p;
@@

* fn@p(...)

@depends on uses && context@
identifier fn;
position guarded.p;
@@

* fn@p(...)

@depends on uses && context@
identifier fn;
position nested_guarded.p;
@@

* fn@p(...)

@depends on uses && context@
identifier fn;
position scoped_guarded.p;
@@

* fn@p(...)

@depends on uses && context@
identifier fn;
position locked_call.p;
@@

* fn@p(...)

@depends on uses && context@
identifier fn;
position guarded_call.p;
@@

* fn@p(...)

@depends on uses && context@
identifier fn;
position scoped_guarded_call.p;
@@

* fn@p(...)

@depends on uses && context@
identifier fn;
position handler_frees.p;
@@

* fn@p(...)

@depends on uses && context@
identifier fn;
position handler_calls.p;
@@

* fn@p(...)

@script:python depends on uses && org@
p << locked.p;
@@

coccilib.org.print_todo(p[0], "ERROR: may sleep, in an atomic context")

@script:python depends on uses && report@
p << locked.p;
@@

coccilib.report.print_report(p[0], "ERROR: may sleep, in an atomic context")

@script:python depends on uses && org@
p << guarded.p;
@@

coccilib.org.print_todo(p[0], "ERROR: may sleep, in an atomic context")

@script:python depends on uses && report@
p << guarded.p;
@@

coccilib.report.print_report(p[0], "ERROR: may sleep, in an atomic context")

@script:python depends on uses && org@
p << nested_guarded.p;
@@

coccilib.org.print_todo(p[0], "ERROR: may sleep, in an atomic context")

@script:python depends on uses && report@
p << nested_guarded.p;
@@

coccilib.report.print_report(p[0], "ERROR: may sleep, in an atomic context")

@script:python depends on uses && org@
p << scoped_guarded.p;
@@

coccilib.org.print_todo(p[0], "ERROR: may sleep, in an atomic context")

@script:python depends on uses && report@
p << scoped_guarded.p;
@@

coccilib.report.print_report(p[0], "ERROR: may sleep, in an atomic context")

@script:python depends on uses && org@
p << locked_call.p;
f1 << callee.f1;
@@

coccilib.org.print_todo(p[0], "ERROR: %s frees a handle and may sleep, in an atomic context" % f1)

@script:python depends on uses && report@
p << locked_call.p;
f1 << callee.f1;
@@

coccilib.report.print_report(p[0], "ERROR: %s frees a handle and may sleep, in an atomic context" % f1)

@script:python depends on uses && org@
p << guarded_call.p;
f1 << callee.f1;
@@

coccilib.org.print_todo(p[0], "ERROR: %s frees a handle and may sleep, in an atomic context" % f1)

@script:python depends on uses && report@
p << guarded_call.p;
f1 << callee.f1;
@@

coccilib.report.print_report(p[0], "ERROR: %s frees a handle and may sleep, in an atomic context" % f1)

@script:python depends on uses && org@
p << scoped_guarded_call.p;
f1 << callee.f1;
@@

coccilib.org.print_todo(p[0], "ERROR: %s frees a handle and may sleep, in an atomic context" % f1)

@script:python depends on uses && report@
p << scoped_guarded_call.p;
f1 << callee.f1;
@@

coccilib.report.print_report(p[0], "ERROR: %s frees a handle and may sleep, in an atomic context" % f1)

@depends on uses && context@
identifier guarded_scope.h;
position guarded_scope.p;
initializer v;
@@

* struct dma_coherent_handle h@p __free(dma_coherent_handle) = v;

@script:python depends on uses && org@
p << guarded_scope.p;
h << guarded_scope.h;
@@

coccilib.org.print_todo(p[0], "ERROR: %s is freed at the end of its scope, in an atomic context" % h)

@script:python depends on uses && report@
p << guarded_scope.p;
h << guarded_scope.h;
@@

coccilib.report.print_report(p[0], "ERROR: %s is freed at the end of its scope, in an atomic context" % h)

@depends on uses && context@
identifier scoped_guarded_scope.h;
position scoped_guarded_scope.p;
initializer v;
@@

* struct dma_coherent_handle h@p __free(dma_coherent_handle) = v;

@script:python depends on uses && org@
p << scoped_guarded_scope.p;
h << scoped_guarded_scope.h;
@@

coccilib.org.print_todo(p[0], "ERROR: %s is freed at the end of its scope, in an atomic context" % h)

@script:python depends on uses && report@
p << scoped_guarded_scope.p;
h << scoped_guarded_scope.h;
@@

coccilib.report.print_report(p[0], "ERROR: %s is freed at the end of its scope, in an atomic context" % h)

@script:python depends on uses && org@
p << handler_frees.p;
f << handler.f;
@@

coccilib.org.print_todo(p[0], "ERROR: may sleep, but %s runs in atomic context" % f)

@script:python depends on uses && report@
p << handler_frees.p;
f << handler.f;
@@

coccilib.report.print_report(p[0], "ERROR: may sleep, but %s runs in atomic context" % f)

@script:python depends on uses && org@
p << handler_calls.p;
f << handler.f;
f1 << callee.f1;
@@

coccilib.org.print_todo(p[0], "ERROR: %s frees a handle and may sleep, but %s runs in atomic context" % (f1, f))

@script:python depends on uses && report@
p << handler_calls.p;
f << handler.f;
f1 << callee.f1;
@@

coccilib.report.print_report(p[0], "ERROR: %s frees a handle and may sleep, but %s runs in atomic context" % (f1, f))

// spatch fails if nothing at all is to be done in a mode.

@script:python depends on uses && patch@
p << frees.p;
@@

pass
