import { SdttError } from "@sdtt/core";
import { InvalidArgumentError, Option } from "commander";
import type { Command } from "commander";
import type { EngineOptions } from "@sdtt/runtime";
import { listOf, wholeNumber } from "./numbers.ts";

/** On what a command computes. */
export interface EngineFlags {
  readonly threads?: number;
  readonly engine: "auto" | "c-api" | "binding";
  readonly device: Device;
  readonly gpu?: readonly number[];
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
    .option(
      "--gpu <numbers>",
      "which GPU, with cuda (default: 0); to write texts, several by commas",
      gpuNumbers,
    )
    .option("--tf32", "let float32 products round to 10 bits of mantissa, with cuda");
}

function gpuNumbers(text: string): readonly number[] {
  const numbers = listOf(wholeNumber({ least: 0 }))(text);
  if (new Set(numbers).size < numbers.length) {
    throw new InvalidArgumentError(`Expected each GPU once; got "${text}".`);
  }
  return numbers;
}

/** The same flags for each of the GPUs that they name. */
export function forEachGpu<Flags extends { readonly gpu?: readonly number[] | undefined }>(
  flags: Flags,
): Flags[] {
  return flags.gpu === undefined ? [flags] : flags.gpu.map((number) => ({ ...flags, gpu: [number] }));
}

/**
 * The flags as `createEngine` takes them.
 *
 * @throws SdttError `usage` for several GPUs.
 */
export function engineOptions({
  threads,
  engine,
  device,
  gpu: named = [],
  tf32,
}: Omit<EngineFlags, "gpu"> & { readonly gpu?: number | readonly number[] }): EngineOptions {
  const numbers = [named].flat();
  if (numbers.length > 1) {
    throw new SdttError(
      "usage",
      `This command computes on one GPU; got --gpu ${numbers.join(",")}. sample and infill write on several.`,
    );
  }
  const [deviceId] = numbers;
  // Devices that know no such options refuse them, so that what was not asked for must not be passed on.
  const gpu = deviceId === undefined && !tf32 ? undefined : { deviceId, tf32: tf32 || undefined };
  return { threads, engine, device, gpu };
}
