import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { startHub, temporaryDirectory } from "@sdtt/testing";
import type { LoopbackHub } from "@sdtt/testing";
import { runCaptured } from "./run-captured.ts";
import type { CapturedRun } from "./run-captured.ts";
import { writeSmallModel } from "./small-model.ts";

export interface HubScene extends AsyncDisposable {
  readonly hub: LoopbackHub;
  /** A folder for the test's own files. */
  readonly folder: string;
  /** The small model, in a folder below it and as files. */
  readonly model: { readonly path: string; readonly files: Record<string, Uint8Array> };
  /** What points the command at the hub and at a cache of its own. */
  readonly env: Readonly<Record<string, string | undefined>>;
  run(...args: string[]): Promise<CapturedRun>;
}

/** A hub on the loopback interface, an empty cache and a small model. */
export async function openHubScene(): Promise<HubScene> {
  const [hub, directory] = [await startHub(), await temporaryDirectory()];
  const path = join(directory.path, "small");
  await mkdir(path);
  const env = {
    HF_ENDPOINT: hub.endpoint,
    HF_HUB_CACHE: join(directory.path, "cache"),
    HF_HOME: directory.path,
  };
  return {
    hub,
    folder: directory.path,
    model: { path, files: await writeSmallModel(path) },
    env,
    run: (...args) => runCaptured(args, { env }),
    async [Symbol.asyncDispose]() {
      await hub[Symbol.asyncDispose]();
      await directory[Symbol.asyncDispose]();
    },
  };
}
