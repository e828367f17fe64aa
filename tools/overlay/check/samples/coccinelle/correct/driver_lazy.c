// SPDX-License-Identifier: GPL-2.0-only
/* Filled by the first ioctl that needs it; if the hardware fails, it stays for the next. */
#include <linux/dma-coherent-handle.h>
#include <linux/dma-mapping.h>
#include <linux/interrupt.h>
#include <linux/io.h>
#include <linux/module.h>
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/mutex.h>
#include <linux/platform_device.h>
#include <linux/slab.h>

struct enc {
	struct device *dev;
	void __iomem *regs;
	struct miscdevice misc;
	struct mutex lock;
};

struct enc_file {
	struct enc *enc;
	struct dma_coherent_handle work;
};

static int enc_kick(struct enc *enc)
{
	writel(1, enc->regs);
	return readl(enc->regs + 4) & BIT(31) ? -EIO : 0;
}

static int enc_start(struct enc_file *ef, size_t size)
{
	struct enc *enc = ef->enc;
	int ret;

	if (!dma_coherent_handle_is_allocated(&ef->work)) {
		ret = dma_coherent_handle_alloc(enc->dev, &ef->work, size, GFP_KERNEL);
		if (ret)
			return ret;
	}
	writeq(dma_coherent_handle_dma_addr(&ef->work), enc->regs + 8);
	ret = enc_kick(enc);
	if (ret)
		return ret;
	return 0;
}

static long enc_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct enc_file *ef = file->private_data;
	long ret;

	mutex_lock(&ef->enc->lock);
	ret = cmd == _IO('E', 1) ? enc_start(ef, SZ_1M) : -ENOTTY;
	mutex_unlock(&ef->enc->lock);
	return ret;
}

static int enc_open(struct inode *inode, struct file *file)
{
	struct enc *enc = container_of(file->private_data, struct enc, misc);
	struct enc_file *ef = kzalloc(sizeof(*ef), GFP_KERNEL);

	if (!ef)
		return -ENOMEM;
	ef->enc = enc;
	file->private_data = ef;
	return 0;
}

static int enc_release(struct inode *inode, struct file *file)
{
	struct enc_file *ef = file->private_data;

	writel(0, ef->enc->regs);
	dma_coherent_handle_free(&ef->work);
	kfree(ef);
	return 0;
}

static const struct file_operations enc_fops = {
	.owner = THIS_MODULE, .open = enc_open, .release = enc_release, .unlocked_ioctl = enc_ioctl,
};

static int enc_probe(struct platform_device *pdev)
{
	struct enc *enc = devm_kzalloc(&pdev->dev, sizeof(*enc), GFP_KERNEL);

	if (!enc)
		return -ENOMEM;
	enc->dev = &pdev->dev;
	mutex_init(&enc->lock);
	enc->regs = devm_platform_ioremap_resource(pdev, 0);
	if (IS_ERR(enc->regs))
		return PTR_ERR(enc->regs);
	enc->misc.name = "enc";
	enc->misc.minor = MISC_DYNAMIC_MINOR;
	enc->misc.fops = &enc_fops;
	platform_set_drvdata(pdev, enc);
	return misc_register(&enc->misc);
}

static void enc_remove(struct platform_device *pdev)
{
	struct enc *enc = platform_get_drvdata(pdev);

	misc_deregister(&enc->misc);
}

static struct platform_driver enc_driver = {
	.probe = enc_probe, .remove = enc_remove, .driver = { .name = "aenc" },
};
module_platform_driver(enc_driver);
MODULE_LICENSE("GPL");
