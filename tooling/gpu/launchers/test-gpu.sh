#!/usr/bin/env bash
# The tests that need a GPU of an unpacked bundle, on the Node and the ONNX Runtime that came with it.
set -euo pipefail
source "$(dirname "$(readlink -f "$0")")/environment.sh"
exec "$node" "$root/node_modules/vitest/vitest.mjs" run --root "$root" --config vitest.gpu.config.ts "$@"
