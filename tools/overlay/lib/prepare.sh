#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# prepare.sh FILE: downloads, unpacks and grafts what the steps share, so that no two of them do,
# and writes to FILE where it is, as NAME=VALUE: OLD and NEW, the pristine sources; OLD_VERSION and
# NEW_VERSION; TREE, the grafted newest one; SPATCH.

. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
. "$OVERLAY/lib/sources.sh"
. "$OVERLAY/lib/newer-tools.sh"

need_kernel_build
grafted_source "$KERNEL_MIN"
printf 'OLD=%s\nOLD_VERSION=%s\n' "$PRISTINE" "$VERSION" > "$1.new"
grafted_source latest
newer_spatch
# Without these, the steps that need them fail, and say why.
(newer_sparse) || :
(debian_kernel "$KERNEL_MIN") || :
printf 'NEW=%s\nNEW_VERSION=%s\nTREE=%s\nSPATCH=%s\n' "$PRISTINE" "$VERSION" "$TREE" "$SPATCH" \
	>> "$1.new"
mv "$1.new" "$1"
