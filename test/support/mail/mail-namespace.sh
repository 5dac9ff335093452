#!/bin/sh
# Becomes Postfix and Dovecot inside their own root. Started by mail-servers.ts under
# `unshare --mount --pid --fork --kill-child`: mounts and processes live in those namespaces and end with this script.
# Arguments: root, folder with the settings, which becomes /run/mail-settings.
set -eu
root=$1 settings=$2

mount -t proc -o nosuid,nodev,noexec proc "$root/proc"
mount -t tmpfs -o mode=755,size=1m tmpfs "$root/dev"
mknod -m 666 "$root/dev/null" c 1 3
mknod -m 666 "$root/dev/zero" c 1 5
mknod -m 666 "$root/dev/full" c 1 7
mknod -m 666 "$root/dev/random" c 1 8
mknod -m 666 "$root/dev/urandom" c 1 9
mknod -m 666 "$root/dev/tty" c 5 0
ln -s /proc/self/fd "$root/dev/fd"
mount -t tmpfs -o mode=755 tmpfs "$root/run"
mount -t tmpfs -o mode=1777 tmpfs "$root/tmp"
mkdir -p "$root/run/mail-settings" "$root/run/mail/queue" "$root/run/mail/data" "$root/run/mail/boxes" "$root/run/dovecot"
mount --bind "$settings" "$root/run/mail-settings"
cp -a "$root/etc/postfix" "$root/run/mail/postfix"
cp "$root/run/mail-settings/main.cf" "$root/run/mail-settings/master.cf" "$root/run/mail/postfix/"
chroot "$root" chown postfix /run/mail/data
chown 5000:5000 "$root/run/mail/boxes"
: > "$settings/mail.log"

chroot "$root" /usr/sbin/dovecot -F -c /run/mail-settings/dovecot.conf &
chroot "$root" /usr/sbin/postfix -c /run/mail/postfix start-fg &
wait -n 2>/dev/null || wait
