#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# boot-driver.sh DRIVER.c SCRIPT [6.12]: build somebody's driver as a module against Debian's 6.12
# kernel, beside the API's module, and boot both in QEMU, without an IOMMU and behind one. SCRIPT can
# use what tools/testing/dma-coherent-handle/init.sh says of a script, and must succeed. Header files
# beside the driver are its own.

. "$(dirname "${BASH_SOURCE[0]}")/../lib/lib.sh"
. "$OVERLAY/lib/sources.sh"

DEMO=tools/testing/dma-coherent-handle

[ -n "${2:-}" ] || die "expected FILE=driver.c SCRIPT=script.sh"
[[ $1 == *.c && -f $1 && -r $1 ]] || die "FILE=$1: expected a file that ends in .c and can be read"
[[ -f $2 && -r $2 ]] || die "SCRIPT=$2: expected a file that can be read"
sh -n "$2" || die "SCRIPT=$2: the shell does not understand it"
[[ ${3:-6.12} == 6.12 ]] || die "KERNEL=$3: expected 6.12, for Debian's kernel of that version"
name=$(basename "$1" .c)
[[ $name =~ $MODULE_NAME ]] || die "FILE=$1: a module cannot have this name"
work=$BUILD/boot-driver/$name

need_kernel_build
need busybox-static cpio libc6-dev qemu-system-x86
debian_kernel 6.12
# It reports what the driver leaves behind. Its header is the one with the same debugging.
modules=$BUILD/modules-debug/$VERSION
DEBUG=1 "$OVERLAY/ship/modules.sh" build "$HEADERS" "$modules" > "$BUILD/logs/boot-driver-modules.log" ||
	die "cannot build the API's module, see $(short "$BUILD/logs/boot-driver-modules.log")"

rm -rf "$work"
mkdir -p "$work/module"
cp "$1" "$work/module/"
find "$(dirname "$1")" -maxdepth 1 -name '*.h' -exec cp -t "$work/module" {} +
printf 'obj-m := %s.o\nccflags-y := -I%s/include\n' "$name" "$modules" > "$work/module/Kbuild"
step "building $1 for Linux $VERSION" "boot-driver-$name" make -C "$HEADERS" M="$work/module" W=1 \
	KBUILD_EXTRA_SYMBOLS="$modules/Module.symvers" modules || exit 1
grep 'warning: ' "$STEP_LOG" || :

# The driver was loaded before that, and its devices were there. A failed command ends the script.
{
	cat <<-'END'
		error=$(dmesg | sed -n 's/.*\(probe with driver .* failed with\)/\1/p' | head -n 1)
		[ -z "$error" ] || fail "$error"
		(
		set -e
	END
	cat "$2"
	cat <<-'END'

		)
		status=$?
		[ $status = 0 ] || fail "the script ended with status $status"
	END
} > "$work/script"
"$TOP/$DEMO/run.sh" -w "$work" -x "$work/script" "$IMAGE" "$modules/kernel/dma/coherent_handle.ko" \
	"$work/module/$name.ko"
