#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# mutants.sh [survivors] [FILES='PATTERN...'] [OPS=] [FUNCTIONS=]: is every line of the code tested?
# Makes every small change to it that semantic patches can make, and looks whether the KUnit suites
# notice, on UML and the newest kernel. "survivors" takes only those that none noticed the last time.
#
# This builds the kernels to start from, with the debugging of handles and without it. mutants.py
# does the rest.

. "$(dirname "${BASH_SOURCE[0]}")/../lib/lib.sh"
. "$OVERLAY/lib/sources.sh"
. "$OVERLAY/lib/newer-tools.sh"

MUTANTS=$BUILD/mutants$FLAVOUR

# build_kernel NAME KUNIT_ARGS...: in a folder of its own, since "make kunit" would change it.
# Leaves link.log there, which has the commands that link it.
build_kernel() {
	local out=$MUTANTS/$1 from
	shift

	cd "$TREE" || return
	# Most of it is there, if "make kunit" was run before.
	from=$BUILD/kunit-um-$TAG
	[ "$out" != "$MUTANTS/plain" ] || from=$MUTANTS/debug
	[ -d "$out" ] || ! [ -d "$from" ] || cp -a "$from" "$out"
	./tools/testing/kunit/kunit.py config --kunitconfig=kernel/dma/tests \
		--kunitconfig="$OVERLAY/boot/configs/um.config" --arch=um \
		--build_dir="$out" --kconfig_add CONFIG_FRAME_POINTER=y "$@" || return
	[ -e "$out/link.log" ] || rm -f "$out"/vmlinux "$out"/vmlinux.unstripped
	if ! make ARCH=um O="$out" -j"$JOBS" V=1 > "$out/make.log" 2>&1; then
		tail -n 20 "$out/make.log"
		return 1
	fi
	# Unless there was nothing to be done.
	! grep -qaE '^[+] gcc .* -o vmlinux([.]unstripped)? ' "$out/make.log" ||
		mv "$out/make.log" "$out/link.log"
}

need_kernel_build
grafted_source latest
newer_spatch
spatch_is_new "$SPATCH" || die 'these semantic patches need a newer spatch'

mkdir -p "$MUTANTS"
step "building Linux $VERSION" mutants-debug build_kernel debug || exit 1
step "building it without debugging" mutants-plain \
	build_kernel plain --kconfig_add CONFIG_DMA_COHERENT_HANDLE_DEBUG=n || exit 1
exec "$OVERLAY/test/mutants.py" --jobs "$JOBS" --spatch "$SPATCH" --tree "$TREE" \
	--build "$MUTANTS" "$@"
