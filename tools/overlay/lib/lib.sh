# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# What the front door's scripts share: where things lie, how long work shows its progress, and how
# missing Debian packages are had. To be sourced.

set -euo pipefail
export LC_ALL=C
# Ctrl-C is no failure, even if the program that it ended says so.
trap 'exit 130' INT

TOP=$(cd "$(dirname "${BASH_SOURCE[0]}")/../../.." && pwd)
BUILD=${BUILD:-$TOP/build}
OVERLAY=$TOP/tools/overlay
JOBS=${JOBS:-$(nproc)}
mkdir -p "$BUILD/logs"

# If there is a ccache, it must not go by the files that the compiler names: the image of a kernel
# includes the kernel by .incbin, which isn't named, and an old one would be booted.
export CCACHE_NODEPEND=1

# Two runs at once would get in each other's way. Scripts that are called by one another are one.
if [ -z "${BUILD_LOCKED:-}" ]; then
	exec 9> "$BUILD/.lock"
	flock -n 9 || { echo "error: another make is at work in $BUILD" >&2; exit 1; }
	export BUILD_LOCKED=1
fi

# shellcheck source=tools/overlay/graft/kernels
. "$OVERLAY/graft/kernels"

die() {
	printf 'error: %s\n' "$*" >&2
	exit 1
}

# check_supported VERSION WHAT [OLDEST]: compared as versions are, not as numbers or texts.
check_supported() {
	local min=${3:-$KERNEL_MIN}

	printf '%s\n' "$min" "$1" | sort -VC ||
		die "$2: Linux $1 is too old; expected $min or newer"
}

# A module may have a name like this.
# shellcheck disable=SC2034 # for those who source this
MODULE_NAME='^[A-Za-z0-9_.+-]+$'

# A path as a person at the top of the checkout would type it.
short() {
	printf '%s' "${1#"$TOP"/}"
}

# in_process COMMAND...: run a function in a shell of its own. Where a caller tests the result, bash
# switches errexit off in all functions that it calls, and a failed command in the middle goes
# unseen. Variables that the function sets are lost.
in_process() {
	if [ "$(type -t "$1")" = function ]; then
		# Exported variables are inherited.
		bash -euo pipefail <(declare -p | sed -E '/^declare -[A-Za-z]*[rx]/d'
			declare -f
			# shellcheck disable=SC2016 # for that shell to expand
			printf 'BASH_ARGV0=%q\n"$@"\n' "$0") "$@"
	else
		"$@"
	fi
}

# step TITLE LOGNAME COMMAND...: run a command or a function, its output in build/logs/LOGNAME.log.
# Prints what runs, how long it has taken and where the log is, and on failure the log's last lines.
step() {
	local title=$1 log=$BUILD/logs/$2.log start=$SECONDS ticker rc=0
	shift 2

	# What sleep inherits it would hold open when the rest has long been over: a pipe, the lock.
	if [ -t 1 ]; then
		while printf '\r  ...   %s, %d s (%s)' "$title" $((SECONDS - start)) \
			"$(short "$log")"; do
			sleep 1 > /dev/null 2>&1 9>&-
		done &
	else
		printf '  ...   %s (%s)\n' "$title" "$(short "$log")"
		while sleep 30 > /dev/null 2>&1 9>&-; do
			printf '  ...   %s, %d s\n' "$title" $((SECONDS - start))
		done &
	fi
	ticker=$!
	# shellcheck disable=SC2064 # this ticker, not a later one
	trap "kill $ticker 2>/dev/null || :" EXIT

	in_process "$@" > "$log" 2>&1 < /dev/null || rc=$?

	kill "$ticker" 2>/dev/null || :
	wait "$ticker" 2>/dev/null || :
	trap - EXIT
	[ -t 1 ] && printf '\r\033[K'
	STEP_LOG=$log
	if [ $rc = 0 ]; then
		printf '  ok    %s, %d s\n' "$title" $((SECONDS - start))
	else
		printf '  FAIL  %s, %d s; the last lines of %s:\n' "$title" $((SECONDS - start)) \
			"$(short "$log")"
		tail -n 20 "$log" | sed 's/^/        /'
	fi
	return $rc
}

# keep_ktap LOG NAME: what KUnit has printed, for run.py.
keep_ktap() {
	[ -z "${KTAP_DIR:-}" ] || cp "$1" "$KTAP_DIR/$2.log"
}

# One at a time: apt waits for dpkg's lock, but not for that of its lists.
apt_install() (
	local -a install=(apt-get install -y --no-install-recommends -o DPkg::Lock::Timeout=600)

	exec 8> "$BUILD/.apt.lock"
	flock 8
	export DEBIAN_FRONTEND=noninteractive
	"${install[@]}" "$@" && return
	# An old list of packages names versions that the mirror no longer has.
	apt-get update
	"${install[@]}" "$@"
)

# need PACKAGE...: make sure that Debian packages are installed.
need() {
	local pkg
	local -a missing=()

	command -v dpkg-query > /dev/null ||
		die "this needs Debian 12 or newer, or these packages: $*"
	for pkg; do
		# One word for each architecture; "not-installed" is a word, too.
		dpkg-query -W -f '${db:Status-Status}\n' "$pkg" 2>/dev/null | grep -x installed > /dev/null ||
			missing+=("$pkg")
	done
	[ ${#missing[@]} = 0 ] && return

	[ "$(id -u)" = 0 ] || die "Debian packages are missing. Install them with:" \
				  "sudo apt-get install --no-install-recommends ${missing[*]}"
	step "installing ${missing[*]}" apt-install apt_install "${missing[@]}" ||
		die "could not install: ${missing[*]}"
}

# Any kernel build takes these, and patch changes its source; gcc and make alone do not bring a C
# library's headers.
need_kernel_build() {
	need bc bison flex gcc git libc6-dev libelf-dev libssl-dev make patch perl python3 xz-utils
	# Where Debian's ccache has compilers that remember, if it is there.
	[ ! -d /usr/lib/ccache ] || export PATH=/usr/lib/ccache:$PATH
}
