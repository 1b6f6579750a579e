import { remoteEngine, sessionConfig } from "@sdtt/engine";
import type { Engine } from "@sdtt/engine";
import { turnOffTelemetry } from "../telemetry.ts";
import { openWeightFiles } from "../weight-files.ts";
import { openChannel } from "./channel.ts";

const optimizationLevels = { none: "disabled", basic: "basic", extended: "extended", all: "all" } as const;
const logFatalOnly = 4;

/**
 * ONNX Runtime through the stock onnxruntime-node, in a worker thread. Tensors are copied on their way there; residents
 * stay there. An output sent into a resident is written in place, but the binding makes one more copy of it, which
 * nothing short of the C API avoids.
 *
 * @throws SdttError `unavailable` if onnxruntime-node cannot be loaded.
 */
export async function openBinding({ threads }: { threads: number }): Promise<Engine> {
  await turnOffTelemetry();
  return remoteEngine({
    name: "binding",
    device: "cpu",
    openFiles: openWeightFiles,
    channel: await openChannel(),
    settingsOf: (program, options) => ({
      intraOpNumThreads: threads,
      graphOptimizationLevel: optimizationLevels[options.optimization],
      enableMemPattern: false,
      logSeverityLevel: logFatalOnly,
      extra: { session: sessionConfig(program, options) },
    }),
    withoutBfloat16: 'use the engine "c-api", or cast inside the graph',
  });
}
