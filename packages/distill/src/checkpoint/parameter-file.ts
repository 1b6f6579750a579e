import { elementCount, float32Values, SdttError, tensor } from "@sdtt/core";
import type { Tensor } from "@sdtt/core";
import { openSafetensors, readWeight, rotaryFrequencies, writeSafetensors } from "@sdtt/hub";
import type { TensorSource } from "@sdtt/hub";
import type { CausalConfig, Weights } from "@sdtt/models";
import { assertFinite } from "@sdtt/runtime";
import type { ResidentTensor } from "@sdtt/runtime";
import { viewsOf } from "../state/flat-layout.ts";
import type { Fill, FlatLayout } from "../state/flat-layout.ts";

/** What the original's modules put before each name. */
const prefix = "backbone.";

/**
 * Writes a flat array as a safetensors file under PyTorch's names, one tensor in memory at a time.
 *
 * @param rotary - adds the rotary frequencies, a buffer that the original's models store and insist on.
 * @throws SdttError `numeric` if a value is not finite; `io` if the disk refuses.
 */
export async function writeParameters(options: {
  path: string;
  layout: FlatLayout;
  flat: ResidentTensor;
  rotary?: CausalConfig;
}): Promise<void> {
  const { path, layout, flat, rotary } = options;
  const tensors = new Map<string, TensorSource>();
  for (const [name, view] of viewsOf(layout, flat).residents) {
    const read = async () => {
      const values = await view.read();
      assertFinite(name, values);
      return values;
    };
    tensors.set(prefix + name, { dtype: "float32", shape: view.shape, read });
  }
  if (rotary) {
    const frequencies = rotaryFrequencies(rotary);
    tensors.set(`${prefix}rotary_emb.inv_freq`, { ...frequencies, read: async () => frequencies });
  }
  await writeSafetensors({ path, tensors });
}

/** Fills from such a file. Throws `format` if it does not hold the layout. */
export function fillFromFile(path: string, layout: FlatLayout): Fill {
  return async (flat) => {
    await using file = await openSafetensors(path);
    await fill(flat, layout, async (name) => {
      const stored = file.tensors.get(prefix + name);
      if (!stored) throw new SdttError("format", `${path} has no tensor ${prefix + name}.`);
      return file.read(prefix + name);
    });
  };
}

/** Fills with the weights of a checkpoint, of whichever float type. */
export function fillFromWeights(weights: Weights, layout: FlatLayout): Fill {
  return (flat) =>
    fill(flat, layout, async (name) => {
      const weight = weights.get(name);
      if (!weight) throw new SdttError("checkpoint", `The model has no parameter ${name}.`);
      return readWeight(weight);
    });
}

/** One parameter in memory at a time. Throws `numeric` for one that is not finite: no update would fix it. */
async function fill(
  flat: ResidentTensor,
  layout: FlatLayout,
  read: (name: string) => Promise<Tensor>,
): Promise<void> {
  for (const [name, view] of viewsOf(layout, flat).residents) {
    const stored = await read(name);
    assertFinite(name, stored);
    const values = float32Values(stored);
    if (values.length !== elementCount(view.shape)) {
      const wanted = `[${view.shape.join(", ")}]`;
      throw new SdttError("format", `${name} has ${values.length} elements; expected ${wanted}.`);
    }
    await view.write(tensor("float32", view.shape, values));
  }
}
