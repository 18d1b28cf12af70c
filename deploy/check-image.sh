#!/usr/bin/env bash
# Lints the Dockerfile, builds the image and runs it: as root where Debian's buildah is installed (and debootstrap, when
# node:26-slim cannot be pulled). Elsewhere it carries out the Dockerfile's steps in a clean folder and starts that.
set -euo pipefail
cd "$(dirname "$0")/.."
exec node_modules/.bin/node deploy/check-image.ts
