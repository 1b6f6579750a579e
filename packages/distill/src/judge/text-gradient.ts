import { SdttError, tensor, throwIfAborted } from "@sdtt/core";
import type { CausalTexts, Tensor } from "@sdtt/core";
import type { Weights } from "@sdtt/graph";
import { causalParameters, isCausal } from "@sdtt/models";
import type { CausalDescription, ModelDescription } from "@sdtt/models";
import type { Engine, ResidentTensor, Session } from "@sdtt/runtime";
import { gradientInput, gradientOutput } from "../programs/step-program.ts";
import { textGradientProgram } from "../programs/text-gradient-program.ts";

export interface TextGradientOptions {
  readonly engine: Engine;
  /** As `openCheckpoint` of @sdtt/hub gives it, of an autoregressive family. */
  readonly description: ModelDescription;
  /** In files that the runtime maps. */
  readonly weights: Weights;
  /** Texts that go through the network at once; 4 unless given. */
  readonly batchSize?: number | undefined;
}

/** What Gradient Moment (`gradientMoment` of @sdtt/eval) asks of a judge. */
export interface TextGradients extends AsyncDisposable {
  /**
   * The gradient of the mean over texts of their nats per token, by every parameter, in the order of `causalParameters` and
   * without the mask's row of a projection: one vector. Texts of one token have no nats and count as 0.
   *
   * @throws SdttError `usage` for ids out of range and texts longer than the model reads; `aborted`.
   */
  gradient(
    texts: Omit<CausalTexts, "signal">,
    options?: { readonly signal?: AbortSignal | undefined },
  ): Promise<Float32Array>;
}

/**
 * Differentiates an autoregressive model at texts. Its weights stay where they are; the gradient takes as much memory as they
 * do in float32, and the vector that is handed out the same again.
 *
 * @throws SdttError `checkpoint` for a model that is not autoregressive.
 */
export async function createTextGradient(options: TextGradientOptions): Promise<TextGradients> {
  const { engine, description: model, weights, batchSize = 4 } = options;
  if (!isCausal(model)) {
    throw new SdttError(
      "checkpoint",
      `A gradient of texts is taken from an autoregressive model; got one of the family ${model.family}.`,
    );
  }
  let loaded: LoadedProgram | undefined;

  async function loadFor(causal: CausalDescription, length: number): Promise<LoadedProgram> {
    if (loaded?.length === length) return loaded;
    await loaded?.[Symbol.asyncDispose]();
    loaded = undefined;
    const program = textGradientProgram({ model: causal, weights, batch: batchSize, length });
    const session = await engine.load(program, { prepack: false });
    return (loaded = await loadProgram(engine, session, { model: causal, length }));
  }

  return {
    async gradient(texts, { signal } = {}) {
      throwIfAborted(signal);
      checkTexts(texts, model);
      const program = await loadFor(model, texts.length);
      await program.clear();
      for (let first = 0; first < texts.batch; first += batchSize) {
        await program.add(microBatch(texts, first, batchSize), signal);
      }
      return program.read();
    },
    async [Symbol.asyncDispose]() {
      await loaded?.[Symbol.asyncDispose]();
    },
  };
}

interface LoadedProgram extends AsyncDisposable {
  readonly length: number;
  clear(): Promise<void>;
  add(feeds: Readonly<Record<string, Tensor>>, signal: AbortSignal | undefined): Promise<void>;
  read(): Promise<Float32Array>;
}

/** A program and the gradients that it adds to, in the order of the model's parameters. */
async function loadProgram(
  engine: Engine,
  session: Session,
  { model, length }: { readonly model: CausalDescription; readonly length: number },
): Promise<LoadedProgram> {
  const sums = new Map<string, ResidentTensor>();
  const into: Record<string, ResidentTensor> = {};
  for (const { name } of causalParameters(model)) {
    const found = session.program.inputs.find((input) => input.name === gradientInput(name));
    if (!found) continue;
    const sum = await engine.allocate({ dtype: "float32", shape: found.shape as readonly number[] });
    sums.set(found.name, sum);
    into[gradientOutput(name)] = sum;
  }
  const bound = Object.fromEntries(sums);
  const sizeOf = ({ shape }: ResidentTensor) => shape.reduce((size, part) => size * part, 1);
  return {
    length,
    async clear() {
      for (const sum of sums.values()) {
        await sum.write(tensor("float32", sum.shape, new Float32Array(sizeOf(sum))));
      }
    },
    async add(feeds, signal) {
      await session.run({ feeds: { ...bound, ...feeds }, into, signal });
    },
    async read() {
      const all = new Float32Array([...sums.values()].reduce((total, sum) => total + sizeOf(sum), 0));
      let at = 0;
      for (const sum of sums.values()) {
        all.set((await sum.read()).data as Float32Array, at);
        at += sizeOf(sum);
      }
      return all;
    },
    async [Symbol.asyncDispose]() {
      await session[Symbol.asyncDispose]();
      for (const sum of sums.values()) await sum[Symbol.asyncDispose]();
    },
  };
}

/** Texts from `first` on as inputs; what is missing of a whole batch is filled up with texts that do not count. */
function microBatch(
  { tokens, batch, length, lengths }: Omit<CausalTexts, "signal">,
  first: number,
  size: number,
): Record<string, Tensor> {
  const grid = new Int32Array(size * length);
  grid.set(tokens.subarray(first * length, Math.min(first + size, batch) * length));
  const [rows, weights]: [number[], number[]] = [[], []];
  for (let i = 0; i < Math.min(size, batch - first); i++) {
    const scored = (lengths?.[first + i] ?? length) - 1;
    for (let position = 0; position < scored; position++) {
      rows.push(i * length + position);
      weights.push(1 / (scored * batch));
    }
  }
  // A program needs a row.
  if (rows.length === 0) [rows[0], weights[0]] = [0, 0];
  const int64 = (shape: number[], values: ArrayLike<number>) =>
    tensor("int64", shape, BigInt64Array.from(Array.from(values), BigInt));
  return {
    tokens: int64([size, length], grid),
    rows: int64([rows.length], rows),
    targets: int64(
      [rows.length],
      rows.map((row) => grid[row + 1] ?? 0),
    ),
    row_weights: tensor("float32", [rows.length], Float32Array.from(weights)),
  };
}

function checkTexts(
  { tokens, batch, length }: Omit<CausalTexts, "signal">,
  { family, config: { vocabSize, length: longest } }: CausalDescription,
): void {
  if (!(batch >= 1 && length >= 1 && tokens.length === batch * length)) {
    throw new SdttError(
      "usage",
      `Texts are [batch, length] ids; got ${tokens.length} for [${batch}, ${length}].`,
    );
  }
  if (family === "gpt2" && length > longest) {
    throw new SdttError("usage", `This model reads at most ${longest} positions of a text; got ${length}.`);
  }
  const outside = tokens.findIndex((id) => !(id >= 0 && id < vocabSize));
  if (outside < 0) return;
  throw new SdttError(
    "usage",
    `Ids go from 0 to ${vocabSize - 1}; got ${tokens[outside]} at index ${outside}.`,
  );
}
