import { expect } from "vitest";
import { commands } from "vitest/browser";
import type { LoadedModel } from "../src/index.ts";

/** Seeds whose text is another in the browser than in Node, where a draw fell the other way by a difference of rounding. */
export async function seedsThatDiffer(
  model: LoadedModel,
  count: number,
  options: { readonly steps: number; readonly length?: number },
): Promise<number[]> {
  const requests = Array.from({ length: count }, (_, seed) => ({ ...options, seed }));
  const inNode = await commands.writeInNode(requests);
  const differing: number[] = [];
  for (const [seed, request] of requests.entries()) {
    const { tokens } = await model.sample(request);
    expect(tokens[0]).toHaveLength(inNode[seed]!.length);
    if (inNode[seed]!.some((id, position) => id !== tokens[0]![position])) differing.push(seed);
  }
  return differing;
}
