# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# What it takes to build the API as an external module. To be sourced after lib.sh.

MODULE_SOURCE=(Kbuild COPYING include/linux/dma-coherent-handle.h kernel/dma/coherent_handle.[ch]
	       tools/overlay/stock/*.h)

# copy_module_source DIRECTORY. With DEBUG=1, the debugging is chosen in the copy of the header,
# which is what drivers are built with as well: it makes the struct larger.
#
# Not with their times: what is newer than an object is what make builds anew.
copy_module_source() {
	mkdir -p "$1" || return
	# shellcheck disable=SC2068 # some of them are patterns
	(cd "$TOP" && cp --parents -t "$1" ${MODULE_SOURCE[@]}) || return
	case ${DEBUG:-} in
	'') ;;
	1)
		sed -i 's/^#define _LINUX_DMA_COHERENT_HANDLE_H$/&\n#define CONFIG_DMA_COHERENT_HANDLE_DEBUG 1/' \
			"$1/include/linux/dma-coherent-handle.h" || return
		grep -q '^#define CONFIG_DMA_COHERENT_HANDLE_DEBUG' \
			"$1/include/linux/dma-coherent-handle.h"
		;;
	*) die "DEBUG=$DEBUG: expected 1, or nothing" ;;
	esac
}
