import { Option } from "commander";
import type { Command } from "commander";
import type { EngineOptions } from "@sdtt/runtime";
import { wholeNumber } from "./numbers.ts";

/** On what a command computes. */
export interface EngineFlags {
  readonly threads?: number;
  readonly engine: "auto" | "c-api" | "binding";
  readonly device: Device;
  readonly gpu?: number;
  readonly tf32?: boolean;
}

export type Device = Extract<EngineOptions["device"], string>;

export const deviceNames: readonly ["cpu", "cuda", "webgpu", "auto"] = ["cpu", "cuda", "webgpu", "auto"];
export const dtypeNames = ["float32", "float16", "bfloat16", "int8"] as const;

export function addEngineOptions(command: Command): Command {
  return command
    .option("--threads <count>", "threads to compute with (default: all cores)", wholeNumber({ least: 1 }))
    .addOption(
      new Option("--engine <name>", "how ONNX Runtime is called")
        .choices(["auto", "c-api", "binding"])
        .default("auto"),
    )
    .addOption(
      new Option("--device <name>", "where to compute; auto takes cuda where it can be used")
        .choices(deviceNames)
        .default("cpu"),
    )
    .option("--gpu <number>", "which GPU, with cuda (default: 0)", wholeNumber({ least: 0 }))
    .option("--tf32", "let float32 products round to 10 bits of mantissa, with cuda");
}

/** The flags as `createEngine` takes them. */
export function engineOptions({ threads, engine, device, gpu: deviceId, tf32 }: EngineFlags): EngineOptions {
  // Devices that know no such options refuse them, so that what was not asked for must not be passed on.
  const gpu = deviceId === undefined && !tf32 ? undefined : { deviceId, tf32: tf32 || undefined };
  return { threads, engine, device, gpu };
}
