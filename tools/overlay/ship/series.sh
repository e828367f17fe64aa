#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# series.sh [--no-build] [KERNEL]: the overlay as three series of patches with cover letters, as git
# format-patch writes them to build/series-VERSION: the fixes of the kernel's own code to core, the
# KUnit DMA device to kunit, and the rest, on top of both, to handle. Both 6.12 and the newest
# kernel, if none is given. SIGNOFF=1 adds the Signed-off-by: of whom git knows, who is the author
# in any case.
#
# The patches are made by the graft, which is run with more and more of the overlay: see series.py.
# Put on a pristine tree by git am, they must come to what the graft makes of it. Each must pass
# checkpatch, and is compiled with W=1, without a new warning: on UML with all its options on and
# off, and the kernel's own files for other architectures as well, see COMPILERS. A series that
# something is wrong with stays in build/scratch.

. "$(dirname "${BASH_SOURCE[0]}")/../lib/lib.sh"
. "$OVERLAY/lib/sources.sh"
. "$OVERLAY/lib/patch.sh"

MANIFEST=.dma-coherent-handle.graft
DRIVER=tools/testing/dma-coherent-handle

# The series: folder, branch and what the branch begins at.
SERIES=('core core base' 'kunit kunit core' 'handle main kunit')

# What the kernel's own files are compiled for when fixes change them: architecture, prefix of the
# compiler, files, and the options that must be set for them. UML has those of the series. Debian
# has no compiler for Linux on xtensa.
COMPILERS=(
	'um - kernel/dma/@(debug|direct|mapping).c|drivers/base/*.c|lib/kunit/*.c'
	'x86_64 - kernel/dma/@(debug|direct|mapping|ops_helpers).c|drivers/@(iommu/dma-iommu|pci/*|media/common/videobuf2/*).c|arch/x86/kernel/*.c
		64BIT SMP PCI PCI_MSI ACPI IOMMU_SUPPORT INTEL_IOMMU IOMMU_DMA CPU_SUP_AMD AMD_NB GART_IOMMU
		DMA_API_DEBUG MEDIA_SUPPORT MEDIA_TEST_SUPPORT VIDEO_DEV V4L_TEST_DRIVERS VIDEO_VIMC
		VIDEOBUF2_DMA_CONTIG'
	'arm arm-linux-gnueabihf- kernel/dma/@(coherent|debug|direct|mapping).c|arch/arm/mm/*.c|drivers/xen/*.c
		MMU AEABI ARCH_MULTIPLATFORM ARCH_MULTI_V7 ARCH_VIRT HIGHMEM OF DMA_DECLARE_COHERENT ARCH_ROCKCHIP
		IOMMU_SUPPORT ROCKCHIP_IOMMU ARM_DMA_USE_IOMMU VIRTIO_MENU VIRTIO_MMIO XEN XEN_VIRTIO XEN_GRANT_DMA_OPS
		SWIOTLB_XEN DMA_API_DEBUG'
	'powerpc powerpc64-linux-gnu- arch/powerpc/platforms/pseries/*.c
		PPC64 PPC_BOOK3S_64 PPC_PSERIES IBMVIO IBMEBUS PCI DMA_API_DEBUG'
	'i386 - drivers/usb/host/*.c
		PCI USB_SUPPORT USB USB_XHCI_HCD USB_XHCI_SIDEBAND'
	'parisc hppa-linux-gnu- drivers/parisc/*.c
		PCI GSC IOMMU_CCIO PCI_LBA IOMMU_SBA'
	'xtensa none arch/xtensa/kernel/*.c'
)

build=yes options=()
[ "${1:-}" != --no-build ] || { build=''; options=(--no-build); shift; }
case ${SIGNOFF:-} in
'') signoff=--no-signoff ;;
1) signoff=--signoff ;;
*) die "SIGNOFF=$SIGNOFF: expected 1, or nothing" ;;
esac

# What the environment says of a repository is about some other one.
unset GIT_DIR GIT_WORK_TREE GIT_INDEX_FILE
# Nothing is kept of what isn't compiled, so that it needs no author.
identity='nobody <nobody@localhost>'
[ -z "${STOCK:-}" ] || die "STOCK=$STOCK: the series are of all that there is"
[ -z "$build" ] ||
	identity=$(git -C "$TOP" -c user.useConfigOnly=true var GIT_AUTHOR_IDENT 2>/dev/null) ||
	die "git does not know the author of these patches; set user.name and user.email"

