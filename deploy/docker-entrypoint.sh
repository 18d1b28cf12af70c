#!/bin/sh
# Runs the gateway as the user who owns the data folder, so that a folder mounted from the host works whoever owns it, and
# its files stay that user's. A folder of root's (Docker makes one when it is missing) is handed to the image's user `node`.
# Started with `docker run --user …` it changes nothing: the gateway itself says when it may not write.
set -eu
data="${DATA_DIR:-/app/data}"

if [ "$(id -u)" -ne 0 ]; then
  exec "$@"
fi

# With `--cap-drop=ALL` root cannot become another user, nor do anything else that only root may: it runs as it is.
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
