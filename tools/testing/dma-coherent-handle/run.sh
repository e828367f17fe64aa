#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Boot a kernel of x86_64, arm64 or riscv in QEMU, with its edu device, and have
# dma_coherent_handle_edu.ko do DMA through handles: once without an IOMMU and once behind one, both
# at the same time. Exit status 0 says that all went well, 1 that something didn't, 2 that there was
# nothing to boot with.
#
# The guest (see init.sh) gives its verdict on a serial port of its own. The console is only read
# for the sake of whoever reads the output, to say why there is no verdict, and to see that no test
# was left out.

set -eu

usage() {
	cat <<-END
	Usage: ${0##*/} [-w WORKDIR] [-a ARGS] [-b BUSYBOX] [-q QEMU] [-s CPUS] [-t SECONDS]
	              [-x SCRIPT [-p PROGRAM.c]] KERNEL_IMAGE MODULE.ko...

	  -w WORKDIR  where the logs go (default: a new directory for temporary files)
	  -a ARGS     more for the kernel command line; NAME.PARAMETER=VALUE is passed on to
	              the module NAME, e.g. dma_coherent_handle_edu.corrupt=1
	  -b BUSYBOX  a static busybox of the kernel's architecture (default: this machine's own)
	  -q QEMU     the emulator (default: qemu-system-x86_64, -aarch64 or -riscv64)
	  -s CPUS     with several CPUs, and real time (default: one, and the time that its
	              instructions take)
	  -t SECONDS  how long a guest may take (default: $limit)
	  -x SCRIPT   what the guest is to do, with the modules loaded, instead of the demo
	  -p PROGRAM.c  a program for that script

	The kernel is an x86 bzImage, or an uncompressed Image of arm64 or riscv (64 bits). The
	modules are loaded in the given order; without -x, dma_coherent_handle_edu.ko must be one
	of them.
	CROSS_COMPILE in the environment is as for the kernel's own make, and has a default.
	END
}

die() {
	echo "${0##*/}: $*" >&2
	exit 2
}

# need COMMAND PACKAGE
need() {
	command -v "$1" > /dev/null || die "$1 is missing; Debian has it in the package $2"
}

readable() {
	[ -f "$1" ] && [ -r "$1" ]
}

driver=dma_coherent_handle_edu
here=$(dirname "$(readlink -f "$0")")
workdir=
args=
busybox=
qemu=
cpus='-icount shift=3,sleep=off'
timer=
limit=300
script=
programs=$here/edu_mmap.c

while getopts w:a:b:p:q:s:t:x:h opt; do
	case $opt in
	w) workdir=$OPTARG ;;
	a) args=$OPTARG ;;
	b) busybox=$OPTARG ;;
	p) programs="$programs $OPTARG" ;;
	q) qemu=$OPTARG ;;
	# The kernel takes a timer that a busy host has kept waiting for a broken one.
	s) cpus="-smp $OPTARG" timer=no_timer_check ;;
	t) limit=$OPTARG ;;
	x) script=$OPTARG ;;
	h) usage; exit 0 ;;
	*) usage >&2; exit 2 ;;
	esac
done
shift $((OPTIND - 1))
[ $# -ge 2 ] || { usage >&2; exit 2; }

kernel=$1
shift
readable "$kernel" || die "cannot read the kernel image $kernel"
[ ! "$script" ] || readable "$script" || die "cannot read the script $script"
found=
for module; do
	readable "$module" || die "cannot read the module $module"
	[ "${module##*/}" != $driver.ko ] || found=yes
done
[ "$found" ] || [ "$script" ] || die "$driver.ko is not among the modules"

# magic OFFSET: four bytes of the kernel image.
magic() {
	dd if="$kernel" bs=1 skip="$1" count=4 2> /dev/null | tr -d '\0'
}

# QEMU's own complaint of an image that it cannot boot is hard to understand, or there is none.
case $(magic 514):$(magic 56) in
HdrS:*) arch=x86_64 ;;
*:ARMd) arch=arm64 ;;
*:RSC"$(printf '\005')") arch=riscv ;;
*) die "$kernel is no kernel image: neither a bzImage of x86, nor an Image of arm64 or riscv" ;;
esac

