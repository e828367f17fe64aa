#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# bench.sh [BACKEND...]: what a handle costs on the newest kernel, and what other ways to allocate a
# DMA buffer do, on each DMA backend that QEMU can show, in instructions, and on UML in time. All of
# them, or those that are named, by patterns as the shell has them.
#
# QEMU's -icount shift=0 has the guest's clock tick once an instruction: the same figures on any
# machine, busy or idle. bench.py makes the tables, and says whether handles keep within limits.
# What an earlier run has measured of the other backends, on the same kernel, is there, too. With
# UPDATE=1, the tables and plots in results/ are made anew.

. "$(dirname "${BASH_SOURCE[0]}")/../lib/lib.sh"
. "$OVERLAY/lib/sources.sh"
. "$OVERLAY/lib/newer-tools.sh"
. "$OVERLAY/boot/qemu-kernel.sh"
. "$OVERLAY/boot/qemu-arch.sh"
. "$OVERLAY/boot/guest-busybox.sh"
. "$OVERLAY/boot/prove.sh"
. "$OVERLAY/boot/boot.sh"
. "$OVERLAY/test/bench/code.sh"

NAME=dma_coherent_handle_benchmark
BENCH=$OVERLAY/test/bench
RESULTS=$BUILD/bench$FLAVOUR
FIGURES=$OVERLAY/test/results
LIMIT=3600
ARCHS=(x86_64 arm64 arm um)

backends=("$@")
[ $# != 0 ] || backends=('*')

# wanted NAME: is it one of those asked for?
wanted() {
	local backend

	for backend in "${backends[@]}"; do
		# shellcheck disable=SC2254 # a pattern
		case $1 in $backend) return 0 ;; esac
	done
	return 1
}

# names ARCH: what the rows of an architecture are called.
names() {
	local arch=$1 listing=1 cpu='' machine='' memory extra append proofs

	"${arch}_rows"
}

# any_wanted ARCH: is one of its rows?
any_wanted() {
	local name

	for name in $(names "$1"); do
		! wanted "$name" || return 0
	done
	return 1
}

# Before hours are spent on the others.
check_backends() {
	local all each backend backends_given=("${backends[@]}")

	all=$(for each in "${ARCHS[@]}"; do names "$each"; done)
	for backend in "${backends_given[@]}"; do
		backends=("$backend")
		for each in $all; do
			! wanted "$each" || continue 2
		done
		die "no backend is called $backend; expected some of: ${all//$'\n'/ }"
	done
	backends=("${backends_given[@]}")
}

# make_initramfs NAME DIR RUN...: the guest's programs, and what it is to run.
make_initramfs() {
	local name=$1 dir=$2 root=$1.root
	shift 2

	rm -rf "$root"
	mkdir -p "$root/bin"
	cp "$BUSYBOX" "$root/bin/busybox" || return
	cp "$dir/$NAME" "$root/bin/" || return
	cp "$BENCH/init.sh" "$root/init" || return
	printf '%s\n' "$@" > "$root/runs"
	(cd "$root" && find . -print0 | cpio -0 -o -H newc -R 0:0 --quiet) > "$name.cpio"
	rm -rf "$root"
}

# make_front_end DIR: by the compiler of what it is to run on.
make_front_end() {
	"${cross}gcc" -static -O2 -Wall -Wextra -o "$1/$NAME" "$BENCH/front_end.c"
}

# boot_um NAME: UML has no machine to set.
boot_um() {
	local name=$1 rc=0

	bad=0
	timeout --foreground -k 5 "$LIMIT" "$out/linux" mem=512M seccomp=on ncpus=2 con=null \
		con0=fd:0,fd:1 initrd="$name.cpio" rdinit=/init loglevel=7 printk.time=0 panic=-1 \
		init_on_alloc=0 coherent_handle_benchmark.own_device=1 > "$name.log" || rc=$?
	[ "$rc" = 0 ] || complain "the guest failed: exit status $rc"
	prove_built "$name.log" "$out/vmlinux"
	[ "$bad" = 0 ]
}

