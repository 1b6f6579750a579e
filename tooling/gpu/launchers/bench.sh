#!/usr/bin/env bash
# The benchmarks of an unpacked bundle, on the Node and the ONNX Runtime that came with it.
set -euo pipefail
source "$(dirname "$(readlink -f "$0")")/environment.sh"
exec "$node" --conditions=@sdtt/source "$root/tooling/bench/src/main.ts" "$@"
