import { SdttError } from "@sdtt/core";
import { formatShape } from "../dimension.ts";
import type { ProgramValue } from "../program.ts";
import { leafAttributes } from "../value.ts";
import type { LeafAttributes, Node } from "../value.ts";

/** An input or a parameter: a leaf that a run or the weights bring by name. */
export type NamedLeaf = LeafAttributes & { readonly name: string };

/** Inputs and parameters, once each by name, inputs first. */
export function collectLeaves(nodes: readonly Node[]): NamedLeaf[] {
  const byName = new Map<string, NamedLeaf>();
  for (const node of nodes) {
    const leaf = leafAttributes(node);
    if (leaf?.name === undefined) continue;
    const other = byName.get(leaf.name);
    if (
      other &&
      (other.type.dtype !== leaf.type.dtype || formatShape(other.type.shape) !== formatShape(leaf.type.shape))
    ) {
      const [a, b] = [other, leaf].map(({ type }) => `${type.dtype}${formatShape(type.shape)}`);
      throw new SdttError("usage", `${leaf.name} is declared twice in one graph, as ${a} and as ${b}.`);
    }
    byName.set(leaf.name, leaf as NamedLeaf);
  }
  const all = [...byName.values()];
  return [...all.filter((leaf) => leaf.kind === "input"), ...all.filter((leaf) => leaf.kind !== "input")];
}

export function programValue({ name, type }: NamedLeaf): ProgramValue {
  return { name, dtype: type.dtype, shape: type.shape };
}
