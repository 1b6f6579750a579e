#!/usr/bin/env bash
# Puts the parts beside this script together: ./unpack.sh FOLDER. Needs bash, cat, gzip, sha256sum and tar; no network.
set -euo pipefail

target=${1:?usage: unpack.sh FOLDER}
parts=$(cd "$(dirname "$0")" && pwd)

if ! (cd "$parts" && sha256sum --check --quiet SHA256SUMS); then
  echo "unpack.sh: a part is missing or damaged: copy it again." >&2
  exit 1
fi
mkdir -p "$target"
cat "$parts"/part.* | gzip --decompress | tar --extract --directory "$target"
for launcher in sdtt test-gpu bench run-all; do
  ln -sf "tooling/gpu/launchers/$launcher.sh" "$target/$launcher"
done
echo "Unpacked. Try: $target/sdtt doctor, then $target/run-all"