if [ $# = 0 ]; then
	rc=0
	for kernel in 6.12 latest; do
		"$0" "${options[@]}" "$kernel" || rc=1
	done
	exit $rc
fi

need_kernel_build
need codespell
# shellcheck disable=SC2046 # a package each
[ -z "$build" ] || need $(printf '%s\n' "${COMPILERS[@]}" | sed -nE 's/^\w+ (\w.*)- .*/gcc-\1/p')
printf 'three series of patches to Linux %s\n' "$1"
grafted_source "$1"
mapfile -t changed < <(grafted_files "$TREE" | cut -d / -f 1 | sort -u)
scratch_source "${changed[@]}"

name=${TAG#linux-}
work=$BUILD/scratch/series-$name
series=$work/patches
mkdir -p "$work"
rm -rf "${work:?}"/{git,am,alone,grafted.index,patches,compiled}

# No setting of the user's is to make a difference.
GIT_AUTHOR_NAME=${identity%% <*}
GIT_AUTHOR_EMAIL=${identity#*<}
GIT_AUTHOR_EMAIL=${GIT_AUTHOR_EMAIL%>*}
export GIT_AUTHOR_NAME GIT_AUTHOR_EMAIL
export GIT_COMMITTER_NAME=$GIT_AUTHOR_NAME GIT_COMMITTER_EMAIL=$GIT_AUTHOR_EMAIL
export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1
export GIT_DIR=$work/git GIT_WORK_TREE=$SCRATCH

# The scratch tree is a copy of the grafted one. What ungraft leaves must be what there was before.
make_commits() {
	local file

	cp "$TREE/$MANIFEST" "$SCRATCH" &&
		"$OVERLAY/graft/graft.py" ungraft --allow-newer "$SCRATCH" || return
	git init -q -b main && git config gc.auto 0 || return
	"$OVERLAY/ship/series.py" "$SCRATCH" "$work/cover" || return
	[ ! -e "$PRISTINE/$MANIFEST" ] || return 0
	git ls-tree -r --name-only base | while read -r file; do
		git show "base:$file" | cmp - "$PRISTINE/$file" || return
	done
}

# each COMMAND...: call it with folder, branch and start of each series that has patches.
each() {
	local row

	for row in "${SERIES[@]}"; do
		# shellcheck disable=SC2086 # three words
		set -- "$1" $row
		[ "$(git rev-list --count "$4..$3")" = 0 ] || "$@" || return
	done
}

# Everybody gets all of it, as b4 does it.
make_patches() {
	local -a files people

	mapfile -t files < <(git diff --name-only "$3" "$2")
	mapfile -t people < <(maintainers "${files[@]}")
	[[ ${people[*]} == *--to=* ]] || { echo "no maintainer of ${files[*]}"; return 1; }
	git config "branch.$2.description" "$(cat "$work/cover-$2")" &&
		git format-patch -q --cover-letter --cover-from-description=subject --no-signature \
			"$signoff" "${people[@]}" -o "$series/$1" "$3..$2"
}

# That the tree is as it should be is known by its hash, which is that of all contents and modes.
apply() {
	local tree

	tree=$(git rev-parse "$2^{tree}") || return
	(unset GIT_DIR GIT_WORK_TREE && cd "$work/am" &&
		git -c apply.whitespace=nowarn am -q "$series/$1"/*[1-9]*-*.patch &&
		git rev-parse "HEAD^{tree}") > "$work/am.tree" || return
	[ "$(cat "$work/am.tree")" = "$tree" ] || {
		echo "error: git am of the patches of $1 makes another tree than they were made of"
		return 1
	}
}

# The KUnit DMA device needs nothing else: branch alone.
apply_alone() (
	git worktree add -q -b alone "$work/alone" base || return
	unset GIT_DIR GIT_WORK_TREE
	cd "$work/alone" && git am -q "$series"/kunit/*[1-9]*-*.patch
)

compare_trees() {
	local tree

	tree=$(git rev-parse "main^{tree}") || return
	# With nothing in it but the files that are changed: git am looks at no others. Where one
	# would be in the way of a new file, the graft has refused. In a semantic patch, a space
	# before a tab is no mistake.
	git worktree add -q --detach "$work/am" base || return
	each apply || return
	apply_alone || return
	# What the graft has changed is in its manifest.
	grafted_files "$TREE" |
		GIT_WORK_TREE=$TREE GIT_INDEX_FILE=$work/grafted.index \
			git add -f --pathspec-from-file=- || return
	git diff --stat "$(GIT_INDEX_FILE=$work/grafted.index git write-tree)" "$tree" \
		> "$work/differs"
	[ ! -s "$work/differs" ] || {
		cat "$work/differs"
		echo "error: the series comes to something else than the graft"
		return 1
	}
}

# New files, for make check, are what checkpatch.sh has read.
without_content() {
	awk '/^diff / { new = skip = 0 } /^new file / { new = 1 } /^@@ / { skip = new } !skip'
}

# For each file, checkpatch asks get_maintainer.pl whether it is obsolete, which takes a second if
# that reads what the whole kernel has. Commits that fixes name are in no repository of ours. Fixes
# are in the style of what is around them, as all long messages of dma-debug and arguments of Xen's
# are. kernel/dma, where their tests lie, and lib/kunit have entries in MAINTAINERS.
check_style() (
	export HOME=$work/home IGNORE=UNKNOWN_COMMIT_ID
	[ "$1" = handle ] || IGNORE+=,FILE_PATH_CHANGES
	[ "$1" != core ] || IGNORE+=,SPLIT_STRING,PARENTHESIS_ALIGNMENT

	mkdir -p "$HOME"
	printf -- '--mpath=%s\n' "$TOP/MAINTAINERS" > "$HOME/.get_maintainer.conf"
	checkpatch_all "$(git rev-list --count "$3..$2")" "$signoff" "$work/checked/$1"-*.patch
)

# What is to be sent is complete, and no sign-off is there that nobody has asked for.
check_patches() {
	local cover patch signed wanted='' rc=0

	mkdir -p "$work/checked" && rm -f "$work"/checked/* || return
	for patch in "${patches[@]}"; do
		if [ "$build" ]; then cat "$patch"; else without_content < "$patch"; fi \
			> "$work/checked/$(basename "${patch%/*}")-${patch##*/}"
	done
	each check_style || rc=1
	[ "$signoff" = --no-signoff ] ||
		wanted="Signed-off-by: $GIT_AUTHOR_NAME <$GIT_AUTHOR_EMAIL>"
	for patch in "${covers[@]}" "${patches[@]}"; do
		grep -q '^To: .*@' "$patch" || { echo "error: $patch has no recipient"; rc=1; }
		[[ $patch != */0000-cover-letter.patch ]] || continue
		signed=$(grep -i '^[a-z-]*-by: ' "$patch" | grep -v '^Reported-by: ' || :)
		[ "$signed" = "$wanted" ] || { echo "error: $patch is signed: '$signed'"; rc=1; }
	done
	for cover in "${covers[@]}"; do
		grep -n '[*][*][*]' "$cover" && { echo "error: $cover isn't filled in"; rc=1; }
		grep -qF "against Linux $VERSION." "$cover" ||
			{ echo "error: $cover does not name this kernel"; rc=1; }
	done
	return $rc
}

make_um() {
	make -C "$SCRATCH" O="$work/um" ARCH=um -j"$JOBS" "$@"
}

# configure y|n: what all options are at that the series has added by now.
configure() {
	local option options

	options=$(git diff base HEAD -- '*Kconfig' | sed -nE 's/^\+config (\w+)$/\1/p')
	# There is DMA on UML with PCI only. Our debugging wants frame pointers: with each change of
	# theirs, everything would be compiled anew.
	cat tools/testing/kunit/configs/arch_uml.config - > "$work/asked" <<-END
		CONFIG_64BIT=y
		CONFIG_BUG=y
		CONFIG_DEBUG_FS=y
		CONFIG_DEBUG_KERNEL=y
		CONFIG_DMA_API_DEBUG=y
		CONFIG_FRAME_POINTER=y
		CONFIG_KUNIT=y
		CONFIG_MODULES=y
		CONFIG_PRINTK=y
		$(for option in $options; do printf 'CONFIG_%s=%s\n' "$option" "$1"; done)
	END
	make_um KCONFIG_ALLCONFIG="$work/asked" allnoconfig || return
	for option in HAS_DMA DMA_API_DEBUG $options; do
		case $1-$option in
		n-HAS_DMA | n-DMA_API_DEBUG | y-*) grep -qx "CONFIG_$option=y" "$work/um/.config" ;;
		*) ! grep -q "^CONFIG_$option=" "$work/um/.config" ;;
		esac || { echo "error: $option can't be had at $1"; return 1; }
	done
}

# check_built y|n: whether all new files there are were compiled, or nothing.
check_built() {
	local source rc=0

	ar t "$work"/um/kernel/dma/built-in.a > "$work/built" &&
		ar t "$work"/um/lib/kunit/built-in.a >> "$work/built" || return
	for source in $(git diff --diff-filter=A --name-only base HEAD -- 'kernel/*.c' 'lib/*.c'); do
		case $1-$(grep -cE "(^|/)${source%.c}.o\$" "$work/built") in
		n-0 | y-1) ;;
		y-0) echo "error: $source was not compiled"; rc=1 ;;
		*) echo "error: $source was compiled"; rc=1 ;;
		esac
	done
	return $rc
}

