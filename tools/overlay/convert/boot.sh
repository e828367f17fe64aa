#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# convert/boot.sh KERNEL [defects]: boot the ftgmac100 driver before its conversion to a handle, and
# after, on QEMU's ast2600-evb, and have it do the same work: see convert/boot/ftgmac100.c. With
# "defects", boot it with each of a number of defects planted as well, which must be noticed.
#
# The guest gives its verdict on a serial port of its own. What it sent through the driver is
# compared with what came out of QEMU. A warning in the log is one too many, unless the driver gave
# cause for it before its conversion, too.

. "$(dirname "${BASH_SOURCE[0]}")/../lib/lib.sh"
. "$OVERLAY/lib/sources.sh"
. "$OVERLAY/lib/newer-tools.sh"
. "$OVERLAY/boot/prove.sh"
. "$OVERLAY/boot/boot.sh"

DRIVER=ftgmac100
OBJECT=drivers/net/ethernet/faraday/ftgmac100.o
GUEST=$OVERLAY/convert/boot
DTB=aspeed/aspeed-ast2600-evb.dtb
LIMIT=${LIMIT:-600}
DATA_SIZE=$((300 * 1024))
defects=${2:-}

[ $# = 1 ] || [ "$*" = "$1 defects" ] || die "expected: convert/boot.sh KERNEL [defects]"
need_kernel_build
need cpio gcc-arm-linux-gnueabihf libc6-dev-armhf-cross qemu-system-arm
newer_spatch

printf 'a converted driver at work on an emulated machine, before and after: %s\n' $DRIVER
grafted_source "$1"
scratch_source drivers
cross=arm-linux-gnueabihf-
out=$BUILD/convert-boot-$TAG
boots=$out/boots
rm -rf "$out/git" "$boots"
mkdir -p "$boots"

# What convert.py commits to. It must not be taken for the repository that this is in.
export GIT_DIR=$out/git GIT_WORK_TREE=$SCRATCH GIT_CONFIG_NOSYSTEM=
export GIT_AUTHOR_NAME=convert-boot GIT_AUTHOR_EMAIL=convert-boot@localhost
export GIT_COMMITTER_NAME=convert-boot GIT_COMMITTER_EMAIL=convert-boot@localhost
unset GIT_INDEX_FILE

convert() {
	git init -q -b main && git config core.fileMode false &&
		"$OVERLAY/convert/convert.py" --files "$SCRATCH" "$VERSION" $DRIVER |
		git add --pathspec-from-file=- && git commit -q -m 'as it was' && git tag before &&
		"$OVERLAY/convert/convert.py" --spatch "$SPATCH" --logs "$out" "$SCRATCH" "$VERSION" $DRIVER &&
		git tag after
}

run_make() {
	# Kbuild asks git for a version.
	env -u GIT_DIR -u GIT_WORK_TREE \
		make -C "$SCRATCH" O="$out" ARCH=arm CROSS_COMPILE="$cross" "$@"
}

configure() {
	local config=$GUEST/ast2600.config

	run_make KCONFIG_ALLCONFIG="$config" allnoconfig || return
	# An option whose dependencies aren't met is dropped without a word.
	sed 's/#.*//' "$config" | grep '=[^n]' | sort > "$out/asked"
	sort "$out/.config" | comm -23 "$out/asked" - > "$out/dropped"
	sed 's/$/: asked for, but not in the configuration/' "$out/dropped"
	[ ! -s "$out/dropped" ]
}

# The board has no second serial port, but the chip has one.
make_dtb() {
	local dtc=$out/scripts/dtc/dtc dts=$boots/machine.dts

	"$dtc" -q -I dtb -O dts -o "$dts" "$out/arch/arm/boot/dts/$DTB" &&
		echo '/ { ahb { apb { serial@1e783000 { status = "okay"; }; }; }; };' >> "$dts" &&
		"$dtc" -q -I dts -O dtb -o "$boots/machine.dtb" "$dts"
}

make_guest() {
	local root=$boots/root

	mkdir "$root" || return
	head -c $DATA_SIZE /dev/urandom > "$root/data" &&
		"${cross}gcc" -static -O2 -Wall -Wextra -Wno-sign-compare -Werror -o "$root/init" \
			"$GUEST/$DRIVER.c" &&
		cp "$root/data" "$boots/data" &&
		(cd "$root" && find . | cpio -o -H newc -R 0:0 --quiet) > "$boots/initramfs.cpio"
}

# rewrite FILE [SED]: as it is, unless there is a command. Only what was changed last is compiled.
rewrite() {
	sed -E "${2:-}" "$1" > "$out/new" && cp "$out/new" "$1.tmp" && mv "$1.tmp" "$1"
}

# plant before|after [SED]: with a defect, if there is a command to plant it.
plant() {
	local path

	git checkout -q -f "$1" || return
	for path in $(git ls-files); do
		case $path in
		*.c)	rewrite "$SCRATCH/$path" "${2:-}" ;;
		*)	rewrite "$SCRATCH/$path" ;;
		esac || return
	done
	git diff
	[ -z "${2:-}" ] || ! git diff --quiet || { echo "* nothing was changed by: $2"; return 1; }
}

