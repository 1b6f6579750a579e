import { createRequire } from "node:module";
import { totalmem } from "node:os";
import type { Device } from "@sdtt/engine";
import type { EngineName } from "../engines/create-engine.ts";
import { openChannel } from "../engines/binding/channel.ts";
import { librariesFolder, loadLibrary, namedLibraries } from "../engines/c-api/library.ts";
import { packagedDevices } from "../devices/find-support.ts";
import { inspectDevice } from "../devices/open-device.ts";
import { availability, type Availability, type Requirement } from "./availability.ts";
import { inspectProcessor, type Processor } from "./processor.ts";

/** What runs here, and why the rest does not. Plain data. */
export interface Diagnosis {
  readonly versions: Readonly<Record<"@sdtt/runtime" | "node" | "onnxruntime-node", string>>;
  /** The ONNX Runtime library that the C API is called in: its folder and, if it can be loaded, its release. */
  readonly library: { readonly folder: string; readonly version: string | undefined };
  /** As in `linux-x64`. */
  readonly platform: string;
  readonly engines: readonly Availability<EngineName>[];
  readonly devices: readonly Availability<Device>[];
  readonly processor: Processor;
  /** In bytes, within the limits set on this process. */
  readonly memory: { readonly total: number; readonly available: number };
}

/** Looks at this machine: tries each engine and each device that has what it needs. Takes a second or two. */
export async function diagnose(): Promise<Diagnosis> {
  const named = namedLibraries();
  const folder = named ?? librariesFolder();
  const load = () => loadLibrary(folder);
  return {
    versions: {
      "@sdtt/runtime": versionIn("../../package.json"),
      node: process.versions.node,
      "onnxruntime-node": versionIn("onnxruntime-node/package.json"),
    },
    library: {
      folder,
      version: await load().then(
        ({ version }) => version,
        () => undefined,
      ),
    },
    platform: `${process.platform}-${process.arch}`,
    engines: [
      await inspectEngine("c-api", load, "npm install --include=optional koffi"),
      named === undefined
        ? await inspectEngine(
            "binding",
            async () => (await openChannel()).close(),
            "npm install onnxruntime-node",
          )
        : availability("binding", [boundElsewhere]),
    ],
    devices: [availability<Device>("cpu", []), ...(await inspectDevices(named))],
    processor: await inspectProcessor(),
    memory: {
      total: Math.min(totalmem(), process.constrainedMemory() || Infinity),
      available: process.availableMemory(),
    },
  };
}

/** One after the other: an engine is opened on each that has what it needs. */
async function inspectDevices(libraries: string | undefined): Promise<Availability<Device>[]> {
  const found: Availability<Device>[] = [];
  for (const device of [...packagedDevices, "webgpu"] as const) {
    found.push(await inspectDevice({ device, threads: 1, libraries }));
  }
  return found;
}

/** It would load, or not, by the chance of which library this process has loaded first. */
const boundElsewhere: Requirement = {
  what: "the binding is bound to onnxruntime-node's own library, and SDTT_ONNXRUNTIME names another",
  remedy: "use the engine c-api, or unset SDTT_ONNXRUNTIME",
};

async function inspectEngine<Name extends string>(
  name: Name,
  load: () => Promise<unknown>,
  remedy: string,
): Promise<Availability<Name>> {
  try {
    await load();
    return availability(name, []);
  } catch (error) {
    return availability(name, [{ what: (error as Error).message, remedy }]);
  }
}

function versionIn(manifest: string): string {
  const require = createRequire(import.meta.url);
  return (require(manifest) as { version: string }).version;
}
