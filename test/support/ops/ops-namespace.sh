#!/bin/sh
# Runs one program of the root with what stands around 055055 on several machines. Started under
# `unshare --mount --pid --fork --kill-child`: mounts and processes live in those namespaces and end with this script.
# Arguments: root, folder with the settings, which becomes /run/settings, then the command.
set -eu
root=$1 settings=$2
shift 2

mount -t proc -o nosuid,nodev,noexec proc "$root/proc"
mount -t tmpfs -o mode=755,size=1m tmpfs "$root/dev"
mknod -m 666 "$root/dev/null" c 1 3
mknod -m 666 "$root/dev/zero" c 1 5
mknod -m 666 "$root/dev/random" c 1 8
mknod -m 666 "$root/dev/urandom" c 1 9
mkdir "$root/dev/shm"
mount -t tmpfs -o mode=1777 tmpfs "$root/dev/shm"
mount -t tmpfs -o mode=755 tmpfs "$root/run"
mount -t tmpfs -o mode=1777 tmpfs "$root/tmp"
mkdir -p "$root/run/settings"
mount --bind "$settings" "$root/run/settings"

exec chroot "$root" "$@"
