// SPDX-License-Identifier: GPL-2.0
/*
 * dma_coherent_handle/live in debugfs, for the tests to read
 *
 * The file is opened and read as by user space, all but the copying there: not every thread of a
 * test has an address space for that.
 */

#include <kunit/resource.h>
#include <kunit/test.h>

#include <linux/device.h>
#include <linux/err.h>
#include <linux/fcntl.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/mount.h>
#include <linux/seq_file.h>
#include <linux/sizes.h>
#include <linux/string.h>
#include <linux/uio.h>
#include <linux/vmalloc.h>

#include "coherent_handle_live.h"

/* For some thousand buffers. */
#define LIVE_SIZE	SZ_8M

struct live_file {
	struct vfsmount *mnt;
	struct file *file;
	char *text;
};

static void live_close(void *data)
{
	struct live_file *live = data;

	if (!IS_ERR_OR_NULL(live->file))
		fput(live->file);
	if (!IS_ERR(live->mnt))
		kern_unmount(live->mnt);
	vfree(live->text);
}

/* Opens the file, until the test has ended. The kernel has no list without debugging. */
struct live_file *live_open(struct kunit *test)
{
	struct file_system_type *debugfs = get_fs_type("debugfs");
	struct live_file *live;

	KUNIT_ASSERT_NOT_NULL(test, debugfs);
	live = kunit_kzalloc(test, sizeof(*live), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, live);
	live->text = vmalloc(LIVE_SIZE);
	live->mnt = kern_mount(debugfs);
	if (!IS_ERR(live->mnt))
		live->file = file_open_root_mnt(live->mnt, "dma_coherent_handle/live", O_RDONLY, 0);

	KUNIT_ASSERT_EQ(test, 0, kunit_add_action_or_reset(test, live_close, live));
	KUNIT_ASSERT_NOT_NULL(test, live->text);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, live->mnt);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, live->file);
	/* For nobody else's eyes. */
	KUNIT_EXPECT_EQ(test, file_inode(live->file)->i_mode, S_IFREG | 0400);
	return live;
}

/* All that it says now, or NULL if it can't be read or says more than there is room for. */
const char *live_read(struct live_file *live)
{
	struct kvec vec = { .iov_base = live->text, .iov_len = LIVE_SIZE };
	struct iov_iter iter;
	struct kiocb kiocb;
	ssize_t n;

	init_sync_kiocb(&kiocb, live->file);
	iov_iter_kvec(&iter, ITER_DEST, &vec, 1, vec.iov_len);
	do {
		n = seq_read_iter(&kiocb, &iter);
	} while (n > 0);

	if (n || !iov_iter_count(&iter))
		return NULL;
	live->text[vec.iov_len - iov_iter_count(&iter)] = '\0';
	return live->text;
}

/* How many buffers it lists of a device. */
unsigned int live_count(struct live_file *live, const struct device *dev)
{
	const char *pos = live_read(live);
	size_t len = strlen(dev_name(dev));
	unsigned int n = 0;

	while (pos && (pos = strstr(pos, dev_name(dev)))) {
		pos += len;
		n += !strncmp(pos, ": ", 2);
	}
	return n;
}
