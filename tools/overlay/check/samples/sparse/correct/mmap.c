// SPDX-License-Identifier: GPL-2.0
/* User space sees what the device writes. */
#include <linux/dma-coherent-handle.h>
#include <linux/fs.h>
#include <linux/gfp.h>
#include <linux/miscdevice.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/platform_device.h>
#include <linux/sizes.h>

static struct dma_coherent_handle frame;

static int scratch_mmap(struct file *file, struct vm_area_struct *vma)
{
	return dma_coherent_handle_mmap(&frame, vma);
}

static const struct file_operations scratch_fops = {
	.owner = THIS_MODULE,
	.mmap = scratch_mmap,
};

static struct miscdevice scratch_misc = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "scratch",
	.fops = &scratch_fops,
};

static int scratch_probe(struct platform_device *pdev)
{
	int ret;

	ret = dma_coherent_handle_alloc(&pdev->dev, &frame, SZ_2M, GFP_KERNEL);
	if (ret)
		return ret;

	ret = misc_register(&scratch_misc);
	if (ret)
		dma_coherent_handle_free(&frame);
	return ret;
}

static void scratch_remove(struct platform_device *pdev)
{
	misc_deregister(&scratch_misc);
	dma_coherent_handle_free(&frame);
}

static struct platform_driver scratch_driver = {
	.driver.name = "scratch",
	.probe = scratch_probe,
	.remove = scratch_remove,
};
module_platform_driver(scratch_driver);

MODULE_LICENSE("GPL");
