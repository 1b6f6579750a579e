import type { DataType, Tensor } from "@sdtt/core";
import type { Program } from "@sdtt/graph";
import type { ComputeType } from "@sdtt/models";

/** Where programs run. */
export type Device = "cpu" | "cuda" | "webgpu";

/**
 * The seam between everything above and ONNX Runtime: loads programs, runs them off the event loop, and holds tensors
 * where it computes. Sampling feeds small tensors and reads small results; training keeps weights and optimizer state
 * resident and has outputs written into them in place. Each implementation passes `engineConformance`.
 *
 * An engine does one thing at a time, in the order of the calls, whichever of its sessions and residents they are on.
 * Disposing takes its turn like any call and ends the sessions and residents too; what is called later throws `usage`.
 */
export interface Engine extends AsyncDisposable {
  /**
   * The implementation: `c-api` (libonnxruntime called directly), `binding` (onnxruntime-node) or `web` (onnxruntime-web, in a
   * browser).
   */
  readonly name: "c-api" | "binding" | "web";
  readonly device: Device;
  /** Opens the files that weights may lie in; absent where there are no files, and weights lie in memory. */
  readonly openFiles?: (() => WeightFiles) | undefined;
  /** What models need to know of the device; those of a CPU if absent. */
  readonly traits?: DeviceTraits | undefined;
  /** Compiles a program. Throws `runtime` if ONNX Runtime refuses it, `usage` for a program of another device's ops. */
  load(program: Program, options?: LoadOptions): Promise<Session>;
  /** Copies a tensor to where the engine computes; it stays there until disposed. */
  place(tensor: Tensor): Promise<ResidentTensor>;
  /** A tensor of zeros where the engine computes, to be written piece by piece through views. */
  allocate(type: { readonly dtype: DataType; readonly shape: readonly number[] }): Promise<ResidentTensor>;
}

/** Files of weights, each opened when it is first read. */
export interface WeightFiles extends AsyncDisposable {
  /** Fills the bytes with those of a file from a position on. Throws `io` if it cannot be read or is too short. */
  read(path: string, position: number, bytes: Uint8Array): Promise<void>;
}

/** What decides how a model is cut into runs on a device, and what it may compute in. */
export interface DeviceTraits {
  /** Positions that a pass takes at a time where nothing else is asked for. What does not fit into memory is halved. */
  readonly maxPositions: number;
  /** The same for the rows of a head. */
  readonly maxHeadRows: number;
  /** Types that the device has kernels for. The first two are named where another is asked for. */
  readonly computeTypes: readonly ComputeType[];
}

export interface LoadOptions {
  /**
   * How far ONNX Runtime may rewrite the graph; `all` if absent. `basic` is exact; `all` fuses, and fuses float64 into
   * missing kernels.
   */
  readonly optimization?: "none" | "basic" | "extended" | "all";
  /** Repacks constant weights for speed (in float32 0 to 5 %, in int8 three times for a single row) at the price of a copy of them and a slower load; true if absent. */
  readonly prepack?: boolean;
  /** Widens constants in int8 in each run, into memory that the next may use, instead of once, when it loads; false if absent. */
  readonly widenInRuns?: boolean;
  /**
   * Records what the first runs do on a device and replays that later, which saves the host's share of a run; devices that
   * cannot do it compute as usual. Every size of the program must be a number, and each run must have the same resident
   * tensors as feeds and `into` as the first. Off if absent: it has not been seen on a GPU.
   */
  readonly replay?: boolean;
}

/** A tensor that lives where its engine computes. */
export interface ResidentTensor extends AsyncDisposable {
  readonly dtype: DataType;
  readonly shape: readonly number[];
  /** Copies the elements out. */
  read(): Promise<Tensor>;
  /** Replaces the elements; dtype and element count must agree. */
  write(tensor: Tensor): Promise<void>;
  /** A window on the same memory: `offset` in elements. Disposing a view does nothing. */
  view(offset: number, shape: readonly number[]): ResidentTensor;
}

/** What a program takes and gives. */
export type ProgramTypes = Pick<Program, "inputs" | "outputs">;

export interface Session extends AsyncDisposable {
  /** Of what was loaded; its bytes, which may hold weights, are not kept. */
  readonly program: ProgramTypes;
  /**
   * Runs once. Feeds are validated against the program's inputs: every name
   * present, dtype equal, every size known when the graph was built equal, and sizes of one name equal to each other.
   *
   * @returns the outputs that were not sent `into` a resident tensor.
   */
  run(request: RunRequest): Promise<Record<string, Tensor>>;
}

export interface RunRequest {
  readonly feeds: Readonly<Record<string, Tensor | ResidentTensor>>;
  /** Outputs to compute besides those of `into`; all of the program's if absent. */
  readonly outputs?: readonly string[];
  /**
   * Outputs to write into resident tensors, which may be inputs of the same run: the update is then in place. ONNX
   * Runtime does not know of the alias: whatever else reads that input must come before the write by the graph's order.
   */
  readonly into?: Readonly<Record<string, ResidentTensor>>;
  /**
   * Ends the run: before its turn, or before the next operator of its program where the engine can (`c-api`; the others
   * finish a run under way). What it wrote `into` resident tensors until then stays there.
   */
  readonly signal?: AbortSignal | undefined;
}
