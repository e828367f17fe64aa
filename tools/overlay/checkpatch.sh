#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# checkpatch.sh KERNEL: checkpatch --strict on all that the overlay changes in a kernel, as a patch.
# There is no commit message to be checked here, nor a sign-off: both come with the series. Nor is
# there a diffstat, without which checkpatch can't see that MAINTAINERS is changed.

. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
. "$OVERLAY/sources.sh"
. "$OVERLAY/patch.sh"

need git perl codespell
printf 'checkpatch of Linux %s\n' "$1"
grafted_source "$1"

patch=$BUILD/overlay-$TAG.patch
overlay_diff "$PRISTINE" "$TREE" > "$patch"

run_checkpatch() {
	cd "$TREE"
	./scripts/checkpatch.pl --strict --no-signoff --show-types \
		--ignore COMMIT_MESSAGE,FILE_PATH_CHANGES "$patch"
}

step "checkpatch --strict" "checkpatch-$TAG" run_checkpatch || exit 1
# The total is checkpatch's own word that it has read the patch, all of it.
added=$(grep -c '^+[^+]' "$patch")
checked=$(sed -n 's/^total: 0 errors, 0 warnings, 0 checks, \([0-9]*\) lines checked$/\1/p' "$STEP_LOG")
[ "${checked:-0}" -ge "$added" ] || {
	printf '  FAIL  checkpatch has read %s of %s lines, or has something to say\n' \
		"${checked:-none}" "$added"
	exit 1
}
printf '  %s lines checked\n' "$checked"

# By itself, since checkpatch --codespell takes a minute over what this does in a second.
run_codespell() {
	cd "$TOP"
	git ls-files -co --exclude-standard | grep -v '^COPYING$' | xargs codespell -L extraversion
}

step "codespell" codespell run_codespell
