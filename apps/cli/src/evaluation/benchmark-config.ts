import { SdttError } from "@sdtt/core";
import { revealOrders } from "@sdtt/scheduler";
import { z } from "zod";
import { readJsonFile } from "../read-json-file.ts";
import type { FamilyOptions } from "./family.ts";
import { isMetricName, metricNames } from "./metric-names.ts";
import { defaultSweep, shownStepsOf } from "./sweep.ts";

/** A family under the name that the page gives it. */
export interface NamedFamily {
  readonly name: string;
  readonly family: FamilyOptions;
}

const most = 10_000;
const label = z.string().min(1).max(200);
const positive = z.int().min(1).max(1_000_000);

/** What is measured, of all families or of one. */
const sweep = z.strictObject({
  steps: z.array(positive).min(1).max(100).exactOptional(),
  temperatures: z.array(z.number().positive().max(100)).min(1).max(100).exactOptional(),
  precisions: z
    .array(z.enum(["exact", "gumbel32"]))
    .min(1)
    .exactOptional(),
  orders: z.array(z.enum(revealOrders)).min(1).exactOptional(),
  bos: z.boolean().exactOptional(),
  correctorSteps: z.int().min(0).max(65_536).exactOptional(),
  texts: positive.exactOptional(),
  length: z.int().min(2).max(1_000_000).exactOptional(),
  seed: z.int().nonnegative().exactOptional(),
});

const config = sweep.extend({
  families: z
    .array(
      sweep.extend({
        name: label,
        /** Names of models by what the page calls them. */
        models: z.record(label, z.string().min(1)).refine((models) => Object.keys(models).length <= most),
        judge: z.string().min(1),
        protocol: z.enum(["ids", "text"]).default("ids"),
        metrics: z
          .array(z.string().refine(isMetricName, `expected some of ${metricNames}`))
          .max(100)
          .optional(),
        teacher: label.optional(),
        reference: z
          .strictObject({
            data: z.string().min(1),
            field: z.string().default("text"),
            packing: z.enum(["joined", "documents"]).default("joined"),
          })
          .optional(),
      }),
    )
    .min(1)
    .max(most),
});

/**
 * The families of a benchmark. What a family does not say, the file says for all; what the file does not, `defaultSweep`.
 *
 * @throws SdttError `not-found` for a file that is not there, `format` for one that is not JSON, `usage` for a field that is
 *   unknown or out of range.
 */
export async function readBenchmarkConfig(path: string): Promise<NamedFamily[]> {
  const parsed = config.safeParse(await readJsonFile(path));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const place = issue!.path.length > 0 ? ` at ${issue!.path.join(".")}` : "";
    throw new SdttError("usage", `${path} is not a benchmark${place}: ${issue!.message}.`);
  }
  const { families, ...common } = parsed.data;
  const twice = families.find(({ name }, i) => families.findIndex((other) => other.name === name) < i);
  if (twice) throw new SdttError("usage", `${path} has two families called ${twice.name}.`);
  return families.map(({ name, models, judge, protocol, metrics, teacher, reference, ...own }) => {
    const swept = { ...defaultSweep, ...common, ...own };
    return {
      name,
      family: {
        models: Object.entries(models).map(([label, name]) => ({ label, name })),
        judge: { label: judge, name: judge },
        protocol,
        metrics,
        teacher,
        reference,
        sweep: swept,
        shownSteps: shownStepsOf(swept.steps),
      },
    };
  });
}
