#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Boot a kernel in QEMU, with its edu device, and have dma_coherent_handle_edu.ko do DMA through
# handles: once without an IOMMU and once behind one, both at the same time. Exit status 0 says that
# both went well, 1 that one did not, 2 that there was nothing to boot with.
#
# The guest (see init.sh) gives its verdict on a serial port of its own. The console is only read
# for the sake of whoever reads the output, to say why there is no verdict, and to see that no test
# was left out.

set -eu

usage() {
	cat <<-END
	Usage: ${0##*/} [-w WORKDIR] [-a ARGS] [-q QEMU] [-t SECONDS] KERNEL_IMAGE MODULE.ko...

	  -w WORKDIR  where the logs go (default: a new directory for temporary files)
	  -a ARGS     more for the kernel command line; NAME.PARAMETER=VALUE is passed on to
	              the module NAME, e.g. dma_coherent_handle_edu.corrupt=1
	  -q QEMU     the emulator (default: qemu-system-x86_64)
	  -t SECONDS  how long a guest may take (default: 60)

	The modules are loaded in the given order; dma_coherent_handle_edu.ko must be one of them.
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
qemu='qemu-system-x86_64'
limit=60

while getopts w:a:q:t:h opt; do
	case $opt in
	w) workdir=$OPTARG ;;
	a) args=$OPTARG ;;
	q) qemu=$OPTARG ;;
	t) limit=$OPTARG ;;
	h) usage; exit 0 ;;
	*) usage >&2; exit 2 ;;
	esac
done
shift $((OPTIND - 1))
[ $# -ge 2 ] || { usage >&2; exit 2; }

kernel=$1
shift
readable "$kernel" || die "cannot read the kernel image $kernel"
# The magic number in the header of every bzImage: QEMU's own complaint is hard to understand.
[ "$(dd if="$kernel" bs=1 skip=514 count=4 2> /dev/null | tr -d '\0')" = HdrS ] ||
	die "$kernel is not an x86 kernel image (bzImage)"
found=
for module; do
	readable "$module" || die "cannot read the module $module"
	[ "${module##*/}" != $driver.ko ] || found=yes
done
[ "$found" ] || die "$driver.ko is not among the modules"

need "$qemu" qemu-system-x86
need cpio 'cpio'
need gcc 'gcc'
need busybox busybox-static
busybox=$(command -v busybox)
! ldd "$busybox" 2> /dev/null | grep -q '=>' ||
	die "$busybox needs shared libraries; Debian has one that doesn't in busybox-static"

[ "$workdir" ] || workdir=$(mktemp -d "${TMPDIR:-/tmp}/dma-coherent-handle.XXXXXX")
mkdir -p "$workdir"
workdir=$(readlink -f "$workdir")

bold='' red='' green='' normal=''
if [ -t 1 ] && [ -z "${NO_COLOR:-}" ]; then
	bold=$(printf '\033[1m') red=$(printf '\033[31m') green=$(printf '\033[32m')
	normal=$(printf '\033[0m')
fi

make_initramfs() {
	root=$(mktemp -d "$workdir/initramfs.XXXXXX")
	mkdir "$root/bin" "$root/modules"
	cp "$busybox" "$root/bin/busybox"
	mv "$workdir/edu_mmap" "$root/bin/edu_mmap"
	cp "$here/init.sh" "$root/init"
	chmod 755 "$root" "$root/init"
	for module; do
		cp "$module" "$root/modules/"
		echo "${module##*/}" >> "$root/modules/list"
	done
	# Not compressed: the kernel need not be able to, and it saves the guest's time.
	(cd "$root" && find . | cpio -o -H newc -R 0:0 --quiet) > "$workdir/initramfs.cpio"
	rm -rf "$root"
}

# boot NAME IOMMU QEMU_ARGS...: leaves NAME.log, .verdict, .qemu (what QEMU says), .status, .time
#
# QEMU 7.2 now and then gets the flags wrong after a cmpxchg16b, for which the guest panics; the
# kernel can do without that instruction.
#
# The edu device takes 100 ms for a transfer. With -icount and sleep=off a guest that waits doesn't
# wait for real, and how long it thinks that things take doesn't depend on how busy the host is.
#
# The page allocator is not to clear memory, else nothing in it can be stale. KUnit, if the kernel
# has it, would run at boot.
boot() {
	name=$1
	iommu=$2
	shift 2
	start=$(date +%s%N)
	status=0
	timeout -k 5 "$limit" "$qemu" -M q35,kernel-irqchip=split -accel tcg -cpu max,-cx16 -m 512 \
		-icount shift=3,sleep=off -nodefaults -display none -no-reboot \
		-chardev file,id=console,path="$name.log" -serial chardev:console \
		-chardev file,id=verdict,path="$name.verdict" -serial chardev:verdict \
		"$@" -device edu,dma_mask=0xffffffff -kernel "$kernel" -initrd initramfs.cpio \
		-append "console=ttyS0 loglevel=7 printk.time=0 printk.devkmsg=on panic=-1 \
panic_on_warn=1 oops=panic intel_iommu=on iommu.passthrough=0 init_on_alloc=0 init_on_free=0 \
kunit.enable=0 edu_test.iommu=$iommu $args" \
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

# left_out NAME: the first of the tests that the guest never said it had done. One that isn't run
# doesn't fail.
left_out() {
	while read -r row; do
		grep -qF "$row" "$1.log" || { echo "$row"; break; }
	done <<-END
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
	status=$(cat "$1.status")
	said=$(tail -n 1 "$1.qemu")
	what="guest did not finish"
	grep -q 'Linux version' "$1.log" || what="kernel did not boot"

	if [ "$panic" ] && [ -z "${panic##*panic_on_warn*}" ]; then
		echo "the kernel warned: ${warning##*WARNING: }"
	elif [ "$panic" ]; then
		echo "the kernel panicked: $panic${warning:+ ($warning)}"
	elif [ "${verdict#failure: }" != "$verdict" ]; then
		echo "${verdict#failure: }"
	elif [ "$verdict" = success ] && [ "$status" = 0 ]; then
		echo "the guest left out \"$(left_out "$1")\""
	elif [ "$status" = 124 ] || [ "$status" = 137 ]; then
		echo "the $what within $limit s"
	else
		echo "the $what${said:+: $said}"
	fi
}

# report NAME HEADING
report() {
	echo
	echo "$bold$2$normal"
	story "$1.log"
	seconds=$(cat "$1.time")
	if succeeded "$1"; then
		echo "  $green✓ success$normal after $seconds s; console log: $workdir/$1.log"
		return 0
	fi
	echo "  $red✗ failed$normal after $seconds s: $(why "$1")"
	echo "    The end of the console log, $workdir/$1.log:"
	tr -d '\r' < "$1.log" | tail -n 20 | sed 's/^/    | /'
	return 1
}

# The guest has no shared libraries.
gcc -static -O2 -Wall -Wextra -o "$workdir/edu_mmap" "$here/edu_mmap.c" ||
	die "cannot compile edu_mmap.c; Debian has the C library that it needs in libc6-dev"
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

echo "${bold}DMA-coherent handles on an emulated PCI device$normal"
boot direct no &
direct=$!
boot iommu yes -device intel-iommu,intremap=off &
iommu=$!
trap 'kill $direct $iommu 2> /dev/null || :' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

result=0
wait $direct || :
report direct "Without an IOMMU" || result=1
wait $iommu || :
report iommu "Behind an IOMMU" || result=1
trap - EXIT
exit $result
