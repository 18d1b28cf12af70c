#!/bin/sh
# Runs a command inside an image's file system, much like `docker run`. Must be started by `unshare --mount`.
# Usage: enter-image.sh ROOT DATA READ_ONLY CAPABILITIES USER COMMAND…   (USER: a number, or 0 for the image's own)
set -eu
root=$1 data=$2 read_only=$3 capabilities=$4 user=$5
shift 5

mount --make-rprivate /
mount --bind "$root" "$root"
mount --rbind /proc "$root/proc"
mount --rbind /dev "$root/dev"
mount --bind "$data" "$root/app/data"
[ "$read_only" = no ] || mount -o remount,bind,ro "$root"
cd "$root"
exec chroot . setpriv --bounding-set="$capabilities" --inh-caps=-all --no-new-privs \
  --reuid="$user" --regid="$user" --clear-groups \
  sh -c 'cd /app && exec "$@"' sh "$@"
