// SPDX-License-Identifier: GPL-2.0
/* A buffer for each one who opens the device. */
#include <linux/dma-coherent-handle.h>
#include <linux/fs.h>
#include <linux/gfp.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/platform_device.h>
#include <linux/sizes.h>
#include <linux/slab.h>

static struct device *scratch_dev;

struct session {
	struct dma_coherent_handle mv;
};

static int scratch_open(struct inode *inode, struct file *file)
{
	struct session *session;
	int ret;

	session = kzalloc(sizeof(*session), GFP_KERNEL);
	if (!session)
		return -ENOMEM;

	ret = dma_coherent_handle_alloc(scratch_dev, &session->mv, SZ_128K, GFP_KERNEL);
	if (ret) {
		kfree(session);
		return ret;
	}
	file->private_data = session;
	return 0;
}

static int scratch_release(struct inode *inode, struct file *file)
{
	struct session *session = file->private_data;

	dma_coherent_handle_free(&session->mv);
	kfree(session);
	return 0;
}

static const struct file_operations scratch_fops = {
	.owner = THIS_MODULE,
	.open = scratch_open,
	.release = scratch_release,
};

static struct miscdevice scratch_misc = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "scratch",
	.fops = &scratch_fops,
};

static int scratch_probe(struct platform_device *pdev)
{
	scratch_dev = &pdev->dev;
	return misc_register(&scratch_misc);
}

static void scratch_remove(struct platform_device *pdev)
{
	misc_deregister(&scratch_misc);
}

static struct platform_driver scratch_driver = {
	.driver.name = "scratch",
	.probe = scratch_probe,
	.remove = scratch_remove,
};
module_platform_driver(scratch_driver);

MODULE_LICENSE("GPL");
