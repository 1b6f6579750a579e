import { availableParallelism } from "node:os";
import { isSdttError, SdttError } from "@sdtt/core";
import { requireDevice } from "../doctor/devices.ts";
import type { Device, Engine } from "../engine.ts";
import { openBinding } from "./binding/backend.ts";
import { openCApi } from "./c-api/backend.ts";
import { engineOn } from "./engine-on.ts";

export interface EngineOptions {
  /** `auto` takes `c-api`, and `binding` where its libraries cannot be loaded. The engine's `name` says which it is. */
  readonly engine?: "auto" | Engine["name"] | undefined;
  readonly device?: Device | undefined;
  /** Threads of one run; as many as the process may use at once if absent. */
  readonly threads?: number | undefined;
}

/**
 * Opens the way to ONNX Runtime.
 *
 * @throws SdttError `unavailable` if the engine or the device is not to be had here, with what is missing; `usage` for
 *   threads that are not a whole number from 1.
 */
export async function createEngine(options: EngineOptions = {}): Promise<Engine> {
  const { engine = "auto", device = "cpu", threads = availableParallelism() } = options;
  if (!Number.isSafeInteger(threads) || threads < 1) {
    throw new SdttError("usage", `Threads: expected a whole number from 1, got ${threads}.`);
  }
  await requireDevice(device);
  if (engine === "binding") return engineOn(await openBinding({ threads }));
  try {
    return engineOn(await openCApi({ threads }));
  } catch (error) {
    if (engine === "c-api" || !isSdttError(error)) throw error;
    return engineOn(await openBinding({ threads }));
  }
}
