#!/bin/bash
# The first process of the machine in which scripts are tried: mounts what they need, makes disks of memory that are real
# ones to the kernel, runs the command with the words it was given, and powers off. Prints to the second serial port; the
# first is the kernel's.
export PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/ LC_ALL=C TMPDIR=/disk
mkdir -p /proc /sys /dev /tmp /disk /xfs /md /run
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev
exec </dev/null >/dev/ttyS1 2>&1
mkdir -p /dev/pts /dev/shm
mount -t devpts pts /dev/pts
mount -t tmpfs shm /dev/shm
mount -t tmpfs tmp /tmp
mount -t cgroup2 cgroup2 /sys/fs/cgroup
mount -t debugfs debugfs /sys/kernel/debug
mount -t tracefs tracefs /sys/kernel/tracing
mount -t bpf bpf /sys/fs/bpf
ip link set lo up
ldconfig
for module in configfs null_blk libcrc32c xfs md-mod raid0; do
  [ -e /modules/$module.ko ] && insmod /modules/$module.ko $([ $module = null_blk ] && echo nr_devices=0)
done
mount -t configfs configfs /sys/kernel/config
# a disk of so many MB
disk() {
  mkdir "/sys/kernel/config/nullb/$1"
  (cd "/sys/kernel/config/nullb/$1" && echo "$2" >size && echo 1 >memory_backed && echo 2 >irqmode && echo 2000000 >completion_nsec && echo 1 >power)
}
disk nullb0 256
disk nullb1 320
disk nullb2 64
disk nullb3 64
disk nullb4 64
{ mkfs.ext4 -q /dev/nullb0 && mount /dev/nullb0 /disk
  mkfs.xfs -q /dev/nullb1 && mount /dev/nullb1 /xfs
  mkswap /dev/nullb2 && swapon /dev/nullb2
  mdadm --build /dev/md0 --level=0 --raid-devices=2 /dev/nullb3 /dev/nullb4 && mkfs.ext4 -q /dev/md0 && mount /dev/md0 /md
} >/tmp/disks 2>&1 || cat /tmp/disks
echo +memory >/sys/fs/cgroup/cgroup.subtree_control
cd / && node /probetop/main.js "$@" && echo end
sync
echo o >/proc/sysrq-trigger
sleep 60
