import type { ComponentChildren, VNode } from "preact";
import { isUnderWay } from "../state/run.ts";
import type { Run } from "../state/run.ts";
import { statisticsAt } from "../state/statistics.ts";

export interface PanelProps {
  readonly run: Run;
  readonly step: number;
  readonly children: ComponentChildren;
}

/** One model's text, and what there is to say of it. */
export function Panel({ run, step, children }: PanelProps): VNode {
  const { written, toWrite, entropy, tokensPerSecond } = statisticsAt(run, step);
  return (
    <article class="panel" aria-label={run.model || "Text"} aria-busy={isUnderWay(run)}>
      {/* While the model is not known, a blank that does not collapse holds the line, and there is no heading to read. */}
      <h2 aria-hidden={run.model === "" || undefined}>
        {run.model || "\u00a0"} <small>{remark(run)}</small>
      </h2>
      <dl class="figures">
        <div>
          <dt>written</dt>
          <dd>
            {run.length === 0 ? "–" : written} <small>{run.length > 0 && `of ${toWrite} `}tokens</small>
          </dd>
        </div>
        <div>
          <dt>speed</dt>
          <dd>
            {tokensPerSecond === undefined ? "–" : tokensPerSecond.toFixed(tokensPerSecond < 10 ? 1 : 0)}{" "}
            <small>tokens/s</small>
          </dd>
        </div>
        <div>
          <dt title="Unigram entropy: how evenly the text spreads over its tokens. A text that repeats itself has little.">
            entropy
          </dt>
          <dd>
            {entropy === undefined ? "–" : entropy.toFixed(2)} <small>nats</small>
          </dd>
        </div>
      </dl>
      {children}
    </article>
  );
}

function remark({ status, steps, passes, seconds }: Run): string {
  switch (status) {
    case "idle":
      return "";
    case "waiting":
      return "waiting for the model";
    case "writing":
      return `writing in up to ${steps} steps`;
    case "done":
      return `${passes} passes in ${seconds.toFixed(1)} s`;
    case "stopped":
      return "stopped";
    case "failed":
      return "failed";
  }
}
