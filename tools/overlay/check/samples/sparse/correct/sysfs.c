// SPDX-License-Identifier: GPL-2.0
/* The size of a buffer, shown to user space. */
#include <linux/dma-coherent-handle.h>
#include <linux/gfp.h>
#include <linux/module.h>
#include <linux/platform_device.h>
#include <linux/sizes.h>
#include <linux/sysfs.h>

static ssize_t scratch_size_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	const struct dma_coherent_handle *scratch = dev_get_drvdata(dev);

	return sysfs_emit(buf, "%zu\n", dma_coherent_handle_size(scratch));
}
static DEVICE_ATTR_RO(scratch_size);

static struct attribute *scratch_attrs[] = {
	&dev_attr_scratch_size.attr,
	NULL
};
ATTRIBUTE_GROUPS(scratch);

static int scratch_probe(struct platform_device *pdev)
{
	const struct dma_coherent_handle *scratch;

	scratch = dmam_coherent_handle_alloc(&pdev->dev, SZ_64K, GFP_KERNEL);
	if (IS_ERR(scratch))
		return PTR_ERR(scratch);

	platform_set_drvdata(pdev, (void *)scratch);
	return 0;
}

static struct platform_driver scratch_driver = {
	.driver.name = "scratch",
	.driver.dev_groups = scratch_groups,
	.probe = scratch_probe,
};
module_platform_driver(scratch_driver);

MODULE_LICENSE("GPL");
