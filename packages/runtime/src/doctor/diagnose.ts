import { createRequire } from "node:module";
import { totalmem } from "node:os";
import type { Device, Engine } from "../engine.ts";
import { openChannel } from "../engines/binding/channel.ts";
import { loadLibrary } from "../engines/c-api/library.ts";
import { availability, type Availability } from "./availability.ts";
import { inspectDevice } from "./devices.ts";
import { inspectProcessor, type Processor } from "./processor.ts";

/** What runs here, and why the rest does not. Plain data. */
export interface Diagnosis {
  readonly versions: Readonly<Record<"@sdtt/runtime" | "node" | "onnxruntime-node", string>>;
  /** As in `linux-x64`. */
  readonly platform: string;
  readonly engines: readonly Availability<Engine["name"]>[];
  readonly devices: readonly Availability<Device>[];
  readonly processor: Processor;
  /** In bytes, within the limits set on this process. */
  readonly memory: { readonly total: number; readonly available: number };
}

/** Looks at this machine: tries each engine and what each device needs. Takes a fraction of a second. */
export async function diagnose(): Promise<Diagnosis> {
  return {
    versions: {
      "@sdtt/runtime": versionIn("../../package.json"),
      node: process.versions.node,
      "onnxruntime-node": versionIn("onnxruntime-node/package.json"),
    },
    platform: `${process.platform}-${process.arch}`,
    engines: [
      await inspectEngine("c-api", loadLibrary, "npm install --include=optional koffi"),
      await inspectEngine(
        "binding",
        async () => (await openChannel()).close(),
        "npm install onnxruntime-node",
      ),
    ],
    devices: [await inspectDevice("cpu"), await inspectDevice("cuda"), await inspectDevice("webgpu")],
    processor: await inspectProcessor(),
    memory: {
      total: Math.min(totalmem(), process.constrainedMemory() || Infinity),
      available: process.availableMemory(),
    },
  };
}

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
