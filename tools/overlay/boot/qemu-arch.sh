# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# shellcheck disable=SC2034 # these are for those who source this
#
# The machines: what QEMU emulates for an architecture, and what shows that the kernel is what it
# should be. A row of backends.sh or bench.sh changes what it has to. To be sourced after lib.sh and
# qemu-kernel.sh.

QEMU_ARCHES=(x86_64 i386 arm64 arm riscv s390 powerpc m68k)

# A PCI device that does DMA.
EDU=(-device edu,addr=5,dma_mask=0xffffffff)

# set_arch ARCH: sets, and installs what is needed for it,
#   arch cross targets=() image		what to build, and what to boot
#   qemu machine cpu memory		the emulator, its -M and -cpu, MiB
#   devices=() icount			more of its arguments, -icount
#   console append			for the kernel command line
#   traits=				what the .config must come to, see kernel_traits()
#   proofs=() highmem=()		what the log must show, or with a ! must not; what is in highmem
set_arch() {
	arch=$1 cross='' targets=(vmlinux) image=vmlinux console=ttyS0 append='' highmem=()
	devices=() icount=3 kernel=

	case $arch in
	x86_64)
		need qemu-system-x86
		targets=(bzImage modules) image=arch/x86/boot/bzImage
		# QEMU 7.2 now and then gets the flags wrong after cmpxchg16b, for which the guest
		# panics.
		qemu=qemu-system-x86_64 machine=q35 cpu='max,-cx16' memory=512
		devices=("${EDU[@]}")
		traits='64-bit, little endian, pages of 4 KiB, coherent DMA'
		proofs=('DMI: QEMU Standard PC [^,]*' 'ok [0-9]+ edu')
		;;
	i386)
		need qemu-system-x86
		targets=(bzImage) image=arch/x86/boot/bzImage
		qemu=qemu-system-i386 machine=pc cpu=max memory=2048
		traits='32-bit, little endian, pages of 4 KiB, coherent DMA, SPARSEMEM without VMEMMAP'
		proofs=('[0-9]+MB HIGHMEM available')
		;;
	arm64)
		need gcc-aarch64-linux-gnu qemu-system-arm
		cross=aarch64-linux-gnu- targets=(Image) image=arch/arm64/boot/Image console=ttyAMA0
		qemu=qemu-system-aarch64 machine='virt,gic-version=3' cpu=cortex-a57 memory=2048
		devices=("${EDU[@]}")
		traits='64-bit, little endian, pages of 4 KiB, non-coherent DMA'
		proofs=('Machine model: .*' 'ok [0-9]+ edu')
		;;
	arm)
		need gcc-arm-linux-gnueabihf qemu-system-arm
		cross=arm-linux-gnueabihf- targets=(zImage) image=arch/arm/boot/zImage
		console=ttyAMA0 append='cma=64M'
		qemu=qemu-system-arm machine='virt,highmem=off' cpu=cortex-a15 memory=2048
		devices=("${EDU[@]}")
		traits='32-bit, little endian, pages of 4 KiB, non-coherent DMA'
		proofs=('Machine model: .*' 'ok [0-9]+ edu')
		highmem=('cma: Reserved 64 MiB')
		;;
	riscv)
		need gcc-riscv64-linux-gnu qemu-system-misc
		cross=riscv64-linux-gnu- targets=(Image) image=arch/riscv/boot/Image append='no4lvl'
		qemu=qemu-system-riscv64 machine=virt cpu=rv64 memory=512
		devices=("${EDU[@]}")
		traits='64-bit, little endian, pages of 4 KiB, coherent DMA, no DMA ops of its own'
		# Sv39, then.
		proofs=('Machine model: .*' 'Disabled 4-level and 5-level paging' 'ok [0-9]+ edu')
		;;
	s390)
		need gcc-s390x-linux-gnu qemu-system-misc
		cross=s390x-linux-gnu- targets=(bzImage) image=arch/s390/boot/bzImage console=ttysclp0
		qemu=qemu-system-s390x machine=s390-ccw-virtio cpu=max memory=512
		traits='64-bit, big endian, pages of 4 KiB, coherent DMA'
		proofs=('Linux is running .* in 64-bit mode')
		;;
	powerpc)
		need gcc-powerpc64-linux-gnu qemu-system-ppc
		cross=powerpc64-linux-gnu- console=hvc0
		qemu=qemu-system-ppc64 machine='pseries,cap-cfpc=broken,cap-sbbc=broken,cap-ibs=broken'
		cpu=power8 memory=512 devices=("${EDU[@]}")
		traits='64-bit, big endian, pages of 64 KiB, coherent DMA'
		proofs=('Hardware name: .*' 'ok [0-9]+ edu')
		;;
	m68k)
		need gcc-m68k-linux-gnu qemu-system-misc
		cross=m68k-linux-gnu- console=ttyGF0
		qemu=qemu-system-m68k machine=virt cpu=m68040 memory=512
		traits='32-bit, big endian, pages of 4 KiB, non-coherent DMA, no DMA ops of its own'
		proofs=('early_gf_tty0')
		;;
	*)
		die "ARCH=$arch: expected um, or one of ${QEMU_ARCHES[*]}"
		;;
	esac
}

# make_dtb NAME CPPFLAGS...: the machine's device tree, and ours added to it.
make_dtb() {
	local name=$1
	shift

	rm -f "$name.dtb"
	"$qemu" -M "$machine,dumpdtb=$name.qemu.dtb" -cpu "$cpu" -m "$memory" "${devices[@]}" \
		-nodefaults -display none || return
	"$out/scripts/dtc/dtc" -q -I dtb -O dts -o "$name.dts" "$name.qemu.dtb" || return
	"${cross}cpp" -nostdinc -undef -P -x assembler-with-cpp "$@" "$CONFIGS/qemu-virt.dts" \
		>> "$name.dts" || return
	"$out/scripts/dtc/dtc" -q -I dts -O dtb -o "$name.dtb" "$name.dts"
}

has() {
	grep -qx "CONFIG_$1=y" "$out/.config"
}

# What a kernel is, of all that could matter to a DMA buffer, by its .config.
kernel_traits() {
	local shift text dir=$arch

	case $arch in
	x86_64 | i386) dir=x86 ;;
	esac
	shift=$(sed -n 's/^CONFIG_PAGE_SHIFT=//p' "$out/.config")
	text=$(has 64BIT && echo 64-bit || echo 32-bit)
	text+=$(has CPU_BIG_ENDIAN && echo ', big endian' || echo ', little endian')
	text+=", pages of $((1 << (shift - 10))) KiB"
	text+=$(has ARCH_HAS_SYNC_DMA_FOR_DEVICE && ! has ARCH_DMA_DEFAULT_COHERENT &&
		echo ', non-coherent DMA' || echo ', coherent DMA')
	# That the kernel has any is the KUnit DMA device's doing.
	grep -rq 'select ARCH_HAS_DMA_OPS' "$TREE/arch/$dir" --include='Kconfig*' ||
		text+=', no DMA ops of its own'
	! has SPARSEMEM || has SPARSEMEM_VMEMMAP || text+=', SPARSEMEM without VMEMMAP'
	printf '%s\n' "$text"
}
