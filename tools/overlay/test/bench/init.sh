#!/bin/busybox sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
#
# PID 1 of the guest that bench.sh boots: has the benchmark's driver bind to the
# device that the kernel command line names, as bench.device=BUS/DEVICE, and runs the program with
# the arguments on each line of /runs. What that prints goes to the console, and then "bench: done".

export PATH=/bin
name=dma_coherent_handle_benchmark

busybox mkdir -p /proc /sys
busybox mount -t proc none /proc
busybox --install -s /bin
mount -t sysfs none /sys
mount -t debugfs none /sys/kernel/debug

stop() {
	echo "bench: $*"
	poweroff -f
	exit 1
}

device=
cmdline=$(cat /proc/cmdline)
for word in $cmdline; do
	case $word in
	bench.device=*) device=${word#*=} ;;
	esac
done

# The driver may bring a device of its own along.
if [ "$device" ]; then
	bus=${device%%/*}
	device=${device#*/}
	echo $name > "/sys/bus/$bus/devices/$device/driver_override" ||
		stop "there is no device $device"
	echo "$device" > "/sys/bus/$bus/drivers_probe"
fi
[ -e "/sys/kernel/debug/$name" ] || stop "the driver did not bind to ${device:-its own device}"

while read -r args; do
	# shellcheck disable=SC2086 # words
	$name $args || stop "$name $args failed"
done < /runs
stop "done"
