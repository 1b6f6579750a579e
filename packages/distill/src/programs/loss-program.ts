import { add, linear, mapRowChunks, multiply, reduceSum, reshape, scalar, serialize } from "@sdtt/graph";
import type { Program } from "@sdtt/graph";
import { studentForward } from "./student-forward.ts";
import type { StepProgramOptions } from "./student-forward.ts";

/**
 * The loss of one micro-batch alone: the inputs of `stepProgram` without the gradients, and its output `loss`. Nothing is
 * dropped.
 */
export function lossProgram(options: StepProgramOptions): Program {
  const { objective, chunk = 256 } = options;
  const { hidden, weight, bias, rowWeights, rowInputs, rowLoss } = studentForward({ ...options, dropout: 0 });
  const swept = mapRowChunks({
    rows: [hidden, rowWeights, ...rowInputs],
    carried: [scalar("float32", 0)],
    chunk,
    body({ rows: [x, weights, ...inputs], carried: [sum] }) {
      const { loss } = rowLoss(linear(x!, weight, bias), inputs);
      const column = reshape(weights!, [weights!.shape[0]!, 1]);
      return { rows: [], carried: [add(sum!, reduceSum(multiply(loss, column), { axes: [0, 1] }))] };
    },
  });
  return serialize({ name: `measure ${objective.name}`, outputs: { loss: swept.carried[0]! } });
}