# What differs from one architecture to another:
#
# triplet, debian, elf	what compilers, Debian and readelf call it
# system, package	the emulator, and where Debian has it
# hardware, iommu	the machine, and what adds an IOMMU to it;
# no_iommu		or why nothing does
# console, port		the serial ports: of the kernel's console, and for the verdict
# wiring		how the latter is connected
# cmdline		more for the kernel
#
# QEMU 7.2 now and then gets the flags wrong after an x86 CPU's cmpxchg16b, for which the guest
# panics; the kernel can do without that instruction.
no_iommu=
wiring='-device pci-serial,chardev=verdict'
cmdline=
case $arch in
x86_64)
	triplet=x86_64-linux-gnu debian=amd64 elf=X86-64
	system=x86_64 package=qemu-system-x86
	hardware='-M q35,kernel-irqchip=split -cpu max,-cx16'
	iommu='-device intel-iommu,intremap=off'
	console=ttyS0 port=ttyS1 wiring='-serial chardev:verdict'
	cmdline='intel_iommu=on'
	;;
arm64)
	triplet=aarch64-linux-gnu debian=arm64 elf=AArch64
	system=aarch64 package=qemu-system-arm
	hardware='-M virt,gic-version=3 -cpu cortex-a57'
	iommu='-M iommu=smmuv3'
	console=ttyAMA0 port=ttyS0
	;;
riscv)
	triplet=riscv64-linux-gnu debian=riscv64 elf=RISC-V
	system=riscv64 package=qemu-system-misc
	hardware='-M virt -cpu rv64'
	no_iommu='QEMU 7.2 has no IOMMU for this machine, and Linux 6.12 no driver for one'
	console=ttyS0 port=ttyS1
	;;
esac

: "${qemu:=qemu-system-$system}"
need "$qemu" "$package"
need cpio 'cpio'
need readelf 'binutils'

if [ "$(uname -m)" = "${triplet%%-*}" ]; then
	: "${CROSS_COMPILE=}"
	: "${busybox:=$(command -v busybox)}"
	need "${CROSS_COMPILE}gcc" 'gcc'
	libc=libc6-dev
else
	: "${CROSS_COMPILE=$triplet-}"
	need "${CROSS_COMPILE}gcc" "gcc-$(echo "$triplet" | tr _ -)"
	libc=libc6-dev-$debian-cross
fi
[ "$busybox" ] || die "no busybox; Debian has one for this kernel in busybox-static:$debian"
readable "$busybox" || die "cannot read $busybox"
readelf -h "$busybox" 2> /dev/null | grep -q "Machine:.*$elf" ||
	die "$busybox is not a program for $arch; Debian has one in busybox-static:$debian"
! readelf -lW "$busybox" | grep -qw INTERP ||
	die "$busybox needs shared libraries; Debian has one that doesn't in busybox-static:$debian"

[ "$workdir" ] || workdir=$(mktemp -d "${TMPDIR:-/tmp}/dma-coherent-handle.XXXXXX")
mkdir -p "$workdir"
workdir=$(readlink -f "$workdir")
# All that this writes is in there.
exec 8> "$workdir/.lock"
flock -n 8 || die "another run is at work in $workdir"

bold='' red='' green='' normal=''
if [ -t 1 ] && [ -z "${NO_COLOR:-}" ]; then
	bold=$(printf '\033[1m') red=$(printf '\033[31m') green=$(printf '\033[32m')
	normal=$(printf '\033[0m')
fi

make_initramfs() {
	root=$(mktemp -d "$workdir/initramfs.XXXXXX")
	mkdir "$root/bin" "$root/modules"
	cp "$busybox" "$root/bin/busybox"
	mv "$workdir"/bin/* "$root/bin/"
	cp "$here/init.sh" "$root/init"
	[ ! "$script" ] || cp "$script" "$root/script"
	chmod 755 "$root" "$root/init"
	for module; do
		cp "$module" "$root/modules/"
		echo "${module##*/}" >> "$root/modules/list"
	done
	# Not compressed: the kernel need not be able to, and it saves the guest's time.
	(cd "$root" && find . | cpio -o -H newc -R 0:0 --quiet) > "$workdir/initramfs.cpio"
	rm -rf "$root"
}

