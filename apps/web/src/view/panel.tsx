import type { ComponentChildren, VNode } from "preact";
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
    <article
      class="panel"
      aria-label={run.model}
      aria-busy={run.status === "waiting" || run.status === "writing"}
    >
      <h2>
        {run.model} <small>{remark(run)}</small>
      </h2>
      {run.status === "failed" && <p role="alert">{run.failure}</p>}
      <dl class="figures">
        <div>
          <dt>written</dt>
          <dd>
            {written} <small>of {toWrite} tokens</small>
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
    case "waiting":
      return "waits for its turn";
    case "writing":
      return `writes in ${steps} steps`;
    case "done":
      return `${passes} passes in ${seconds.toFixed(1)} s`;
    case "stopped":
      return "stopped";
    case "failed":
      return "failed";
  }
}
