// SPDX-License-Identifier: GPL-2.0-only
/// To free a DMA-coherent handle may sleep, and dma_free_attrs() warns when interrupts are off. It
/// can't be done with a spinlock held, nor by a handler of interrupts, timers or tasklets. There,
/// dma_coherent_handle_take() the buffer, and free it later.
///
// Confidence: Moderate
// Options: --local-includes --include-headers --use-coccigrep

virtual report

@initialize:python@ @@
import re

LOCK = (r"(raw_|bit_)?(spin|read|write)_(try)?lock(?!_init)"
	r"|local_(irq_disable|irq_save|bh_disable)$|preempt_dis|rcu_read_lock")
UNLOCK = (r"(raw_|bit_)?(spin|read|write)_unlock"
	  r"|local_(irq_(enable|restore)|bh_enable)$|preempt_enable|rcu_read_unlock")
ATOMIC = r"request_\w*irq$|timer_setup|tasklet_(setup|init)$|hrtimer_setup|call_rcu$|init_irq_work$"
DEV_ATOMIC = r"(devm|pci)_request_\w*irq$|netif_napi_add"
GUARD = r"(raw_)?spinlock|(read|write)_lock|irq|preempt$|rcu$"
calls, told = {}, set()

def reaches(wanted, fn, seen=()):
	return bool(re.match(wanted, fn)) or fn not in seen and any(
		reaches(wanted, c, (*seen, fn)) for c in calls.get(fn, ()))

def frees(fn):
	return reaches("dmam?_coherent_handle_(free|grow)$", fn)

# Not a helper that gives the lock up before it frees.
def frees_locked(fn):
	return frees(fn) and not reaches(UNLOCK, fn)

def tell(p, fn, text="in an atomic context"):
	if (p[0].file, p[0].line) not in told:
		told.add((p[0].file, p[0].line))
		coccilib.report.print_report(
			p[0], "ERROR: %s() frees a handle, which may sleep, %s" % (fn, text))

@uses@ attribute name __free; symbol dma_coherent_handle; iterator name scoped_guard; @@
 \(dma_coherent_handle_free\|dma_coherent_handle_grow\|dmam_coherent_handle_free\)(...)
@script:python depends on uses@ @@
calls.clear()

@call depends on uses@ identifier fn; position p; @@
 fn@p(...)
@script:python@ fn << call.fn; p << call.p; @@
calls.setdefault(p[0].current_element, set()).add(fn)

// Under a lock.
@locked depends on uses exists@
identifier lock : script:python() { bool(re.match(LOCK, lock)) };
identifier unlock : script:python() { reaches(UNLOCK, unlock) };
identifier fn : script:python() { frees_locked(fn) }; position p;
@@
 lock(...)
 ... when != unlock(...)
 fn@p(...)
@script:python@ fn << locked.fn; p << locked.p; @@
tell(p, fn)

// Under a guard, which lasts to the end of its block.
@after depends on uses exists@
identifier g, fn : script:python() { frees_locked(fn) }; expression e; position p;
@@
 if (e) { ... when any
	  guard(g)(...);
	  ... when any
 }
 ... when any
 fn@p(...)

@guarded depends on uses exists@
identifier g : script:python() { bool(re.match(GUARD, g)) };
identifier fn : script:python() { frees_locked(fn) }; position p != after.p;
@@
(
 scoped_guard(g, ...) { <+... fn@p(...) ...+> }
|
 scoped_guard(g, ...) fn@p(...);
|
 guard(g)(...);
 ...
 fn@p(...)
)
@script:python@ fn << guarded.fn; p << guarded.p; @@
tell(p, fn)

// In a handler.
@handler depends on uses@
identifier reg : script:python() { bool(re.match(ATOMIC, reg)) };
identifier dev_reg : script:python() { bool(re.match(DEV_ATOMIC, dev_reg)) };
identifier f; struct hrtimer t; struct hrtimer *tp; expression e1, e2;
@@
 \(reg(e1, \(f\|&f\), ...)\|dev_reg(e1, e2, \(f\|&f\), ...)\|
   \(t.function\|tp->function\) = \(f\|&f\)\)

@handles exists@ identifier handler.f; identifier fn : script:python() { frees(fn) }; position p; @@
 f(...) { <+... fn@p(...) ...+> }
@script:python@ f << handler.f; fn << handles.fn; p << handles.p; @@
tell(p, fn, "and %s() is called in atomic context" % f)
