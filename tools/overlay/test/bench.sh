#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# bench.sh [BACKEND...]: the cost of a handle on the newest kernel, beside other ways to allocate a
# DMA buffer, on the DMA backends of x86_64, arm64 and arm: all of them, or those that patterns name.
#
# QEMU's -icount shift=0 has the guest's clock tick once an instruction: the same figures on any
# machine, busy or idle. bench/tables.py prints the table, and fails if a handle exceeds its limits.
# It includes the backends that an earlier run has measured on the same kernel. With UPDATE=1, the
# table goes to results/benchmark.csv.

. "$(dirname "${BASH_SOURCE[0]}")/../lib/lib.sh"
. "$OVERLAY/lib/sources.sh"
. "$OVERLAY/boot/qemu-kernel.sh"
. "$OVERLAY/boot/qemu-arch.sh"
. "$OVERLAY/boot/prove.sh"
. "$OVERLAY/boot/boot.sh"

BENCH=$OVERLAY/test/bench
RESULTS=$BUILD/bench$FLAVOUR
LIMIT=${LIMIT:-3600}
ARCHES=(x86_64 arm64 arm)

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

# names ARCH: of its rows.
names() {
	local arch=$1 listing=1 cpu='' machine='' memory extra append proofs

	"${arch}_rows"
}

# wanted_names ARCH: of its rows that are asked for.
wanted_names() {
	local name

	for name in $(names "$1"); do
		! wanted "$name" || echo "$name"
	done
}

# boot NAME: run a guest, keep its measurements, and look whether it was well.
boot() {
	local name=$1 rc=0

	rm -f "$name.csv"
	boot_kernel "$name" "${extra[@]}" || rc=1
	grep -qx 'bench: done, 0' "$name.log" || complain "the guest is not done"
	if kernel_warnings "$name.log" > "$name.warnings"; then
		complain "the kernel warned:"
		head -n 4 "$name.warnings"
	fi
	[ "$bad$rc" = 00 ] || return 1
	grep -E '^(run|keep),' "$name.log" > "$name.csv"
}

# row NAME DEVICE PARAMETER...: measure on one backend. The parameters are the benchmark's. Needs,
# as set by the architecture's rows,
#   machine cpu memory extra=()	what is emulated, where it is not what set_arch() says
#   append=			for the kernel command line
#   proofs=()			what the log must show, or with a ! must not
row() {
	local name=$arch-$1 parameters=("device=$2" "${@:3}")
	local append="init_on_alloc=0 $append ${parameters[*]/#/coherent_handle_benchmark.}"

	if [ -n "$listing" ]; then
		printf '%s\n' "$name"
	elif ! wanted "$name"; then
		# shellcheck disable=SC2031 # names() doesn't get here
		[ ! "$name.csv" -nt "$out/vmlinux" ] || rows+=("$name")
	elif step "$name" "bench-$name" boot "$name"; then
		rows+=("$name")
	else
		failed=$((failed + 1))
	fi
}

SMALL=('sizes=4096,65536,1048576')
ALL=('sizes=4096,65536,1048576,16777216,268435456' 'rounds=3')
LIVE=('variants=bare,handle,coherent,dmam_handle' 'sizes=4096' 'rounds=3')

x86_64_rows() {
	local base=$cpu

	append='cma=0' proofs=('!Adding to iommu group') memory=1024
	row direct-erms edu "${SMALL[@]}"

	# A fast string store counts once a byte, others once a word, and what clears a page may not
	# be what clears a buffer. So no others have the former.
	cpu=$base,-erms,-fsrm
	row direct edu "${SMALL[@]}"

	append='cma=0 init_on_alloc=1'
	row direct-init-on-alloc edu "${SMALL[@]}"

	append='cma=512M'
	proofs=('cma: Reserved 512 MiB' '!Adding to iommu group')
	row direct-cma edu "${ALL[@]}"

	append='cma=0' proofs=('!Adding to iommu group') memory=6144
	row direct-live edu "${LIVE[@]}" lives=1,1000,1000000

	memory=1024 extra=(-smp 8)
	row direct-smp edu variants=bare,bare_ref,handle,coherent sizes=4096,65536 threads=1,2,4,8 \
		rounds=3

	append='cma=0 intel_iommu=on iommu.passthrough=0' memory=2048
	machine+=,kernel-irqchip=split extra=(-device 'intel-iommu,intremap=off')
	proofs=('Default domain type: Translated'
		'pci 0000:00:05\.0: Adding to iommu group [0-9]+')
	row iommu edu "${ALL[@]}"
	row iommu-live edu "${LIVE[@]}" lives=1,1000,100000
}

# virt_row NAME CPPFLAG DEVICE PARAMETER...: with a device tree of ours, see qemu-virt.dts.
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
	virt_row coherent '' coherent "${SMALL[@]}"
	virt_row noncoherent '' noncoherent "${SMALL[@]}"

	append='cma=512M' proofs=('cma: Reserved 512 MiB' '!Adding to iommu group')
	virt_row noncoherent-cma '' noncoherent "${ALL[@]}"

	append='cma=0'
	proofs=('Default domain type: Translated' 'test-coherent: Adding to iommu group [0-9]+')
	machine+=,iommu=smmuv3
	virt_row smmuv3 -DWITH_SMMU coherent "${ALL[@]}"
	virt_row smmuv3-live -DWITH_SMMU coherent "${LIVE[@]}" lives=1,1000,100000
}

arm_rows() {
	append='cma=0' proofs=('!Adding to iommu group')
	virt_row noncoherent '' noncoherent "${SMALL[@]}"
}

# Before hours are spent on the others.
for backend in "$@"; do
	for arch in "${ARCHES[@]}"; do
		names "$arch"
	done | while read -r name; do
		# shellcheck disable=SC2053 # a pattern
		[[ $name != $backend ]] || exit 1
	done && die "BACKENDS=$backend: expected some of: $(for arch in "${ARCHES[@]}"; do
		names "$arch"; done | xargs)"
done

failed=0 rows=() listing='' cpu='' machine=''
need_kernel_build
printf 'the cost of a handle, on the newest kernel\n'
grafted_source latest
# The benchmark is built into a copy of the tree.
scratch_source kernel
cp -p "$BENCH/coherent_handle_benchmark.c" "$SCRATCH/kernel/dma/"
{ cat "$TREE/kernel/dma/Makefile" && echo 'obj-y += coherent_handle_benchmark.o'; } \
	> "$SCRATCH/kernel/dma/Makefile.new"
mv "$SCRATCH/kernel/dma/Makefile.new" "$SCRATCH/kernel/dma/Makefile"
TREE=$SCRATCH
mkdir -p "$RESULTS"
# From here on, names without a directory: QEMU has ideas of its own about commas in a path.
cd "$RESULTS" || die "cannot enter $RESULTS"
for arch in "${ARCHES[@]}"; do
	out=$BUILD/$arch-bench-$TAG
	if [ -n "$(wanted_names "$arch")" ]; then
		set_arch "$arch"
		icount=0 extra=() highmem=()
		qemu_kernel "$arch-bench" "$cross" "${image##*/}" || die "no kernel for $arch"
	fi
	"${arch}_rows"
done

rc=0
"$BENCH/tables.py" ${UPDATE:+--table "$OVERLAY/test/results/benchmark.csv"} "${rows[@]}" || rc=1
[ $failed = 0 ] || die "backends that could not be measured: $failed"
exit $rc
