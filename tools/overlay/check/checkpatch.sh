#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# checkpatch.sh KERNEL: checkpatch --strict --codespell on all that the overlay changes in a kernel,
# as a patch. There is no commit message to be checked here, nor a sign-off: both come with the
# series. Nor is there a diffstat, without which checkpatch can't see that MAINTAINERS is changed.
#
# In the same run, checkpatch and codespell are given a patch with a mistake in style and one in
# spelling, which they must report, or they have not checked.

. "$(dirname "${BASH_SOURCE[0]}")/../lib/lib.sh"
. "$OVERLAY/lib/sources.sh"
. "$OVERLAY/lib/patch.sh"

need git perl codespell
printf 'checkpatch of Linux %s\n' "$1"
grafted_source "$1"

patch=$BUILD/overlay-$TAG.patch
planted=$BUILD/planted.patch
dictionary=$BUILD/codespell.txt
home=$BUILD/checkpatch
overlay_diff "$PRISTINE" "$TREE" > "$patch"

# In two parts, or codespell would find it here. The kernel's own list of typos doesn't have it.
typo=unmap
typo+=ing
cat > "$planted" <<END
diff --git a/lib/planted.c b/lib/planted.c
--- a/lib/planted.c
+++ b/lib/planted.c
@@ -1,1 +1,3 @@
 int planted;
+int style=1;
+int spelling;	/* $typo */
END

run_checkpatch() {
	cd "$TREE"
	typos "$patch" "$planted" > "$dictionary" || return
	# A part for each core.
	rm -f "$patch".[0-9]*
	awk -v patch="$patch" -v jobs="$JOBS" \
		'/^diff --git / { part = n++ % jobs } { print > (patch "." part) }' "$patch"
	# For each file, checkpatch asks get_maintainer.pl whether it is obsolete, which takes
	# longer than all the rest if that reads what the whole kernel has. Ours is in here.
	mkdir -p "$home"
	printf -- '--mpath=%s\n' "$TOP/MAINTAINERS" > "$home/.get_maintainer.conf"
	printf '%s\n' "$patch".[0-9]* | check || :
	# It fails, since what is planted does.
	printf '%s\n' "$planted"
	check <<< "$planted" || :
}

# check < PATCHES
check() {
	HOME=$home xargs -P "$JOBS" -n 1 ./scripts/checkpatch.pl --strict --codespell \
		--codespellfile "$dictionary" --no-signoff --show-types \
		--ignore COMMIT_MESSAGE,FILE_PATH_CHANGES
}

rc=0
step "checkpatch --strict --codespell" "checkpatch-$TAG" run_checkpatch || exit 1
# The total is checkpatch's own word that it has read the patch, all of it.
added=$(grep -c '^+[^+]' "$patch")
checked=$(awk '/^total: 0 errors, 0 warnings, 0 checks, [0-9]+ lines checked$/ { n += $8 } END { print n }' \
	"$STEP_LOG")
if [ "${checked:-0}" -ge "$added" ]; then
	printf '  %s lines checked\n' "$checked"
else
	sed "\|^$planted\$|,\$d" "$STEP_LOG" | tail -n 40
	printf '  FAIL  checkpatch has read %s of %s lines, or has something to say\n' \
		"${checked:-none}" "$added"
	rc=1
fi
for type in ERROR:SPACING WARNING:TYPO_SPELLING; do
	sed "1,\|^$planted\$|d" "$STEP_LOG" | grep "^$type: " > /dev/null || {
		printf '  FAIL  checkpatch did not report what was planted: %s\n' "$type"
		rc=1
	}
done

# checkpatch looks at what lands in the kernel only.
run_codespell() {
	cd "$TOP"
	git ls-files -co --exclude-standard | grep -v '^COPYING$' |
		xargs codespell -L extraversion "$planted" || :
}

step "codespell" codespell run_codespell || exit 1
if ! diff <(printf '%s:7: %s ==> %s\n' "$planted" "$typo" unmapping) "$STEP_LOG"; then
	printf '  FAIL  codespell did not report the typo that was planted (<), or others (>)\n'
	rc=1
fi
exit $rc
