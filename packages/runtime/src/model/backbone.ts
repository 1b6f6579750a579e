import { SdttError, tensor, throwIfAborted } from "@sdtt/core";
import type { RowsRequest, Tensor } from "@sdtt/core";
import type { Weights } from "@sdtt/graph";
import { backboneProgram } from "@sdtt/models";
import type { ModelDescription } from "@sdtt/models";
import type { Engine } from "../engine.ts";
import { loadBound } from "./bound-session.ts";
import type { BoundSession, ResidentWeights } from "./bound-session.ts";
import { planPasses } from "./passes.ts";

export interface ModelOptions {
  readonly engine: Engine;
  readonly description: ModelDescription;
  /** Where the weights lie: in files that the runtime maps, or resident in the engine, by name. */
  readonly weights: Weights | ResidentWeights;
  /** Positions that one pass of the network may hold; more sequences than fit are run one group after another. */
  readonly maxPositions?: number | undefined;
  /** Rows that are projected on the vocabulary at a time. */
  readonly maxHeadRows?: number | undefined;
}

/** The network up to the vocabulary projection, and the cutting of its rows into pieces that a head can take. */
export interface Backbone extends AsyncDisposable {
  /**
   * Computes the hidden rows of a request and gives them to `head`, at most `maxHeadRows` at a time.
   * `places` says for each hidden row which of `request.rows` it is.
   */
  forEachPart(request: RowsRequest, head: (part: HiddenPart) => Promise<void>): Promise<void>;
}

export interface HiddenPart {
  /** float32 `[places.length, hidden]` */
  readonly hidden: Tensor<"float32">;
  readonly places: Int32Array;
}

export async function loadBackbone(options: ModelOptions): Promise<Backbone> {
  const { engine, description, weights, maxPositions = 4096, maxHeadRows = 64 } = options;
  const { config } = description;
  const session = await loadBound(engine, weights, (files) => backboneProgram({ config, weights: files }));
  const passOptions = {
    maskId: config.vocabSize - 1,
    timeConditioning: config.timeConditioning,
    maxPositions,
  };
  return {
    async forEachPart(request, head) {
      if (config.timeConditioning && !request.sigma) {
        throw new SdttError("usage", "This model is conditioned on time: the request needs sigma.");
      }
      for (const pass of planPasses(request, passOptions)) {
        throwIfAborted(request.signal);
        const hidden = await runPass(session, pass);
        const width = config.hiddenSize;
        for (let start = 0; start < pass.places.length; start += maxHeadRows) {
          const places = pass.places.subarray(start, start + maxHeadRows);
          const rows = hidden.subarray(start * width, (start + places.length) * width);
          await head({ hidden: tensor("float32", [places.length, width], rows), places });
        }
      }
    },
    [Symbol.asyncDispose]: () => session[Symbol.asyncDispose](),
  };
}

async function runPass(
  session: BoundSession,
  pass: ReturnType<typeof planPasses>[number],
): Promise<Float32Array> {
  const { tokens, batch, length, rows, sigma } = pass;
  const feeds: Record<string, Tensor> = {
    tokens: tensor("int64", [batch, length], BigInt64Array.from(tokens, BigInt)),
    rows: tensor("int64", [rows.length], BigInt64Array.from(rows, BigInt)),
  };
  if (sigma) feeds.sigma = tensor("float32", [batch], sigma);
  const { hidden } = await session.run(feeds);
  return hidden!.data as Float32Array;
}