# build before|after [SED]
build() {
	plant "$@" && run_make -j"$JOBS" zImage "$DTB" &&
		cp "$out/arch/arm/boot/zImage" "$boots/zImage" || return
	# How many functions of handles the driver calls, as it was compiled.
	"${cross}nm" -u "$out/$OBJECT" | grep -c ' dma_coherent_handle_' > "$out/calls" || :
}

# said NAME WHAT: from the second serial port.
said() {
	tr -d '\r' < "$boots/$1.said" | sed -n "s/^$2: //p"
}

# The warnings of a log: not where and when, which changes with every compilation and every boot.
warnings() {
	kernel_warnings "$1" |
		sed -E 's/^[0-9]+:(\[ *[0-9.]+\] )?//; s/0x[0-9a-f]+|[0-9]+/N/g' | sort -u
}

# boot NAME HANDLES: run QEMU, then look at what it left, but for warnings.
boot() (
	name=$1 rc=0 start=$SECONDS

	cd "$boots" || exit
	rm -f "$name".*
	touch "$name.said" "$name.echo"
	# Not with -icount: the machine always has two CPUs, and QEMU 7.2 may never give the one a
	# turn then, while the other spins and waits for it.
	qemu=qemu-system-arm machine=ast2600-evb cpu='' memory='' icount='' devices=() kernel=zImage
	console=ttyS4 append="printk.time=1 printk.devkmsg=on handles=$2" proofs=() highmem=()
	boot_kernel "$name" -dtb machine.dtb -initrd initramfs.cpio \
		-chardev file,id=said,path="$name.said" -serial chardev:said \
		-nic "user,restrict=on,guestfwd=tcp:10.0.2.100:7-cmd:tee -a $name.echo" || rc=$?
	warnings "$name.log" > "$name.warnings" || :
	cp "$out/calls" "$name.calls"
	echo $((SECONDS - start)) > "$name.seconds"

	cat "$name.said"
	[ "$(said "$name" verdict)" = success ] ||
		complain "the guest: $(said "$name" verdict | grep . || echo no verdict)"
	[ $bad$rc = 00 ] || exit 1

	for ((i = $(said "$name" transfers); i > 0; i--)); do
		cat data
	done | cmp - "$name.echo" || complain "what QEMU received is not what was sent"
	exit $bad
)

# worse_than_before NAME: the driver gives cause for warnings that it didn't before its conversion.
# The driver as it was may warn of a bug of its own, and taint the kernel alone.
worse_than_before() {
	comm -13 "$boots/before.warnings" "$boots/$1.warnings" | grep . ||
		(($(said "$1" taint) & ~$(said before taint)))
}

no_worse() {
	! worse_than_before after
}

# Which one was compiled.
is_converted() {
	[ "$(cat "$boots/before.calls")" = 0 ] && [ "$(cat "$boots/after.calls")" -gt 1 ]
}

# noticed NAME WHAT: it was, and for what it is.
noticed() {
	if boot "$1" 1 && ! worse_than_before "$1"; then
		echo "* nothing was noticed"
		return 1
	fi
	grep -ohE -m 1 "$2.*" "$boots/$1.said" "$boots/$1.log" > "$boots/$1.why" && return
	echo "* expected to be told: $2"
	return 1
}

passed=0 failed=0
check() {
	if step "$@"; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		return 1
	fi
}

