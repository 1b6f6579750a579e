import type { Device, DeviceTraits, NativeFailures } from "@sdtt/engine";
import type { Program } from "@sdtt/graph";
import type { Requirement } from "../doctor/availability.ts";

/** A device that needs an execution provider of ONNX Runtime beside the CPU's. */
export type GpuDevice = Exclude<Device, "cpu">;

/** How a GPU is used. An option that a device does not have is refused, not ignored. */
export interface GpuOptions {
  /** Which GPU, as its driver counts them; 0 if absent. */
  readonly deviceId?: number | undefined;
  /** Bytes of the GPU's memory that each session may hold for its activations; all if absent. */
  readonly memoryLimit?: number | undefined;
  /**
   * Whether float32 matrix products may round their factors to 10 bits of mantissa (TF32): several times as fast, and no
   * longer within 1e-3 of the CPU. false if absent.
   */
  readonly tf32?: boolean | undefined;
}

/**
 * What makes a device usable by `createEngine`: the interface between this package and those that bring a device. Plain
 * data and functions that look at the machine; loading libraries and opening the device is done here.
 */
export interface DeviceSupport {
  readonly device: GpuDevice;
  /** Which form of this interface it is of. One of another form is refused. */
  readonly form: typeof supportForm;
  /** @throws SdttError `usage` for options that are out of range or that the device does not have. */
  provider(gpu?: GpuOptions): Provider;
  /** The folder of an ONNX Runtime with this provider, for when the caller names none; undefined for onnxruntime-node's. */
  libraries?(): Promise<string | undefined>;
  /** Looks for all that the device needs, without loading anything. */
  inspect(place: DevicePlace): Promise<DeviceReport>;
  /** What an error at opening the device means, where that is known. */
  explain(error: Error, provider: Provider): Requirement | undefined;
}

export const supportForm = 1;

/** Where a device is to be used. */
export interface DevicePlace {
  /** Holds ONNX Runtime's library, and its providers beside it. */
  readonly folder: string;
  /** What ONNX Runtime's library is called on this platform. */
  readonly libraryName: string;
  readonly deviceId: number;
}

export interface DeviceReport {
  /** In the order in which to fix it; empty if the device can be tried. */
  readonly missing: readonly Requirement[];
  /** Full paths of libraries to load before the provider, in this order. */
  readonly preload: readonly Preload[];
}

export interface Preload {
  readonly path: string;
  /** Whether to continue if it cannot be loaded. */
  readonly optional: boolean;
}

/** An execution provider of ONNX Runtime, and what sessions are told of it. */
export interface Provider {
  readonly device: GpuDevice;
  readonly deviceId: number;
  /** By the names that ONNX Runtime gives them. */
  readonly options: Readonly<Record<string, string>>;
  /** Options that depend on what is computed, and whether it is to be replayed. */
  readonly optionsFor?: (
    program: Program,
    load: { readonly replay: boolean },
  ) => Readonly<Record<string, string>>;
  readonly registration: Registration;
  /**
   * ONNX Runtime's name for the device's memory. Resident tensors lie there; in ordinary memory if absent, which is right for
   * devices whose buffers have no addresses.
   */
  readonly memory?: string;
  readonly traits: DeviceTraits;
  /** What the device's own errors look like, beside those that all providers have. */
  readonly failures?: NativeFailures;
}

/** How a session is told of a provider: by its name, or by four functions of the C API that belong to it. */
export type Registration =
  | { readonly name: string }
  | {
      /** Positions in `OrtApi` (`onnxruntime_c_api.h`) of the functions that handle the provider's options. */
      readonly create: number;
      readonly update: number;
      readonly append: number;
      readonly release: number;
    };
