# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash disable=SC2154 # init.sh has set them
#
# For run.sh -x, with -s 2 and dma_coherent_handle_edu.quick=1: the driver is bound and unbound, and
# then loaded and unloaded, while others map and read its device file, and yet another reads what
# the kernel lists. What may go wrong is for the kernel to say: no read, no mapping is checked.
#
# says: rounds of unbind and bind are over
# says: rounds of rmmod and insmod are over

rounds=20

# again_and_again NAME COMMAND...: in the background, until /enough is there. Notes each success.
again_and_again() {
	name=$1
	shift
	until [ -e /enough ]; do
		"$@" && echo >> "/times_$name"
		sleep 0.02
	done > /dev/null 2>&1 &
}

count_of() {
	wc -l < "/times_$1"
}

map_it() {
	[ -e "/dev/$driver" ] || return
	edu_mmap hold &
	sleep 0.2
	grep -q "/dev/$driver" "/proc/$!/maps"
	mapped=$?
	kill $!
	wait $!
	return $mapped
}

open_it() {
	true < "/dev/$driver"
}

read_it() {
	dd if="/dev/$driver" bs=64k count=1
}

wait_for_users() {
	: > /enough
	wait
	rm /enough
}

# KCSAN watches the whole kernel. These functions race with themselves and with interrupts there,
# whoever calls them.
kcsan=/sys/kernel/debug/kcsan
if [ -e $kcsan ]; then
	for function in kernfs_refresh_inode hrtimer_active; do
		echo "!$function" > $kcsan || fail "KCSAN has no function $function"
	done
fi

say "unbind and bind, while others map, read and list"
[ ! -e "$live" ] || again_and_again list cat "$live"
again_and_again map map_it
again_and_again read read_it
round=0
while [ $round -lt $rounds ]; do
	[ $((round % 3)) = 0 ] || sleep 0.3
	unbind
	bind
	must_be_bound "in round $round"
	round=$((round + 1))
done
wait_for_users
say "$rounds rounds of unbind and bind are over: mapped $(count_of map) times," \
	"read $(count_of read) times, listed $(count_of list) times"
[ "$(count_of map)" -ge 5 ] || fail "hardly anyone had mapped the buffer"
[ "$(count_of read)" -ge 5 ] || fail "hardly anyone had read the buffer"

say "rmmod and insmod, while others open, map and list"
[ ! -e "$live" ] || again_and_again list cat "$live"
again_and_again map map_it
again_and_again open open_it
round=0 busy=0
while [ $round -lt $rounds ]; do
	[ $((round % 3)) = 0 ] || sleep 0.3
	# While its file is open, the module is in use.
	until rmmod "$driver"; do
		busy=$((busy + 1))
		[ $busy -lt 1000 ] || fail "the module was always in use"
		sleep 0.05
	done 2> /dev/null
	insmod "/modules/$driver.ko" quick=1 || fail "the module could not be loaded again"
	must_be_bound "in round $round"
	round=$((round + 1))
done
wait_for_users
say "$rounds rounds of rmmod and insmod are over: opened $(count_of open) times, $busy times in use"
[ "$(count_of open)" -ge 5 ] || fail "hardly anyone had opened the device file"
