#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# misuse.sh: a driver that misuses handles, on Debian's own kernel, with the module that is built by
# "make modules DEBUG=1". The kernel must report each mistake, and nothing that is right.

# shellcheck source=tools/overlay/lib/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lib/lib.sh"
# shellcheck source=tools/overlay/lib/sources.sh
. "$OVERLAY/lib/sources.sh"
# shellcheck source=tools/overlay/boot/qemu-kernel.sh
. "$OVERLAY/boot/qemu-kernel.sh"

# What the log must have, in that order, between the first of these lines and the last.
EXPECTED='misuse: a copy is freed
DMA buffer not freed: its handle is a copy, or was written over
misuse: a handle is freed, restored and freed again
DMA buffer not freed: it was freed before
misuse: a buffer is forgotten
platform misuse: DMA buffer lost: 7777 bytes at N were not freed, allocated at:
  misuse_probe [misuse]
misuse: a copy is freed
DMA buffer not freed: its handle is a copy, or was written over
misuse: a handle is freed, restored and freed again
DMA buffer not freed: it was freed before
misuse: a buffer is forgotten
platform misuse: DMA buffer lost: 8888 bytes at N were not freed, allocated at:
  misuse_probe [misuse]
misuse: done'

need_kernel_build
need busybox-static cpio qemu-system-x86
debian_kernel 6.12
out=$BUILD/modules-debug/$VERSION
work=$BUILD/misuse
DEBUG=1 "$OVERLAY/ship/modules.sh" build "$HEADERS" "$out"

build_driver() {
	mkdir -p "$work/driver"
	cp "$OVERLAY/stock/misuse.c" "$work/driver/"
	printf 'ccflags-y += -I%s/include\nobj-m += misuse.o\n' "$out" > "$work/driver/Kbuild"
	make -C "$HEADERS" M="$work/driver" KBUILD_EXTRA_SYMBOLS="$out/Module.symvers" modules
}

# The edu driver is there for run.sh, which wants one. No demo: an empty script takes its place.
boot() {
	: > "$work/script"
	"$TOP/$DEMO/run.sh" -w "$work" -x "$work/script" \
		-a 'panic_on_warn=0 kunit.enable=1 dma_coherent_handle_edu.quick=1' "$IMAGE" \
		"$out/kernel/dma/coherent_handle.ko" "$work/driver/misuse.ko" \
		"$out/$DEMO/dma_coherent_handle_edu.ko"
}

# Of the stack of an allocation, the driver's function.
seen() {
	tr -d '\r' < "$1" | sed -n '/misuse: a copy/,/misuse: done/p' |
		awk '/^   / && buffer && / misuse_probe\+/ { print "  misuse_probe [misuse]"; buffer = 0 }
			/^misuse: |DMA buffer / { sub(/0x[0-9a-f]+/, "N"); print; buffer = /allocated at:/ }'
}

rc=0 passed=0
step "building a driver that misuses handles" misuse-driver build_driver || exit 1
step "running it" misuse-boot boot || rc=1
for guest in direct iommu; do
	if diff <(printf '%s\n' "$EXPECTED") <(seen "$work/$guest.log") > "$work/$guest.diff"; then
		passed=$((passed + 1))
	else
		printf '  FAIL  %s: reported (>) was not what must be (<):\n' $guest
		sed 's/^/        /' "$work/$guest.diff"
		rc=1
	fi
done
printf '%d passed, %d failed\n' $passed $((2 - passed))
exit $rc
