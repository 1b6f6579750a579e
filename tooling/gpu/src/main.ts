import { parseArgs } from "node:util";
import { isSdttError, SdttError } from "@sdtt/core";
import { installProvider } from "@sdtt/cuda";
import { packBundle } from "./bundle/pack-bundle.ts";
import { runtimeFolder } from "./places.ts";

const usage = `Usage:
  pnpm gpu provider [--out FOLDER]   ONNX Runtime with its CUDA 13 provider, from the npm registry
  pnpm gpu bundle --out FOLDER       everything that a GPU is tried with, for a host without a registry
      --part-size MIB                parts of at most so many MiB (60)`;

try {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: { out: { type: "string" }, "part-size": { type: "string", default: "60" } },
  });
  await dispatch(positionals[0], values.out, mebibytes(values["part-size"]));
} catch (error) {
  console.error(isSdttError(error) ? `error: ${error.message}` : error);
  process.exitCode = 1;
}

async function dispatch(
  command: string | undefined,
  out: string | undefined,
  partSize: number,
): Promise<void> {
  if (command === "provider") {
    const folder = out ?? runtimeFolder;
    await installProvider({
      folder,
      onPackage: ({ name, version }) => console.error(`Fetching ${name}@${version} ...`),
    });
    console.log(folder);
    console.error(`To use it: export SDTT_ONNXRUNTIME=${folder}; sdtt doctor says what CUDA still lacks.`);
  } else if (command === "bundle" && out !== undefined) {
    const parts = await packBundle({ folder: out, partSize });
    const bytes = parts.reduce((sum, part) => sum + part.bytes, 0);
    console.log(
      `${parts.length} parts, ${Math.ceil(bytes / 2 ** 20)} MiB, in ${out}; there: ./unpack.sh FOLDER`,
    );
  } else {
    console.error(usage);
    process.exitCode = 2;
  }
}

/** Bytes of so many MiB. */
function mebibytes(text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= 1 && value <= 4096) return value * 2 ** 20;
  throw new SdttError("usage", `--part-size: expected a whole number of MiB from 1 to 4096, got ${text}.`);
}
