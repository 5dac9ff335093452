#!/bin/sh
# Becomes Asterisk inside its own root. Started by asterisk-server.ts under `unshare --mount --propagation private`:
# every mount here lives in that namespace and ends with the process, so nothing has to be unmounted and nothing of
# the machine (above all not its /dev) is ever reachable through the root.
# Arguments: root, folder that becomes /run/055055, folder of prompts that becomes /run/055055-sounds.
set -eu
root=$1 run=$2 sounds=$3

mount -t proc -o nosuid,nodev,noexec proc "$root/proc"
mount -t tmpfs -o mode=755,size=1m tmpfs "$root/dev"
mknod -m 666 "$root/dev/null" c 1 3
mknod -m 666 "$root/dev/zero" c 1 5
mknod -m 666 "$root/dev/full" c 1 7
mknod -m 666 "$root/dev/random" c 1 8
mknod -m 666 "$root/dev/urandom" c 1 9
mknod -m 666 "$root/dev/tty" c 5 0
mkdir "$root/dev/shm"
mount -t tmpfs -o mode=1777 tmpfs "$root/dev/shm"
mount -t tmpfs -o mode=755 tmpfs "$root/run"
mount -t tmpfs -o mode=1777 tmpfs "$root/tmp"
mkdir -p "$root/run/asterisk" "$root/run/055055" "$root/run/055055-sounds"
mount --bind "$run" "$root/run/055055"
mount --bind "$sounds" "$root/run/055055-sounds"

exec chroot "$root" /usr/sbin/asterisk -f -C /run/055055/etc/asterisk.conf
