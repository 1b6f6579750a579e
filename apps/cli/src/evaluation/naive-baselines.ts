import { periodicTexts, unigramTexts } from "@sdtt/eval";
import type { BaselineOptions, Samples } from "@sdtt/eval";
import { plural } from "@sdtt/report/text";

/** Texts that a rule makes of a reference, without any model. */
export interface NaiveBaseline {
  /** What a report calls it. */
  readonly label: string;
  make(options: BaselineOptions): Samples;
}

/** What has a good entropy without sense; and what has a good perplexity, with little entropy or, at a long period, with much. */
export function naiveBaselines(length: number): readonly NaiveBaseline[] {
  const periods = [Math.ceil(length / 16), Math.ceil(0.4 * length)];
  return [
    { label: "independent tokens", make: unigramTexts },
    ...periods.map((period) => ({
      label: `period of ${plural(period, "token")}`,
      make: (options: BaselineOptions) => periodicTexts({ ...options, period }),
    })),
  ];
}
