#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# convert.sh [--no-build] KERNEL [DRIVER...]: make two series of patches for the in-tree drivers of
# tools/overlay/convert: one fixes bugs of a kernel as it is, the other has the drivers, with these
# fixes, use handles, and is for the grafted kernel. The kernel tree stays as it is.
#
# Each driver is compiled before, with the fixes, and after, with W=1 and sparse, for an
# architecture that can have it: there must be no new warning. Each patch must be to checkpatch's
# liking.

. "$(dirname "${BASH_SOURCE[0]}")/../lib/lib.sh"
. "$OVERLAY/lib/sources.sh"
. "$OVERLAY/lib/newer-tools.sh"
. "$OVERLAY/lib/patch.sh"

need_kernel_build
need codespell
newer_spatch

build=yes table=()
[ "$1" != --no-build ] || { build=; shift; }
kernel=$1
shift
printf 'converting drivers of Linux %s\n' "$kernel"
case $kernel in
latest | [0-9]*.[0-9]*)
	# UPDATE=1 mends the documentation's tables instead of comparing with them.
	table=(--tables "$TOP/Documentation/core-api" ${UPDATE:+--update})
	;;
*)
	# A series against a tree without the API would be of no use.
	[ ! -e "$kernel/Makefile" ] || [ -e "$kernel/.dma-coherent-handle.graft" ] ||
		die "$kernel: expected a grafted kernel tree; make graft KDIR=$kernel makes it one"
	;;
esac
grafted_source "$kernel"
scratch_source drivers

# What sparse, the compiler and the linker make of it, and git, stay out of the tree.
out=$BUILD/convert-$TAG
series=$out
mkdir -p "$out"
rm -rf "$series"/{fixes,conversions} "$out/git" "$out/spatch"
mkdir -p "$series"/{fixes,conversions} "$out/spatch"

export GIT_DIR=$out/git GIT_WORK_TREE=$SCRATCH GIT_CONFIG_NOSYSTEM=
unset GIT_INDEX_FILE
name=$(git config user.name || id -un)
mail=$(git config user.email || echo "$(id -un)@localhost")
export GIT_AUTHOR_NAME=$name GIT_AUTHOR_EMAIL=$mail GIT_COMMITTER_NAME=$name GIT_COMMITTER_EMAIL=$mail

start_repository() {
	"$OVERLAY/convert/convert.py" --files "$SCRATCH" "$VERSION" "$@" > "$out/files" || return
	[ -s "$out/files" ] || { echo "Linux $VERSION has none of them: $*"; return 1; }
	git init -q -b main && git config core.fileMode false && git config gc.auto 0 &&
		git add --pathspec-from-file="$out/files" &&
		git commit -q -m 'as it was' && git tag before
}

# results WHAT: those lines of what convert.py has to say.
results() {
	grep -P "^$1\t" "$out/results" || :
}

rc=0
step "collecting the drivers' files" "convert-start-$TAG" start_repository "$@" || exit 1
step "converting by semantic patches" "convert-$TAG" "$OVERLAY/convert/convert.py" --spatch "$SPATCH" \
	--results "$out/results" --logs "$out/spatch" "${table[@]}" \
	"$SCRATCH" "$VERSION" "$@" || rc=1
while IFS=$'\t' read -r what driver why; do
	case $what in
	SKIP) printf '  note  %s: %s\n' "$driver" "$why" ;;
	FAIL) printf '  FAIL  %s: %s\n' "$driver" "$why" ;;
	esac
done < "$out/results"
[ $rc = 0 ] || exit 1
git tag fixed "main~$(results DONE | grep -cvP "^DONE\tfixes/")"

# make_series NAME RANGE
make_series() {
	local commit number=0 total
	local -a files people

	total=$(git rev-list --count "$2") || return
	for commit in $(git rev-list --reverse "$2"); do
		number=$((number + 1))
		mapfile -t files < <(git diff --name-only "$commit^" "$commit")
		mapfile -t people < <(maintainers "${files[@]}")
		[[ ${people[*]} == *--to=* ]] || { echo "no maintainer of ${files[*]}"; return 1; }
		git format-patch -q -1 -N --subject-prefix "PATCH $number/$total" --start-number "$number" \
			--no-signature "${people[@]}" -o "$series/$1" "$commit" || return
	done
}