# each_defect FUNCTION: call it for each defect of the converted driver, with its name, the sed command
# that plants it, and the words that must be said of it.
each_defect() {
	local copy='struct dma_coherent_handle h = priv->rx_scratch;'
	local alloc='if \(dma_coherent_handle_alloc\(.*\)'
	local free='dma_coherent_handle_free\(&priv->rx_scratch\);'
	local addr='dma_coherent_handle_dma_addr\(&priv->rx_scratch\)'

	"$1" 'the buffer is never freed' "/$free/d" \
		'lists 1 handles while the interface is down' &&
	"$1" 'the buffer is freed through a copy of the handle, and again' \
		"s/$free/{ $copy dma_coherent_handle_free(\&h); } &/" \
		'DMA buffer not freed: its handle is a copy' &&
	"$1" 'the buffer is never allocated' \
		"s/$alloc\$/if (0)/" \
		'lists 0 handles while the interface is up' &&
	"$1" 'the buffer is too small' 's/RX_BUF_SIZE, GFP_KERNEL\)/64, GFP_KERNEL)/' \
		'a handle that must not be there: .* L=40 ' &&
	"$1" 'failure to allocate is ignored' \
		"s/($alloc)\\)\$/\\1 \&\& 0)/" \
		'lists 0 handles after an allocation has failed, but not open' &&
	"$1" 'the rings stay if the buffer is not to be had' \
		's/goto err_free_txdes;/return -ENOMEM;/' \
		'2 DMA mappings are left after open has failed' &&
	"$1" 'the device is told another address' "s/map = $addr/& + SZ_1K/" \
		"the device writes to 0x[0-9a-f]+, but the handle's buffer is at"
}

# can_plant NAME SED: one that changes nothing says so before half an hour of building.
can_plant() {
	plant after "$2"
}

# defect NAME SED WHAT: builds and boots it. One that is not noticed does not end the others.
planted=0
defect() {
	planted=$((planted + 1))
	if ! step "building with a defect: $1" "convert-boot-build-$planted-$TAG" \
		build after "$2"; then
		failed=$((failed + 1))
	elif check "noticed: $1" "convert-boot-defect-$planted-$TAG" \
		noticed "defect$planted" "$3"; then
		sed 's/^/        /; q' "$boots/defect$planted.why"
	fi
}

row() {
	printf '  %-52s %10s %10s\n' "$@"
}

table() {
	local what

	printf '\n'
	row "$DRIVER, Linux $VERSION" before after
	row 'functions of handles that the driver calls' "$(cat "$boots/before.calls")" \
		"$(cat "$boots/after.calls")"
	sed -n 's/: .*//p' "$boots/before.said" | grep -v '^verdict$' | while read -r what; do
		row "$what" "$(said before "$what")" "$(said after "$what")"
	done
	row 'kinds of warnings' "$(wc -l < "$boots/before.warnings")" \
		"$(wc -l < "$boots/after.warnings")"
	row 'seconds' "$(cat "$boots/before.seconds")" "$(cat "$boots/after.seconds")"
	printf '\n'
}

step "converting the driver" "convert-boot-convert-$TAG" convert &&
	{ [ -z "$defects" ] ||
		step "planting each defect" "convert-boot-plant-$TAG" each_defect can_plant; } &&
	step "configuring Linux $VERSION" "convert-boot-configure-$TAG" configure &&
	step "building the guest's program" "convert-boot-guest-$TAG" make_guest &&
	step "building with the driver as it was" "convert-boot-build-before-$TAG" build before &&
	step "building the device tree" "convert-boot-dtb-$TAG" make_dtb &&
	check "the driver at work, as it was" "convert-boot-before-$TAG" boot before 0 &&
	step "building with the converted driver" "convert-boot-build-after-$TAG" build after &&
	check "the driver at work, converted" "convert-boot-after-$TAG" boot after 1 &&
	check "one driver has handles, the other has not" "convert-boot-calls-$TAG" is_converted &&
	check "no warning that was not there before" "convert-boot-warnings-$TAG" no_worse &&
	table || failed=$((failed ? failed : 1))

if [ -n "$defects" ] && [ $failed = 0 ]; then
	each_defect defect
fi

printf '%d passed, %d failed\n' $passed $failed
[ $failed = 0 ]
