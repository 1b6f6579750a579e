#!/usr/bin/env node
import { parseArgs } from "node:util";
import { isSdttError } from "@sdtt/core";
import { installProvider } from "./provider/install-provider.ts";
import { providerFolder } from "./provider/provider-folder.ts";

const usage = `Usage: sdtt-cuda install [--out FOLDER]

Downloads ONNX Runtime with its provider for CUDA 13 (262 MiB) from the npm registry and checks its hash.
It goes where --device cuda finds it: ${providerFolder()}`;

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { out: { type: "string" }, help: { type: "boolean", short: "h", default: false } },
});
if (values.help) process.stdout.write(`${usage}\n`);
else if (positionals.length === 1 && positionals[0] === "install") await install(values.out);
else {
  process.stderr.write(`${usage}\n`);
  process.exitCode = 2;
}

async function install(folder: string | undefined): Promise<void> {
  const stop = new AbortController();
  for (const [signal, status] of [
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const) {
    process.once(signal, () => {
      process.exitCode = status;
      stop.abort();
    });
  }
  try {
    const place = await installProvider({
      folder,
      onPackage: ({ name, version }) => process.stderr.write(`Fetching ${name}@${version} ...\n`),
      signal: stop.signal,
    });
    process.stdout.write(`${place}\n`);
    if (folder !== undefined) process.stderr.write(`To use it: export SDTT_ONNXRUNTIME=${place}\n`);
  } catch (error) {
    if (stop.signal.aborted) return;
    if (!isSdttError(error)) throw error;
    process.stderr.write(`error: ${error.message}\n`);
    process.exitCode = 1;
  }
}
