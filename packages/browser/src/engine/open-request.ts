/** The first request to the worker: loads a build of ONNX Runtime. */
export interface OpenRequest {
  readonly kind: "open";
  readonly device: "cpu" | "webgpu";
  readonly threads: number;
}
