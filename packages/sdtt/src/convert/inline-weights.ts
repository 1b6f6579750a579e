import { createReadStream } from "node:fs";
import { join } from "node:path";
import type { Program } from "@sdtt/models";
import onnxProto from "onnx-proto";
import type { onnx } from "onnx-proto";

const { GraphProto, ModelProto, TensorProto } = onnxProto.onnx;

/** An ONNX model with its weights inside, to be written piece by piece. */
export interface InlineModel {
  /** Bytes of all pieces together. */
  readonly size: number;
  pieces(): AsyncGenerator<Uint8Array>;
}

/**
 * Moves the weights of a program from files into the model itself. A protocol buffer message nests by announcing the
 * length of what follows, so the weights can be copied from their files as they are written, never all in memory.
 */
export function inlineWeights({ model: bytes, weightsFolder = "" }: Program): InlineModel {
  const { graph, ...model } = ModelProto.decode(bytes);
  const isExternal = (initializer: onnx.ITensorProto) => (initializer.externalData?.length ?? 0) > 0;
  const initializers = graph!.initializer ?? [];
  const small = GraphProto.encode({
    ...graph,
    initializer: initializers.filter((initializer) => !isExternal(initializer)),
  }).finish();
  const weights = initializers.filter(isExternal).map(({ name, dims, dataType, externalData }) => {
    const at = new Map(externalData!.map(({ key, value }) => [key!, value!]));
    const [offset, byteLength] = [Number(at.get("offset")), Number(at.get("length"))];
    const type = TensorProto.encode({ name: name!, dims: dims!, dataType: dataType! }).finish();
    const message = concat(type, announce(fields.rawData, byteLength));
    const head = concat(announce(fields.initializer, message.length + byteLength), message);
    return { path: join(weightsFolder, at.get("location")!), offset, byteLength, head };
  });
  const graphLength = weights.reduce(
    (sum, { head, byteLength }) => sum + head.length + byteLength,
    small.length,
  );
  const head = concat(ModelProto.encode(model).finish(), announce(fields.graph, graphLength));

  return {
    size: head.length + graphLength,
    async *pieces() {
      yield concat(head, small);
      for (const { path, offset, byteLength, head } of weights) {
        yield head;
        yield* createReadStream(path, {
          start: offset,
          end: offset + byteLength - 1,
          highWaterMark: 2 ** 20,
        }) as AsyncIterable<Uint8Array>;
      }
    },
  };
}

/** Field numbers of onnx.proto: ModelProto.graph, GraphProto.initializer, TensorProto.raw_data. */
const fields = { graph: 7, initializer: 5, rawData: 9 } as const;

/** The start of a length-delimited field: its number and wire type, and how many bytes follow, seven bits at a time. */
function announce(field: number, length: number): Uint8Array {
  const bytes = [(field << 3) | 2];
  let rest = length;
  for (; rest > 0x7f; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 0x80);
  return Uint8Array.of(...bytes, rest);
}

function concat(...parts: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat(parts);
}
