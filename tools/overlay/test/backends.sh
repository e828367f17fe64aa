#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# backends.sh [x86_64|arm64|arm...]: the KUnit suites on each DMA backend that QEMU can show, or
# those of some architectures; on the newest kernel, or the one that KERNEL names. ROW=PATTERN in
# the environment chooses some.
#
# STOCK=1, WITHOUT=all and WITHOUT=NN leave out fixes of the kernel's own code (see sources.sh): the
# cases that notice that must fail then, and no others. Only the suites of the core are run.
#
# What a kernel was told to use, it need not have used. So each boot has a list of what its log must
# show, and of the devices that the backend suite must have run on.

. "$(dirname "${BASH_SOURCE[0]}")/../lib/lib.sh"
. "$OVERLAY/lib/sources.sh"
. "$OVERLAY/lib/results.sh"
. "$OVERLAY/boot/qemu-kernel.sh"
. "$OVERLAY/boot/qemu-arch.sh"
. "$OVERLAY/boot/prove.sh"
. "$OVERLAY/boot/boot.sh"

SUITES=(kernel/dma/tests lib/kunit/dma-test.c lib/kunit/dma-example-test.c)
LIMIT=${LIMIT:-300}
# Without fixes, the handle's own suites have nothing to stand on.
glob='*' flavour=()
case ${STOCK:-}-${WITHOUT:-} in
-) ;;
1-* | *-all) flavour=(--stock) ;;
*) flavour=(--without "$WITHOUT") ;;
esac
[ ${#flavour[@]} = 0 ] || glob='dma_[dn]*'

passed=0 failed=0 skipped=0
table=()

# boot NAME: boot, then look at the results. Needs what row() has set.
boot() {
	local name=$1 log=$1.log rc=0

	rm -f "$name.parsed"
	boot_kunit "$name" "$glob" "${extra[@]}" || rc=1
	printf '%s\n' "${proved[@]}" > "$name.proved"
	keep_ktap "$log" "$name"
	if kernel_warnings "$log" > "$name.warnings"; then
		complain "the kernel warned:"
		head -n 4 "$name.warnings"
	fi

	"$TREE/tools/testing/kunit/kunit.py" parse "$LOGS/$log" > "$name.parsed" 2>&1 ||
		[ ${#flavour[@]} != 0 ] ||
		complain "kunit.py parse failed, see $(short "$LOGS/$name.parsed")"
	grep -E '\[(FAILED|CRASHED)\]' "$name.parsed" | head -n 4 || :
	# What else is missing, if not all was run, is of no interest.
	[ $rc = 0 ] || return 1
	[ ${#flavour[@]} != 0 ] || compare_cases "$log" "${SUITES[@]}" || bad=1
	"$OVERLAY/test/backends.py" --arch "$arch" --row "${name#"$arch"-}" --devices "$on" \
		--behind-iommu "$behind_iommu" "${flavour[@]}" "$TREE" "$log" > "$name.results" ||
		complain "the suites did not what they must, see $(short "$LOGS/$name.results")"
	tail -n 8 "$name.results"
	return $bad
}

# row NAME: a boot, and its line in the table. What it boots, and what it must show:
#   extra=()			more arguments for QEMU
#   append=			more for the kernel command line
#   on= behind_iommu=		what the suites must have run on, and which of them are behind an IOMMU
#   proofs=() highmem=()	what the log must show, or with a ! must not; what is in highmem
row() {
	local name=$arch-$1 start=$SECONDS rc=0 p f s line text

	# shellcheck disable=SC2053 # a pattern
	[[ $1 == ${ROW:-*} ]] || return 0
	rm -f "$name.log" "$name.proved"
	step "$arch, $1" "backends-$name" boot "$name" || rc=1
	p=0 f=0 s=0
	[ ! -e "$name.log" ] || kunit_counts "$name.log" p f s || rc=1
	# Those that must fail have been counted by backends.py.
	[ ${#flavour[@]} = 0 ] || { p=$((p + f)) f=0; }
	# A boot that fails without a failed case counts as one.
	[ $rc = 0 ] || [ "$f" != 0 ] || f=1

	passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
	table+=("$(printf '%-6s %-6s %-34s %4d passed %3d failed %3d skipped %5d s' \
		"$([ $rc = 0 ] && echo ok || echo FAIL)" "$arch" "$1" "$p" "$f" "$s" \
		$((SECONDS - start)))")
	line=
	while read -r text; do
		if [ -n "$line" ] && [ $((${#line} + ${#text})) -gt 84 ]; then
			table+=("              $line,")
			line=
		fi
		line+=${line:+, }$text
	done < <(cat "$name.proved" 2>/dev/null)
	[ -z "$line" ] || table+=("              $line")
}

# Where the edu device is, in the log.
EDU_PCI='0000:00:05\.0'

x86_64_rows() {
	local common=init_on_alloc=0

	on='kunit edu' behind_iommu=''

	append=$common
	proofs=('heap alloc:off' '!Adding to iommu group')
	row direct

	append="$common swiotlb=force"
	# With as little memory, there is a software IO TLB only if it is forced.
	proofs=('heap alloc:off' 'software IO TLB: area num [0-9]+' '!software IO TLB: tearing down'
		'!Adding to iommu group')
	row 'swiotlb=force'

	append="$common cma=64M"
	proofs=('heap alloc:off' 'cma: Reserved 64 MiB' '!Adding to iommu group')
	row 'cma=64M'

	# Then nothing clears but the page allocator, and CMA.
	append='init_on_alloc=1 cma=64M'
	proofs=('heap alloc:on' 'cma: Reserved 64 MiB' '!Adding to iommu group')
	row 'init_on_alloc=1 cma=64M'

	append="$common intel_iommu=on iommu.passthrough=0" behind_iommu='edu'
	machine+=,kernel-irqchip=split extra=(-device 'intel-iommu,intremap=off')
	proofs=('heap alloc:off' 'Default domain type: Translated'
		"$EDU_PCI: Adding to iommu group [0-9]+")
	row iommu
}

# virt_row NAME CPPFLAGS...: a row with a device tree of its own.
virt_row() {
	local name=$1
	shift

	step "$arch, $name: device tree" "backends-$arch-$name-dtb" make_dtb "$arch-$name" "$@" || :
	extra=(-dtb "$arch-$name.dtb")
	row "$name"
}

# Pools that are there, and are those of the devices.
CMA_POOL=('created CMA memory pool' 'test-cma: assigned reserved memory node cma')
DMA_POOL=('created DMA memory pool' 'test-pool: assigned reserved memory node pool')
RESTRICTED_POOL=('created restricted DMA pool'
		 'test-restricted: assigned reserved memory node restricted')

arm64_rows() {
	local device
	local pools=("${RESTRICTED_POOL[@]}" "${DMA_POOL[@]}" "${CMA_POOL[@]}")

	append='init_on_alloc=0'
	on='kunit edu coherent noncoherent restricted pool cma' behind_iommu=''

	proofs=("${pools[@]}" '!Adding to iommu group')
	virt_row direct -DWITH_RESTRICTED

	# Then the page allocator clears, before dma-direct flushes.
	append='init_on_alloc=1'
	proofs=('heap alloc:on' "${pools[@]}" '!Adding to iommu group')
	virt_row 'init_on_alloc=1' -DWITH_RESTRICTED

	append='init_on_alloc=0'
	behind_iommu='edu coherent noncoherent pool cma'
	proofs=("${pools[@]}" 'Default domain type: Translated'
		"$EDU_PCI: Adding to iommu group [0-9]+")
	for device in coherent noncoherent pool cma; do
		proofs+=("test-$device: Adding to iommu group [0-9]+")
	done
	machine+=,iommu=smmuv3
	virt_row smmuv3 -DWITH_RESTRICTED -DWITH_SMMU
}

arm_rows() {
	append='init_on_alloc=0 cma=64M'
	on='kunit edu coherent noncoherent pool cma' behind_iommu=''
	proofs=('cma: Reserved 64 MiB' "${DMA_POOL[@]}" "${CMA_POOL[@]}" '!Adding to iommu group')
	highmem=('cma: Reserved 64 MiB' 'created CMA memory pool')
	virt_row highmem
}

case ${1:-um} in
um) arches=(x86_64 arm64 arm) ;;
*) arches=("$@") ;;
esac

need_kernel_build
KERNEL=${KERNEL:-latest}
printf 'DMA backends on Linux %s%s: %s\n' "$KERNEL" \
	"${STOCK:+, stock}${WITHOUT:+ without fix $WITHOUT}" \
	"${arches[*]}"
grafted_source "$KERNEL"
LOGS=$BUILD/backends/$TAG
mkdir -p "$LOGS"
# From here on, names without a directory: QEMU has ideas of its own about commas in a path.
cd "$LOGS" || die "cannot enter $LOGS"
for arch in "${arches[@]}"; do
	declare -F "${arch}_rows" > /dev/null || die "ARCH=$arch: expected x86_64, arm64 or arm"
	set_arch "$arch"
	proofs=() highmem=() extra=()
	if qemu_kernel "$arch" "$cross" "${targets[@]}"; then
		"${arch}_rows"
	else
		failed=$((failed + 1))
		table+=("$(printf '%-6s %-6s no kernel' FAIL "$arch")")
	fi
done

printf '\n'
printf '%s\n' "${table[@]}"
printf '%d passed, %d failed, %d skipped\n' $passed $failed $skipped
[ $failed = 0 ]
