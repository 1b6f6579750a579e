import { parseArgs } from "node:util";
import { isSdttError } from "@sdtt/core";
import { installProvider } from "@sdtt/cuda";
import { packBundle } from "./bundle/pack-bundle.ts";
import { runtimeFolder } from "./places.ts";

const usage = `Usage:
  pnpm gpu provider [--out FOLDER]   ONNX Runtime with its CUDA 13 provider, from the npm registry
  pnpm gpu bundle --out FOLDER       everything that runs, in parts of at most 60 MiB`;

try {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: { out: { type: "string" } },
  });
  await dispatch(positionals[0], values.out);
} catch (error) {
  console.error(isSdttError(error) ? `error: ${error.message}` : error);
  process.exitCode = 1;
}

async function dispatch(command: string | undefined, out: string | undefined): Promise<void> {
  if (command === "provider") {
    const folder = out ?? runtimeFolder;
    await installProvider({
      folder,
      onPackage: ({ name, version }) => console.error(`Fetching ${name}@${version} ...`),
    });
    console.log(folder);
    console.error(`To use it: export SDTT_ONNXRUNTIME=${folder}; sdtt doctor says what CUDA still lacks.`);
  } else if (command === "bundle" && out !== undefined) {
    const parts = await packBundle({ folder: out });
    const bytes = parts.reduce((sum, part) => sum + part.bytes, 0);
    console.log(
      `${parts.length} parts, ${Math.ceil(bytes / 2 ** 20)} MiB, in ${out}; there: ./unpack.sh FOLDER`,
    );
  } else {
    console.error(usage);
    process.exitCode = 2;
  }
}
