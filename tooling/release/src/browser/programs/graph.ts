import { gradients, input, linear, multiply, parameter, reduceMean, serialize, subtract } from "@sdtt/graph";

/** The bytes of an ONNX program with a derivative. */
export async function run(): Promise<unknown> {
  const x = input("x", "float32", ["rows", 4]);
  const y = input("y", "float32", ["rows", 1]);
  const weight = parameter("weight", "float32", [1, 4]);
  const error = subtract(linear(x, weight), y);
  const loss = reduceMean(multiply(error, error), { axes: [0, 1] });
  const [gradient] = gradients(loss, [weight]);
  return [...serialize({ outputs: { loss, gradient: gradient! } }).model];
}
