/** The first request to the worker: loads a build of ONNX Runtime. */
export interface OpenRequest {
  readonly kind: "open";
  readonly device: "cpu" | "webgpu";
  readonly threads: number;
  /** Any program, by which the build is tried. */
  readonly model: Uint8Array;
}