# check_series NAME: checkpatch. Sign-offs and Fixes: are for humans, and media wants shorter lines.
check_series() {
	local -x IGNORE=MISSING_FIXES_TAG
	local -a media others

	mapfile -t media < <(grep -rlE '^\+\+\+ b/drivers/(staging/)?media/' "$series/$1")
	mapfile -t others < <(grep -rLE '^\+\+\+ b/drivers/(staging/)?media/' "$series/$1")
	[ ${#media[@]} = 0 ] || MAX_LINE=80 checkpatch_all ${#media[@]} --no-signoff "${media[@]}" || return
	[ ${#others[@]} = 0 ] || checkpatch_all ${#others[@]} --no-signoff "${others[@]}"
}

while read -r which range; do
	step "$which, and whom they concern" "convert-series-$which-$TAG" make_series "$which" "$range" || exit 1
	step "checkpatch --strict on the $which" "convert-checkpatch-$which-$TAG" \
		check_series "$which" || rc=1
done <<-END
	fixes before..fixed
	conversions fixed..main
END

# Everything that an architecture can have, but for what makes it slow to build: the drivers' many
# dependencies need not be written down then.
configure() {
	local symbol

	mkdir -p "$out/$arch"
	cat > "$out/less" <<-END
		CONFIG_CPU_BIG_ENDIAN=n
		CONFIG_DEBUG_INFO_NONE=y
		CONFIG_GCC_PLUGINS=n
		CONFIG_GCOV_KERNEL=n
		CONFIG_HEADERS_INSTALL=n
		CONFIG_KASAN=n
		CONFIG_KCOV=n
		CONFIG_KCSAN=n
		CONFIG_LOCALVERSION_AUTO=n
		CONFIG_MODVERSIONS=n
		CONFIG_PROFILE_ANNOTATED_BRANCHES=n
		CONFIG_RUST=n
		CONFIG_TRACE_BRANCH_PROFILING=n
		CONFIG_UBSAN=n
		CONFIG_WERROR=n
	END
	run_make KCONFIG_ALLCONFIG="$out/less" allyesconfig || return
	for symbol in $(results DONE | awk -v arch="$arch" '$3 == arch { print $4 }') DMA_COHERENT_HANDLE; do
		grep -q "^CONFIG_$symbol=[ym]\$" "$out/$arch/.config" || {
			echo "error: no CONFIG_$symbol on $arch"
			return 1
		}
	done
	run_make -j"$JOBS" prepare
}

run_make() {
	make -C "$SCRATCH" O="$out/$arch" ARCH="$arch" CROSS_COMPILE="$cross" "$@"
}

# compile before|fixed|main: the drivers as they were, with fixes, or converted.
compile() {
	git checkout -q -f "$1" || return
	(cd "$out/$arch" && rm -f "${objects[@]}")
	run_make -k -j"$JOBS" W=1 C=1 CHECK="$SPARSE" CF="-include $OVERLAY/check/samples/sparse/planted.h" "${objects[@]}" ||
		return
	rm -rf "$out/$arch-$1"
	mkdir "$out/$arch-$1"
	(cd "$out/$arch" && cp --parents "${objects[@]}" "$out/$arch-$1")
}

# What the compiler, sparse and kernel-doc have to say, wherever it is now.
warnings() {
	grep -iE '(warning|error):' "$1" | grep -v 'planted[.]h:' |
		sed -E 's|^(\.\./)+||; s|'"$SCRATCH"'/||g; s/:[0-9]+(:[0-9]+)?:/:/g' | sort
}

# Has sparse read each of the objects' sources, to its end? make gives it some more, of its own.
complete() {
	local object files reports bad=0

	for object in "${objects[@]}"; do
		grep -qE "^  CHECK +(.*/)?${object%o}c\$" "$1" && continue
		printf '  FAIL  sparse was not run on %s\n' "${object%o}c"
		bad=1
	done
	files=$(grep -c '^  CHECK ' "$1" || :)
	reports=$(grep -c 'planted[.]h:.*: dereference of noderef' "$1" || :)
	if [ "$reports" != "$files" ]; then
		printf '  FAIL  sparse has read %s of %s files\n' "$reports" "$files"
		bad=1
	fi
	return $bad
}

# code DIRECTORY OBJECT...: bytes of code and constants.
code() {
	(cd "$1" && shift && "${cross}size" "$@" | awk 'NR > 1 { sum += $1 } END { print sum }')
}

# Whose files those are that could not be compiled.
uncompiled() {
	local driver object list

	results DONE | awk -F '\t' -v arch="$arch" -v OFS='\t' '$3 == arch { print $2, $5 }' |
	while IFS=$'\t' read -r driver list; do
		for object in $list; do
			[ -e "$out/$arch/$object" ] ||
				printf '  FAIL  %s: %s was not compiled\n' "$driver" "${object%o}c"
		done
	done
}

build_arch() {
	local when
	arch=$1
	case $arch in
	arm) cross=arm-linux-gnueabihf- ;;
	arm64) cross=aarch64-linux-gnu- ;;
	esac
	need "gcc-${cross%-}"
	mapfile -t objects < <(results DONE | awk -F '\t' -v arch="$arch" '$3 == arch { print $5 }' |
			       tr ' ' '\n' | sort -u)

	step "configuring for $arch" "convert-configure-$arch-$TAG" configure || return
	for when in before fixed main; do
		step "compiling ${#objects[@]} files for $arch, $when" \
			"convert-compile-$arch-$when-$TAG" compile "$when" || { uncompiled; return 1; }
		complete "$STEP_LOG" || return
		warnings "$STEP_LOG" > "$out/warnings-$arch-$when"
	done
	cat "$out"/warnings-"$arch"-{fixed,main} | sort -u |
		comm -13 <(sort -u "$out/warnings-$arch-before") - > "$out/warnings"
	[ -s "$out/warnings" ] || return 0
	sed 's/^/        /' "$out/warnings"
	printf '  FAIL  these warnings are new\n'
	return 1
}

# summary TITLE DONE BEFORE AFTER: a line a patch, and what it all comes to.
summary() {
	local driver arch objects minus plus before after code
	local drivers=0 minuses=0 pluses=0

	printf '\n  %-28s %-22s %s\n' "$1" lines "$([ -z "$build" ] || echo 'bytes of code, with the whole series')"
	while IFS=$'\t' read -r _ driver arch _ objects minus plus; do
		code=
		if [ "$build" ]; then
			cross=arm-linux-gnueabihf-
			[ "$arch" = arm ] || cross=aarch64-linux-gnu-
			# shellcheck disable=SC2086 # a list of objects
			before=$(code "$out/$arch-$3" $objects) after=$(code "$out/$arch-$4" $objects)
			code="$before to $after: $((after - before))"
		fi
		printf '  %-28s -%-3d +%-3d %4d         %s\n' "${driver#fixes/}" "$minus" "$plus" \
			$((plus - minus)) "$code"
		drivers=$((drivers + 1)) minuses=$((minuses + minus)) pluses=$((pluses + plus))
	done < <(results "$2")
	printf '  %d patches: %d lines removed, %d added\n' $drivers $minuses $pluses
}

if [ "$build" ]; then
	SPARSE=$(command -v sparse) || { need sparse; SPARSE=$(command -v sparse); }
	[ ! -e "$TREE/scripts/checker-valid.sh" ] || newer_sparse
	for arch in $(results DONE | cut -f 3 | sort -u); do
		build_arch "$arch" || rc=1
	done
fi
[ $rc = 0 ] || exit 1
summary fix 'DONE\tfixes/.*' before fixed
printf '\n  %d bugs that are gone:\n' "$(results BUG | wc -l)"
results BUG | while IFS=$'\t' read -r _ driver what; do
	printf '    %s: %s\n' "${driver#fixes/}" "$what"
done
summary conversion 'DONE\t(?!fixes/).*' fixed main
printf '\n  %s: for git am on a kernel as it is\n' "$(short "$series/fixes")"
printf '  %s: on top of these, on the tree that make graft was run on\n' "$(short "$series/conversions")"
