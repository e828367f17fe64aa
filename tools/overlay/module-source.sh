# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# What it takes to build the API as an external module. To be sourced after lib.sh.

MODULE_SOURCE=(Kbuild COPYING include/linux/dma-coherent-handle.h kernel/dma/Makefile
	       kernel/dma/coherent_handle.[ch])

# Not with their times: what is newer than an object is what make builds anew.
copy_module_source() {
	mkdir -p "$1" || return
	# shellcheck disable=SC2068 # one of them is a pattern
	(cd "$TOP" && cp --parents -t "$1" ${MODULE_SOURCE[@]}) || return
	# "make clean" goes there, even if nothing is built there.
	sed -i '/tests\/$/d' "$1/kernel/dma/Makefile"
}