# boot NAME: run a guest, keep what it has measured, and look whether it was well.
boot() {
	local name=$1 rc=0

	rm -f "$name.csv"
	if [ "$arch" = um ]; then
		boot_um "$name" || rc=1
	else
		boot_kernel "$name" -initrd "$name.cpio" "${extra[@]}" || rc=1
	fi
	grep -qx 'bench: done' "$name.log" || complain "the guest is not done"
	if kernel_warnings "$name.log" > "$name.warnings"; then
		complain "the kernel warned:"
		head -n 4 "$name.warnings"
	fi
	[ "$bad$rc" = 00 ] || return 1
	grep -E '^(what|run|keep),' "$name.log" | awk 'NR == 1 || !/^what/' > "$name.csv"
}

# row NAME DEVICE RUN...: measure on one backend. Needs, as set by the architecture's rows,
#   machine cpu memory extra=()	what is emulated, where it is not what set_arch() says
#   append=			for the kernel command line
#   proofs=()			what the log must show, or with a ! must not
row() {
	local name=$arch-$1 device=$2
	shift 2

	if [ -n "$listing" ]; then
		printf '%s\n' "$name"
		return
	fi
	if ! wanted "$name"; then
		# shellcheck disable=SC2031 # names() doesn't get here
		[ ! "$name.csv" -nt "$out/vmlinux" ] || rows+=("$name")
		return
	fi
	make_initramfs "$name" "$out" "$@" || die "no initramfs for $name"
	if append="init_on_alloc=0 bench.device=$device $append" step "$name" "bench-$name" boot "$name"; then
		rows+=("$name")
	else
		failed=$((failed + 1))
	fi
}

SMALL='-s 4K,64K,1M'
ALL='-s 4K,64K,1M,16M,256M -r 3'
LIVE='-v bare,handle,coherent,dmam-handle -s 4K -r 3 -l 1,1000,100000'

x86_64_rows() {
	local edu=pci/0000:00:05.0 base=$cpu

	append='cma=0' proofs=('!Adding to iommu group') memory=1024
	row direct-erms "$edu" "$SMALL"

	# A fast string store counts once a byte, others once a word, and what clears a page may not
	# be what clears a buffer. So no others have the former.
	cpu=$base,-erms,-fsrm
	row direct "$edu" "$SMALL"

	append='cma=0 init_on_alloc=1'
	row direct-init-on-alloc "$edu" "$SMALL"

	append='cma=512M'
	proofs=('cma: Reserved 512 MiB' '!Adding to iommu group')
	row direct-cma "$edu" "$ALL"

	append='cma=0' proofs=('!Adding to iommu group') memory=6144
	row direct-live "$edu" "$LIVE,1000000"

	memory=1024 extra=(-smp 8)
	row direct-smp "$edu" '-v bare,bare-ref,handle,coherent -s 4K,64K -t 1,2,4,8 -r 3'

	append='cma=0 intel_iommu=on iommu.passthrough=0' memory=2048
	machine+=,kernel-irqchip=split extra=(-device 'intel-iommu,intremap=off')
	proofs=('Default domain type: Translated'
		'pci 0000:00:05\.0: Adding to iommu group [0-9]+')
	row iommu "$edu" "$ALL" "$LIVE"
}

# virt_row NAME CPPFLAG DEVICE RUN...: with a device tree of ours, see qemu-virt.dts.
virt_row() {
	local name=$1 flag=$2
	shift 2

	if [ -z "$listing" ] && wanted "$arch-$name"; then
		step "$arch-$name: device tree" "bench-$arch-$name-dtb" make_dtb "$arch-$name" \
			${flag:+"$flag"} || die "no device tree for $arch-$name"
	fi
	extra=(-dtb "$arch-$name.dtb")
	row "$name" "$@"
}

