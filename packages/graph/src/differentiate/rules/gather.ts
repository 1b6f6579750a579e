import { multiplyDimensions } from "../../dimension.ts";
import type { Dimension } from "../../dimension.ts";
import { equal, where } from "../../ops/compare.ts";
import { gather, gatherElements, scatterAddElements, scatterAddRows } from "../../ops/gather.ts";
import { reshape } from "../../ops/layout.ts";
import { range } from "../../ops/size.ts";
import { scalar } from "../../scalar.ts";
import { singleOutputRule } from "../rule.ts";
import type { Rule } from "../rule.ts";
import { broadcastZero } from "../zero.ts";

export const gatherRules: Readonly<Record<string, Rule>> = {
  Gather: singleOutputRule((g, { inputs: [x, indices] }) => {
    const count = multiplyDimensions(...indices!.shape);
    const width = multiplyDimensions(...x!.shape.slice(1));
    const table = broadcastZero(x!.dtype, [x!.shape[0]!, width]);
    const rows = scatterAddRows(table, reshape(indices!, [count]), reshape(g, [count, width]));
    return [reshape(rows, x!.shape), undefined];
  }),
  ScatterRows: singleOutputRule((g, { inputs: [, indices] }) => [g, undefined, gather(g, indices!)]),
  GatherElements: singleOutputRule((g, { inputs: [x, indices] }) => [
    scatterAddElements(broadcastZero(x!.dtype, x!.shape), indices!, g),
    undefined,
  ]),
  ScatterElements: singleOutputRule((g, { inputs: [, indices] }) => [
    g,
    undefined,
    gatherElements(g, indices!),
  ]),
  PickAlongRows: singleOutputRule((g, { inputs: [x, index] }) => {
    const [rows, count, ...rest] = x!.shape as [Dimension, Dimension, ...Dimension[]];
    const flat = rest.map(() => 1);
    const isPicked = equal(reshape(range(count), [1, count, ...flat]), reshape(index!, [rows, 1, ...flat]));
    return [where(isPicked, reshape(g, [rows, 1, ...rest]), scalar(g.dtype, 0)), undefined];
  }),
};
