// SPDX-License-Identifier: GPL-2.0
/* Handles freed where it is all right to sleep. */
#include <linux/cleanup.h>
#include <linux/device.h>
#include <linux/dma-coherent-handle.h>
#include <linux/interrupt.h>
#include <linux/mutex.h>
#include <linux/spinlock.h>
#include <linux/timer.h>
#include <linux/workqueue.h>

struct sleepy_priv {
	struct device *dev;
	spinlock_t lock;
	struct mutex mutex;
	struct timer_list timer;
	struct work_struct work;
	struct dma_coherent_handle scratch;
	const struct dma_coherent_handle *managed;
	bool done;
};

void sleepy_plain(struct sleepy_priv *priv);
void sleepy_unlocked(struct sleepy_priv *priv);
void sleepy_branches(struct sleepy_priv *priv);
void sleepy_mutex(struct sleepy_priv *priv);
void sleepy_mutex_guard(struct sleepy_priv *priv);
void sleepy_taken(struct sleepy_priv *priv);
void sleepy_after_guard(struct sleepy_priv *priv);
int sleepy_scope(struct sleepy_priv *priv);
void sleepy_inner(struct sleepy_priv *priv);
void sleepy_managed(struct sleepy_priv *priv);
dma_addr_t sleepy_read(struct sleepy_priv *priv);
int sleepy_setup(struct sleepy_priv *priv, int irq);
int sleepy_init(struct sleepy_priv *priv, int irq);

void sleepy_plain(struct sleepy_priv *priv)
{
	dma_coherent_handle_free(&priv->scratch);
}

void sleepy_unlocked(struct sleepy_priv *priv)
{
	unsigned long flags;

	spin_lock_irqsave(&priv->lock, flags);
	priv->done = true;
	spin_unlock_irqrestore(&priv->lock, flags);
	dma_coherent_handle_free(&priv->scratch);
}

void sleepy_branches(struct sleepy_priv *priv)
{
	spin_lock(&priv->lock);
	if (priv->done) {
		spin_unlock(&priv->lock);
		goto free;
	}
	priv->done = true;
	spin_unlock(&priv->lock);
	return;

free:
	dma_coherent_handle_free(&priv->scratch);
}

void sleepy_mutex(struct sleepy_priv *priv)
{
	mutex_lock(&priv->mutex);
	dma_coherent_handle_free(&priv->scratch);
	mutex_unlock(&priv->mutex);
}

void sleepy_mutex_guard(struct sleepy_priv *priv)
{
	guard(mutex)(&priv->mutex);
	dma_coherent_handle_free(&priv->scratch);
}

/* As it should be done: only the move needs the lock. */
void sleepy_taken(struct sleepy_priv *priv)
{
	struct dma_coherent_handle old;

	spin_lock_irq(&priv->lock);
	old = dma_coherent_handle_take(&priv->scratch);
	spin_unlock_irq(&priv->lock);
	dma_coherent_handle_free(&old);
}

void sleepy_after_guard(struct sleepy_priv *priv)
{
	scoped_guard(spinlock, &priv->lock)
		priv->done = true;
	dma_coherent_handle_free(&priv->scratch);

	scoped_guard(spinlock_irq, &priv->lock) {
		priv->done = false;
	}
	dma_coherent_handle_free(&priv->scratch);
}

/* The guard goes first. */
int sleepy_scope(struct sleepy_priv *priv)
{
	struct dma_coherent_handle old __free(dma_coherent_handle) = {};

	guard(spinlock)(&priv->lock);
	old = dma_coherent_handle_take(&priv->scratch);
	return 0;
}

void sleepy_inner(struct sleepy_priv *priv)
{
	if (priv->done) {
		guard(spinlock)(&priv->lock);
		priv->done = false;
	}
	dma_coherent_handle_free(&priv->scratch);
}

static void sleepy_free(struct sleepy_priv *priv)
{
	spin_lock(&priv->lock);
	priv->done = true;
	spin_unlock(&priv->lock);
	dma_coherent_handle_free(&priv->scratch);
}

void sleepy_managed(struct sleepy_priv *priv)
{
	spin_lock(&priv->lock);
	priv->done = true;
	spin_unlock(&priv->lock);
	dmam_coherent_handle_free(priv->dev, priv->managed);
	sleepy_free(priv);
}

/* The address and the size can be read anywhere. */
dma_addr_t sleepy_read(struct sleepy_priv *priv)
{
	guard(spinlock_irqsave)(&priv->lock);
	return dma_coherent_handle_dma_addr(&priv->scratch);
}

static irqreturn_t sleepy_irq(int irq, void *data)
{
	struct sleepy_priv *priv = data;

	return dma_coherent_handle_is_allocated(&priv->scratch) ? IRQ_WAKE_THREAD : IRQ_NONE;
}

static irqreturn_t sleepy_thread(int irq, void *data)
{
	struct sleepy_priv *priv = data;

	dma_coherent_handle_free(&priv->scratch);
	return IRQ_HANDLED;
}

static void sleepy_work(struct work_struct *work)
{
	struct sleepy_priv *priv = container_of(work, struct sleepy_priv, work);

	sleepy_free(priv);
}

static void sleepy_timer(struct timer_list *timer)
{
	struct sleepy_priv *priv = container_of(timer, struct sleepy_priv, timer);

	schedule_work(&priv->work);
}

int sleepy_setup(struct sleepy_priv *priv, int irq)
{
	INIT_WORK(&priv->work, sleepy_work);
	timer_setup(&priv->timer, sleepy_timer, 0);
	return devm_request_threaded_irq(priv->dev, irq, sleepy_irq, sleepy_thread, 0, "sleepy", priv);
}

int sleepy_init(struct sleepy_priv *priv, int irq)
{
	int ret;

	spin_lock_init(&priv->lock);
	ret = sleepy_setup(priv, irq);
	if (ret)
		dma_coherent_handle_free(&priv->scratch);
	return ret;
}
