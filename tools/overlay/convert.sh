#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# convert.sh KERNEL [DRIVER...]: convert the in-tree drivers of tools/overlay/convert to handles, by
# semantic patches, as a series of patches against the grafted kernel. The kernel tree stays as it is.
#
# Each driver is compiled before and after, with W=1 and sparse, for an architecture that can have it:
# there must be no new warning. Each patch must be to checkpatch's liking.

. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
. "$OVERLAY/sources.sh"
. "$OVERLAY/newer-tools.sh"

need_kernel_build
need codespell
newer_spatch

kernel=$1
shift
printf 'converting drivers of Linux %s\n' "$kernel"
case $kernel in
*/*)	[ ! -d "$kernel" ] || [ -e "$kernel/.dma-coherent-handle.graft" ] ||
		die "$kernel: expected a grafted kernel tree, see make graft" ;;
esac
grafted_source "$kernel"
scratch_source drivers

# What sparse, the compiler and the linker make of it, and git, stay out of the tree.
out=$BUILD/convert-$TAG
series=$out/series
mkdir -p "$out"
rm -rf "$series" "$out/git"
mkdir "$series"

export GIT_DIR=$out/git GIT_WORK_TREE=$SCRATCH GIT_CONFIG_NOSYSTEM=
unset GIT_INDEX_FILE
name=$(git config user.name || id -un)
mail=$(git config user.email || echo "$(id -un)@localhost")
export GIT_AUTHOR_NAME=$name GIT_AUTHOR_EMAIL=$mail GIT_COMMITTER_NAME=$name GIT_COMMITTER_EMAIL=$mail

start_repository() {
	git init -q -b main && git config core.fileMode false && git config gc.auto 0 &&
		"$OVERLAY/convert.py" --files "$SCRATCH" "$VERSION" "$@" | git add --pathspec-from-file=- &&
		git commit -q -m 'as it was' && git tag before
}

rc=0
step "collecting the drivers' files" "convert-start-$TAG" start_repository "$@" || exit 1
step "converting by semantic patches" "convert-$TAG" "$OVERLAY/convert.py" --spatch "$SPATCH" \
	--results "$out/results" "$SCRATCH" "$VERSION" "$@" || rc=1
while IFS=$'\t' read -r what driver why; do
	case $what in
	SKIP) printf '  note  %s: %s\n' "$driver" "$why" ;;
	FAIL) printf '  FAIL  %s: %s\n' "$driver" "$why" ;;
	esac
done < "$out/results"
[ $rc = 0 ] || exit 1


# maintainers FILE...: one to a line, as git format-patch wants them.
maintainers() {
	(cd "$TREE" && ./scripts/get_maintainer.pl --no-git --no-git-fallback --no-rolestats "$@")
}

make_series() {
	local commit number=0 total
	local -a files to cc

	total=$(git rev-list --count before..) || return
	for commit in $(git rev-list --reverse before..); do
		number=$((number + 1))
		mapfile -t files < <(git diff --name-only "$commit^" "$commit")
		mapfile -t to < <(maintainers --no-l --no-r -f "${files[@]}")
		mapfile -t cc < <(maintainers --no-m -f "${files[@]}")
		[ ${#to[@]} != 0 ] || { echo "no maintainer of ${files[*]}"; return 1; }
		git format-patch -q -1 -N --subject-prefix "PATCH $number/$total" --start-number $number \
			--no-signature "${to[@]/#/--to=}" "${cc[@]/#/--cc=}" -o "$series" "$commit" || return
	done
}

# Sign-offs are for humans.
check_series() {
	local patch dictionary failed=0

	cd "$TREE" || return
	dictionary=$(dpkg -L codespell | grep '/dictionary\.txt$') || return
	for patch in "$series"/*.patch; do
		./scripts/checkpatch.pl --strict --codespell --codespellfile "$dictionary" --no-signoff \
			--show-types "$patch" || failed=1
	done
	return $failed
}

step "the series, and whom it concerns" "convert-series-$TAG" make_series || exit 1
step "checkpatch --strict on the series" "convert-checkpatch-$TAG" check_series || rc=1
