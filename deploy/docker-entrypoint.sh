#!/bin/sh
# Runs the gateway as whoever owns the data folder, so that a folder mounted from the host works whosever it is and its
# files stay that user's. A folder of root's (Docker makes such a one when it is missing) is handed to the image's user
# `node`. Started with `docker run --user …`, it changes nothing: the gateway says so itself when it may not write.
set -eu
data="${DATA_DIR:-/app/data}"

if [ "$(id -u)" -ne 0 ]; then
  exec "$@"
fi

mkdir -p "$data"
owner=$(stat -c %u "$data")
group=$(stat -c %g "$data")
if [ "$owner" -eq 0 ]; then
  owner=$(id -u node)
  group=$(id -g node)
  if ! chown -R "$owner:$group" "$data"; then
    echo "The data folder $data belongs to root and its owner cannot be changed. On the host, run: sudo chown -R $owner:$group <the mounted folder>" >&2
    exit 1
  fi
fi
exec setpriv --reuid="$owner" --regid="$group" --clear-groups "$@"