arm64_rows() {
	append='cma=0' proofs=('!Adding to iommu group')
	virt_row coherent '' platform/test-coherent "$SMALL" "$LIVE"
	virt_row noncoherent '' platform/test-noncoherent "$SMALL" "$LIVE"

	append='cma=512M' proofs=('cma: Reserved 512 MiB' '!Adding to iommu group')
	virt_row noncoherent-cma '' platform/test-noncoherent "$ALL"

	append='cma=0'
	proofs=('Default domain type: Translated' 'test-coherent: Adding to iommu group [0-9]+')
	machine+=,iommu=smmuv3
	virt_row smmuv3 -DWITH_SMMU platform/test-coherent \
		"$ALL" "$LIVE"
}

arm_rows() {
	append='cma=0' proofs=('!Adding to iommu group')
	virt_row noncoherent '' platform/test-noncoherent "$SMALL" \
		"${LIVE%,100000}"
}

# UML runs on the host, and its clock is the host's: nanoseconds, as noisy as that is.
um_rows() {
	row direct '' '-s 4K,64K,1M -r 15'
	row direct-threads '' '-v bare,bare-ref,handle,coherent -s 4K,64K -t 1,2 -r 15'
}

failed=0 rows=() archs=() listing=
check_backends
need_kernel_build
need cpio busybox-static
printf 'what a handle costs, on the newest kernel\n'
grafted_source latest
# The benchmark's driver is built into a copy of the tree.
scratch_source kernel
cp -p "$BENCH"/coherent_handle_benchmark.c "$BENCH"/*.h "$SCRATCH/kernel/dma/"
sed '$a obj-y += coherent_handle_benchmark.o' "$TREE/kernel/dma/Makefile" > "$SCRATCH/kernel/dma/Makefile.new"
mv "$SCRATCH/kernel/dma/Makefile.new" "$SCRATCH/kernel/dma/Makefile"
TREE=$SCRATCH
mkdir -p "$RESULTS"
# From here on, names without a directory: QEMU has ideas of its own about commas in a path.
cd "$RESULTS" || die "cannot enter $RESULTS"
for arch in "${ARCHS[@]}"; do
	if any_wanted "$arch"; then
		BUSYBOX=$(command -v busybox)
		case $arch in
		arm64) need libc6-dev-arm64-cross; guest_busybox arm64 ;;
		arm) need libc6-dev-armhf-cross; guest_busybox armhf ;;
		esac
		if [ "$arch" = um ]; then
			qemu_kernel um '' linux || die "no kernel for $arch"
			proofs=()
		else
			set_arch "$arch"
			icount=0 extra=() highmem=()
			qemu_kernel "$arch-bench" "$cross" "${image##*/}" || die "no kernel for $arch"
		fi
		make_front_end "$out" || die "cannot compile the front end for $arch"
		step "$arch: what the compiler makes of it" "bench-code-$arch" \
			measure_code "$RESULTS/code-$arch" || die "cannot compile the API for $arch"
		cp "$STEP_LOG" "code-$arch.csv"
	else
		out=$BUILD/$arch-bench-$TAG
		[ "$arch" != um ] || out=$BUILD/um-$TAG
	fi
	[ ! -e "code-$arch.csv" ] || archs+=("$arch")
	"${arch}_rows"
done

# checkpatch doesn't like what gnuplot leaves at the end of a line.
plot() {
	gnuplot "$BENCH/plot.gnuplot" &&
		sed -i 's/ *$//' benchmark-size.svg benchmark-live.svg &&
		mv benchmark-size.svg benchmark-live.svg "$FIGURES/"
}

rc=0
"$BENCH/tables.py" --archs "${archs[*]}" ${UPDATE:+--tables "$FIGURES"} \
	"${rows[@]}" || rc=1
if [ -n "${UPDATE:-}" ]; then
	need gnuplot-nox
	step "plotting" bench-plot plot || rc=1
fi
[ $failed = 0 ] || die "backends that could not be measured: $failed"
exit $rc
