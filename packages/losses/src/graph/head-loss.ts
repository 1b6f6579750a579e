import { add, gemm, linear, mapRowChunks, multiply, reduceSum, reshape } from "@sdtt/graph";
import type { Value } from "@sdtt/graph";
import type { RowLossGradient } from "./row-loss.ts";

export interface HeadLossOptions {
  /** `[rows, width]`: what the vocabulary projection takes. */
  readonly hidden: Value;
  /** `[tokens, width]` and `[tokens]`: the projection, without the mask's row. */
  readonly weight: Value;
  readonly bias: Value;
  /** `[rows]`: what each row's loss counts. 0 is padding. */
  readonly rowWeights: Value;
  /** What else the loss needs of each row: targets, a teacher's hidden rows. Each `[rows, ...]`. */
  readonly rowInputs?: readonly Value[];
  /** The loss of a chunk of rows from its logits and its part of `rowInputs`. */
  readonly rowLoss: (logits: Value, rowInputs: readonly Value[]) => RowLossGradient;
  /** What to add the gradients of weight and bias to. */
  readonly weightGradient: Value;
  readonly biasGradient: Value;
  /** float `[]`: what to add the loss to. */
  readonly loss: Value;
  /** Rows whose logits are held at a time. */
  readonly chunk: number;
}

export interface HeadLoss {
  readonly loss: Value;
  /** `[rows, width]` */
  readonly hiddenGradient: Value;
  readonly weightGradient: Value;
  readonly biasGradient: Value;
}

/**
 * Projection, loss and backward pass of the projection in one sweep over chunks of rows, so that `[rows, tokens]` is never
 * held: the gradients by the logits are closed forms, and go at once into those of hidden, weight and bias.
 */
export function headLoss(options: HeadLossOptions): HeadLoss {
  const { hidden, weight, bias, rowWeights, rowInputs = [], rowLoss, chunk } = options;
  const swept = mapRowChunks({
    rows: [hidden, rowWeights, ...rowInputs],
    carried: [options.loss, options.weightGradient, options.biasGradient],
    chunk,
    body({ rows: [x, weights, ...inputs], carried: [loss, weightGradient, biasGradient] }) {
      const row = rowLoss(linear(x!, weight, bias), inputs);
      const column = reshape(weights!, [weights!.shape[0]!, 1]);
      const gradient = multiply(row.gradient, column);
      return {
        rows: [gemm(gradient, weight)],
        carried: [
          add(loss!, reduceSum(multiply(row.loss, column), { axes: [0, 1] })),
          gemm(gradient, x!, { transposeA: true, c: weightGradient! }),
          add(biasGradient!, reduceSum(gradient, { axes: [0] })),
        ],
      };
    },
  });
  const [loss, weightGradient, biasGradient] = swept.carried as [Value, Value, Value];
  return { loss, hiddenGradient: swept.rows[0]!, weightGradient, biasGradient };
}
