#!/usr/bin/env bash
# All that is worth a GPU's time, with the Node and the ONNX Runtime that came with the bundle; run-all --help says more.
set -euo pipefail
source "$(dirname "$(readlink -f "$0")")/environment.sh"
exec "$node" --conditions=@sdtt/source "$root/tooling/gpu/src/run-all/main.ts" "$@"
