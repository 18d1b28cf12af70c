#!/usr/bin/env bash
# Lints the Dockerfile and, since building an image needs an engine, carries out its steps in a clean folder instead and
# starts what it would start.
set -euo pipefail
cd "$(dirname "$0")/.."
exec node_modules/.bin/node deploy/check-image.ts