compile_kernel() {
	configure "$1" && make_um W=1 kernel/dma/ lib/kunit/ && check_built "$1"
}

# compile_for ARCH CROSS OBJECT... -- OPTION...: the options are set once.
compile_for() {
	local out=$work/$1 option
	local -a make=(make -C "$SCRATCH" O="$work/$1" ARCH="$1" CROSS_COMPILE="${2#-}" -j"$JOBS") objects=()

	while [ "$3" != -- ]; do
		objects+=("$3")
		set -- "$1" "$2" "${@:4}"
	done
	if [ "$1" = um ]; then
		configure y || return
	elif [ ! -e "$out/configured" ]; then
		mkdir -p "$out"
		printf 'CONFIG_%s=y\n' "${@:4}" > "$out/asked"
		"${make[@]}" KCONFIG_ALLCONFIG="$out/asked" allnoconfig || return
		for option in "${@:4}"; do
			grep -qx "CONFIG_$option=y" "$out/.config" ||
				{ echo "error: no CONFIG_$option=y on $1"; return 1; }
		done
		touch "$out/configured"
	fi
	"${make[@]}" W=1 "${objects[@]}"
}

# has_row FILE...: that each of these files of the kernel's own has a row of COMPILERS.
has_row() {
	local text file bad=0
	local -a row

	for file; do
		for text in "${COMPILERS[@]}"; do
			read -r -d '' -a row <<< "$text" || :
			# shellcheck disable=SC2053 # a pattern
			[[ $file != @(${row[2]}) ]] || continue 2
		done
		echo "error: no row of COMPILERS has $file"
		bad=1
	done
	return $bad
}

