/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The kernel's log, for the tests to read
 */
#ifndef _KERNEL_DMA_COHERENT_HANDLE_LOG_H
#define _KERNEL_DMA_COHERENT_HANDLE_LOG_H

#include <linux/kmsg_dump.h>
#include <linux/string.h>
#include <linux/types.h>

/* Has the kernel said so since the last call? kmsg_dump_rewind() comes before the first. */
static inline bool kernel_says(struct kmsg_dump_iter *iter, const char *text)
{
	char line[256];
	bool said = false;
	size_t len;

	while (kmsg_dump_get_line(iter, false, line, sizeof(line), &len))
		said |= !!strnstr(line, text, len);
	return said;
}

#endif /* _KERNEL_DMA_COHERENT_HANDLE_LOG_H */