# boot NAME IOMMU QEMU_ARGS: leaves NAME.log, .verdict, .qemu (what QEMU says), .status, .time
#
# The edu device takes 100 ms for a transfer. With -icount and sleep=off a guest that waits doesn't
# wait for real, and how long it thinks that things take doesn't depend on how busy the host is.
#
# The page allocator is not to clear memory, else nothing in it can be stale. Nor are buffers to
# come from a CMA area, where the driver can't leave dirt for them to find. KUnit, if the kernel has
# it, would run at boot.
boot() {
	name=$1
	start=$(date +%s%N)
	status=0
	# shellcheck disable=SC2086 # lists of arguments
	timeout -k 5 "$limit" "$qemu" $hardware -accel tcg -m 512 $cpus \
		-nodefaults -display none -no-reboot \
		-chardev file,id=console,path="$name.log" -serial chardev:console \
		-chardev file,id=verdict,path="$name.verdict" $wiring \
		$3 -device edu,dma_mask=0xffffffff -kernel "$kernel" -initrd initramfs.cpio \
		-append "console=$console loglevel=7 printk.time=0 printk.devkmsg=on panic=-1 \
panic_on_warn=1 oops=panic $cmdline iommu.passthrough=0 init_on_alloc=0 init_on_free=0 cma=0 \
kunit.enable=0 edu_test.iommu=$2 edu_test.port=$port $timer $args" \
		> "$name.qemu" 2>&1 < /dev/null &
	trap 'kill $!' TERM
	wait $! || status=$?
	echo $status > "$name.status"
	echo $((($(date +%s%N) - start) / 100000000)) | sed 's/.$/.&/; s/^\./0./' > "$name.time"
}

# What is worth reading of the console: the first time that the driver is bound in full, and after
# that just what came of it.
story() {
	tr -d '\r' < "$1" | awk -v driver="$driver" '
		/Linux version / && !kernel++ {
			sub(/.*Linux version /, "")
			print "  Linux " $1
		}
		match($0, driver " [0-9a-f:.]*: ") {
			text = substr($0, RSTART + RLENGTH)
			# The driver core has the last word if probing fails, but says less.
			if (text ~ /^probe with driver/)
				next
			last = text
			if (!again)
				print "      " (shown = last)
		}
		match($0, /edu_mmap: /) {
			print "      " substr($0, RSTART + RLENGTH)
		}
		match($0, /edu_test: /) {
			if (last != shown)
				print "      " (shown = last)
			text = substr($0, RSTART + RLENGTH)
			if (text ~ /^verdict:/)
				exit
			print "    " text
			again = text ~ /^unbind/ || again
			shown = last = ""
		}
		END {
			if (last != shown)
				print "      " last
		}'
}

# What the guest says of each test that it has done. A script has this in comments.
all_tests() {
	[ ! "$script" ] || { sed -n 's/^# says: //p' "$script"; return; }
	cat <<-END
	stale bytes in free memory
	stale bytes that the device read
	bytes are as they were sent
	bytes of a fresh handle are zero
	bytes that the device wrote are what user space reads
	bytes that user space wrote are what the device reads
	bytes at an offset are the right page
	unbind while user space has the buffer mapped
	bind with one bit flipped
	END
}

# left_out NAME: the first of the tests that the guest never said it had done. One that isn't run
# doesn't fail.
left_out() {
	all_tests | while read -r row; do
		grep -qF "$row" "$1.log" || { echo "$row"; break; }
	done
}

# succeeded NAME: the guest says so, and that it did all of it, nothing went wrong after that, and
# QEMU ended by itself.
succeeded() {
	[ "$(tr -d '\r' < "$1.verdict")" = success ] && [ "$(cat "$1.status")" = 0 ] &&
		[ -z "$(left_out "$1")" ] && ! grep -q 'Kernel panic' "$1.log"
}