# compile_changed FILE...: files of the kernel's own, for each architecture that has a row for them.
# The file compiled gets a line for each: the commit and the architecture.
compile_changed() {
	local text file
	local -a row objects

	for text in "${COMPILERS[@]}"; do
		read -r -d '' -a row <<< "$text" || :
		objects=()
		for file; do
			# shellcheck disable=SC2053 # a pattern
			[[ $file == @(${row[2]}) ]] || continue
			objects+=("${file%c}o")
		done
		[ ${#objects[@]} != 0 ] || continue
		if [ "${row[1]}" = none ]; then
			printf '%s not for %s\n' "$(git rev-parse HEAD)" "${row[0]}" \
				>> "$work/compiled"
			continue
		fi
		compile_for "${row[@]:0:2}" "${objects[@]}" -- "${row[@]:3}" || return
		printf '%s for %s\n' "$(git rev-parse HEAD)" "${row[0]}" >> "$work/compiled"
	done
}

# It is for a module of its own.
compile_driver() {
	rm -rf "$work/driver" && mkdir "$work/driver" &&
		cp "$DRIVER/Kbuild" "$DRIVER"/dma_*.c "$work/driver" &&
		make_um W=1 M="$work/driver" dma_coherent_handle_edu.o
}

# changed FROM TO: the files of the kernel's own that are compiled.
changed() {
	git diff --diff-filter=M --name-only "$1" "$2" -- '*.c'
}

# compile y|n: what the kernel has after each patch, and with the demo its driver. A patch with
# nothing that is compiled leaves all as it was. First what is there before: see warnings().
compile() {
	local value=$1 commit
	local -a files

	cd "$SCRATCH" && git checkout -q -f base || return
	compile_kernel "$value" || return
	mapfile -t files < <(changed base main)
	[ "$value" = n ] || compile_changed "${files[@]}" || return
	for commit in $(git rev-list --reverse base..main); do
		git checkout -q -f "$commit" || return
		printf 'PATCH %s\n' "$(git log -1 --format=%s)"
		git diff --quiet HEAD^ HEAD -- include kernel lib || compile_kernel "$value" ||
			{ echo "error: not after this patch: $(git log -1 --format=%s)"; return 1; }
		[ "$value" = y ] || continue
		mapfile -t files < <(changed HEAD^ HEAD)
		compile_changed "${files[@]}" || return
		git diff --quiet HEAD^ HEAD -- "$DRIVER/Kbuild" || compile_driver || return
	done
	for commit in alone main; do
		git checkout -q -f --ignore-other-worktrees "$commit" || return
		compile_kernel "$value" || { echo "error: not on branch $commit"; return 1; }
	done
}

# What the compiler says of files that are changed, and kernel-doc of any, and did not say before,
# wherever that was; and all that Kconfig says.
warnings() {
	local ours

	ours=$(git diff --name-only base main | grep '\.[ch]$' | sed "s|^$DRIVER/||")
	grep -E '(warning|error): |^(Warning|WARNING): |^PATCH ' "$STEP_LOG" |
		grep -F "${ours//$'\n'/:$'\n'}:"$'\nPATCH \nWarning: \nWARNING: ' |
		sed "s|^[^ :]*${SCRATCH##*/}/||" |
		awk '{ key = $0; sub(/:[0-9]+(:[0-9]+)?[: ]/, ":", key) }
			/^PATCH / { after = 1; next }
			!after { before[key] }
			after && !(key in before)'
	grep -E '^[^ ]*(onfig|asked):[0-9]+:|^error: ' "$STEP_LOG" || :
}

compile_all() {
	local value

	for value in n y; do
		step "compiling after each of $count patches, all options at $value" \
			"series-compile-$value-$name" compile "$value" || return
		if warnings | sort -u | grep .; then
			printf '  FAIL  there are warnings, see %s\n' "$(short "$STEP_LOG")"
			return 1
		fi
	done
}

# A file that the Makefile has been made to forget, and a warning of W=1, must be reported.
plant() {
	cd "$SCRATCH" || return
	echo 'PATCH planted'
	sed -i '/coherent_handle\.o/d' kernel/dma/Makefile
	sed -i '$r /dev/stdin' lib/kunit/dma.c <<-'END'

		static int __maybe_unused planted(int value)
		{
			int unused = value;

			unused = value + 1;
			return 2;
		}
	END
	make_um W=1 kernel/dma/ lib/kunit/ || return
	! check_built y && ! has_row kernel/planted.c
}

prove_compiled() {
	local seen

	step "compiling what is planted" "series-planted-$name" plant || return
	seen=$(warnings | sed -E 's/:[0-9]+:[0-9]+:.*\[-W(.*)\]/: \1/' | sort -u)
	diff - <(printf '%s\n' "$seen") <<-END || {
		error: kernel/dma/coherent_handle.c was not compiled
		error: no row of COMPILERS has kernel/planted.c
		lib/kunit/dma.c: unused-but-set-variable
	END
		printf '  FAIL  what was planted (<) was not reported, or more (>)\n'
		return 1
	}
}

rc=0
step "the patches, one a commit" "series-commits-$name" make_commits || exit 1
count=$(git rev-list --count base..main)
step "the series, and whom it concerns" "series-patches-$name" each make_patches || exit 1
covers=("$series"/*/0000-cover-letter.patch)
mapfile -t patches < <(printf '%s\n' "$series"/*/*.patch | grep -v '/0000-cover-letter[.]patch$')
[ ${#patches[@]} = "$count" ] ||
	die "git format-patch has made something else of $count commits: ${patches[*]}"
step "git am, compared with the graft" "series-am-$name" compare_trees || rc=1
step "checkpatch --strict on the series" "series-checkpatch-$name" check_patches || rc=1
mapfile -t files < <(changed base main)
step "a compiler for each file of the kernel's own" "series-compilers-$name" \
	has_row "${files[@]}" || rc=1
if [ "$build" ]; then
	compile_all && prove_compiled || rc=1
	(unset "${!GIT_@}" && "$OVERLAY/check/kerneldoc.sh" "$1") || rc=1
fi
[ $rc = 0 ] || exit 1
if [ -z "$build" ]; then
	printf '  %d patches, not compiled\n' "$count"
	exit 0
fi

# A line a patch, with what the kernel's own files in it were compiled for.
summary() {
	printf '\n  %s:\n   0 %s\n' "$1" "$(head -n 1 "$work/cover-$2")"
	git log --reverse --format='%H %s' "$3..$2" | awk '
		NR == FNR { commit = $1; sub(/^[^ ]* /, ""); what[commit] = what[commit] ", " $0; next }
		{
			commit = $1
			sub(/^[^ ]* /, "")
			printf "%4d %s\n", FNR, $0
			if (commit in what)
				printf "     compiled:%s\n", substr(what[commit], 2)
		}' "$work/compiled" -
}

out=$BUILD/series-$name
rm -rf "$out"
mv "$series" "$out"
touch "$work/compiled"
each summary
printf '  the series: %s\n' "$(short "$out")"
printf '  read it all, then send it by git send-email; it applies by git am, core and kunit first\n'
