#!/usr/bin/env bash
# The sdtt command of an unpacked bundle, on the Node and the ONNX Runtime that came with it.
set -euo pipefail
source "$(dirname "$(readlink -f "$0")")/environment.sh"
exec "$node" --conditions=@sdtt/source "$root/apps/cli/src/main.ts" "$@"
