#!/bin/sh
# Runs the gateway as the owner of the data folder, so that a folder mounted from the host works with any owner, and its
# files keep that owner. If root owns the folder (Docker creates missing ones so), its owner is changed to the user
# `node`. With `docker run --user …` it changes nothing: the gateway itself reports it if it cannot write.
set -eu
data="${DATA_DIR:-/app/data}"

if [ "$(id -u)" -ne 0 ]; then
  exec "$@"
fi

# With `--cap-drop=ALL` root cannot become another user and has no privileges either, so it runs as it is.
if ! setpriv --reuid=nobody --clear-groups true 2>/dev/null; then
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
