#!/usr/bin/env bash
# Lints the Dockerfile, builds the image and runs it, as root with Debian's buildah (and debootstrap if node:26-slim
# cannot be pulled). Without buildah, it executes the Dockerfile's steps in a clean folder and runs the result.
set -euo pipefail
cd "$(dirname "$0")/.."
exec node_modules/.bin/node deploy/check-image.ts