# why NAME: in one sentence, why this was no success
why() {
	verdict=$(tr -d '\r' < "$1.verdict")
	panic=$(tr -d '\r' < "$1.log" | sed -n 's/.*Kernel panic - not syncing: //p' | head -n 1)
	# A warning's own words, if it has any, stand between the cut and the line with the place.
	warning=$(tr -d '\r' < "$1.log" | awk '/cut here/ { getline; print; exit } /BUG: /')
	meant=$(tr -d '\r' < "$1.log" | sed -n 's/.*edu_test: verdict: //p')
	status=$(cat "$1.status")
	# If QEMU gives up, the registers of the CPU follow the reason.
	said=$(sed -n 's/^qemu: //p' "$1.qemu" | head -n 1)
	: "${said:=$(tail -n 1 "$1.qemu")}"
	what="guest did not finish"
	grep -q 'Linux version' "$1.log" || what="kernel did not boot"

	if [ "$panic" ] && [ -z "${panic##*panic_on_warn*}" ]; then
		echo "the kernel warned: ${warning##*WARNING: }"
	elif [ "$panic" ]; then
		echo "the kernel panicked: $panic${warning:+ ($warning)}"
	elif [ "${verdict#failure: }" != "$verdict" ]; then
		echo "${verdict#failure: }"
	elif [ -z "$verdict" ] && [ "$meant" ]; then
		echo "the guest's verdict did not come out of $port: $meant"
	elif [ "$verdict" = success ] && [ "$status" = 0 ]; then
		echo "the guest left out \"$(left_out "$1")\""
	elif [ "$status" = 124 ] || [ "$status" = 137 ]; then
		echo "the $what within $limit s"
	else
		echo "the $what${said:+: $said}"
	fi
}

# warning NAME: the first one of the kernel, with the functions that are certain
warning() {
	tr -d '\r' < "$1.log" | awk '
		/--\[ cut here/ && !line { line = NR }
		line && NR > line && NR <= line + 2 { print }
		line && /Call [Tt]race:/ { trace = 1 }
		trace && /\+0x[0-9a-f]+\/0x/ && !/ \? / { print; n++ }
		n == 12 || (trace && /<\/TASK>|end trace/) { exit }'
}

passed=0 failed=0 skipped=0

# report NAME HEADING
report() {
	echo
	echo "$bold$2$normal"
	story "$1.log"
	seconds=$(cat "$1.time")
	if succeeded "$1"; then
		echo "  $green✓ success$normal after $seconds s; console log: $workdir/$1.log"
		passed=$((passed + 1))
		return
	fi
	echo "  $red✗ failed$normal after $seconds s: $(why "$1")"
	if [ "$(warning "$1")" ]; then
		echo "    The kernel's warning, and what led to it, in $workdir/$1.log:"
		warning "$1" | sed 's/^/    | /'
	else
		echo "    The end of the console log, $workdir/$1.log:"
		tr -d '\r' < "$1.log" | tail -n 20 | sed 's/^/    | /'
	fi
	failed=$((failed + 1))
}

# The guest has no shared libraries.
mkdir -p "$workdir/bin"
for program in $programs; do
	name=${program##*/}
	"${CROSS_COMPILE}gcc" -static -O2 -Wall -Wextra -o "$workdir/bin/${name%.c}" "$program" ||
		die "cannot compile $program; Debian has the C library that it needs in $libc"
done
[ ! "$script" ] || script=$(readlink -f "$script")
make_initramfs "$@"
kernel=$(readlink -f "$kernel")
case $qemu in
*/*) qemu=$(readlink -f "$qemu") ;;
esac
# From here on, names without a directory: QEMU has ideas of its own about commas in a path.
cd "$workdir"
for name in direct iommu; do
	# What an earlier run left is not to be mistaken for what this one says.
	rm -f $name.log $name.verdict $name.qemu $name.status $name.time
	touch $name.log $name.verdict
done

if [ "$script" ]; then
	title=${script##*/}
else
	title="DMA-coherent handles"
fi
echo "$bold$title on an emulated PCI device, $arch$normal"
direct='' behind=''
trap 'kill $direct $behind 2> /dev/null || :' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
boot direct no '' &
direct=$!
if [ -z "$no_iommu" ]; then
	boot iommu yes "$iommu" &
	behind=$!
fi

wait $direct || :
report direct "Without an IOMMU"
if [ -z "$no_iommu" ]; then
	wait $behind || :
	report iommu "Behind an IOMMU"
else
	printf '\n%s\n  - skipped: %s\n' "${bold}Behind an IOMMU$normal" "$no_iommu"
	skipped=1
fi
trap - EXIT

echo
if [ $failed = 0 ] && [ ! "$script" ]; then
	echo "Shown: a driver's handles are cleared, carry DMA, and can be shared with user space."
	echo "Not shown: real hardware, and devices that do not see the CPU caches."
	echo
fi
echo "$passed passed, $failed failed, $skipped skipped"
[ $failed = 0 ]
