#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Tests of kernel_warnings.py: a sample of each warning, and of what is none."""

import unittest

from kernel_warnings import Finder

WARNINGS = """\
WARNING: CPU: 0 PID: 1 at mm/page_alloc.c:4717 __alloc_pages+0x1/0x2
[    1.234567] WARNING: lib/refcount.c:25 at refcount_warn_saturate+0x1/0x2, CPU#0: swapper/1
WARNING: possible circular locking dependency detected
WARNING: suspicious RCU usage
INFO: trying to register non-static key.
INFO: task kworker/0:1:12 blocked for more than 120 seconds.
rcu: INFO: rcu_sched self-detected stall on CPU
BUG: sleeping function called from invalid context at mm/slab.h:1
BUG: KASAN: slab-use-after-free in plant_kasan+0x1/0x2
BUG: KCSAN: data-race in a / b
BUG: Bad page state in process swapper  pfn:12345
BUG: unable to handle page fault for address: ffff888000000000
kernel BUG at mm/slub.c:1!
UBSAN: array-index-out-of-bounds in planted_bugs.c:1:2
unreferenced object 0xffff888000000000 (size 64):
kmemleak: 1 new suspected memory leaks (see /sys/kernel/debug/kmemleak)
pagealloc: memory corruption
DMA-API: pci 0000:00:05.0: device driver frees DMA memory with different size
DMA-API: dev: device driver has pending DMA allocations while released from device [count=1]
DMA-API: debugging out of memory - disabling
Oops: general protection fault, probably for non-canonical address
Internal error: Oops: 96000004 [#1] SMP
Unable to handle kernel NULL pointer dereference at virtual address 0
Kernel panic - not syncing: Attempted to kill init!
Call Trace:
Call trace:
DMAR: [DMA Write NO_PASID] Request device [00:05.0] fault addr 0x0
arm-smmu-v3 9050000.smmuv3: event 0x10 received:
"""

FINE = """\
DMA-API: preallocated 65536 debug entries
DMA-API: debugging enabled by kernel config
kmemleak: Kernel memory leak detector initialized
    ok 1 double_free_is_reported
"""

ON_PURPOSE = """\
WARNING: CPU: 0 PID: 41 at kernel/dma/debug.c:1010 check_unmap+0x1/0x2
[    1.234567] WARNING: kernel/dma/debug.c:1044 at check_unmap+0x1/0x2, CPU#0: kunit_try_catch/41
WARNING: /a/tree/kernel/dma/coherent_handle.h:37 at __coherent_handle_free+0x1/0x2, CPU#0
DMA-API: pci 0000:00:05.0: device driver frees DMA memory with different size
Call Trace:
"""


def found(*lines: str) -> list[str]:
    finder = Finder()
    return [line for line in lines if finder.is_warning(line)]


class TestKernelWarnings(unittest.TestCase):
    def test_each_warning(self) -> None:
        for line in WARNINGS.splitlines():
            self.assertEqual(found(line), [line])

    def test_no_warnings(self) -> None:
        self.assertEqual(found(*FINE.splitlines()), [])

    def test_on_purpose(self) -> None:
        lines = ON_PURPOSE.splitlines()
        self.assertEqual(found(*lines), lines)
        for time in "", "[    2.345678] ":
            for suite in "dma_debug", "dma_coherent_handle_debug":
                begin, end = f"{time}    # Subtest: {suite}", f"{time}ok 7 {suite}"
                self.assertEqual(found(begin, *lines, end), [])
                self.assertEqual(found(begin, *lines, end, *lines), lines)
                self.assertEqual(found(begin, f"{time}not ok 7 {suite} # FAIL", *lines), lines)
        for suite in "dma_debugger", "my_dma_debug", "dma_coherent_handle":
            self.assertEqual(found(f"    # Subtest: {suite}", *lines), lines)
        # A case is no suite.
        self.assertEqual(found("    # Subtest: dma_debug", "    ok 1 a_case", *lines), [])

    def test_others_within(self) -> None:
        for line in WARNINGS.splitlines():
            if not line.startswith(("Call", "DMA-API: pci", "DMA-API: dev")):
                self.assertEqual(found("    # Subtest: dma_debug", line), [line])


if __name__ == "__main__":
    unittest.main()
