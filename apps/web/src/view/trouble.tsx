import type { VNode } from "preact";
import type { Failure } from "../state/run.ts";

export interface TroubleProps {
  readonly failure: Failure;
  /** Whom it befell, where others went on. */
  readonly model?: string | undefined;
  readonly onRetry: () => void;
}

/** What went wrong, and a way to try again where that may help. */
export function Trouble({ failure: { message, canRetry }, model, onRetry }: TroubleProps): VNode {
  return (
    <div class="trouble" role="alert">
      <p>{model === undefined ? message : `${model}: ${message}`}</p>
      {canRetry && (
        <button type="button" onClick={onRetry}>
          Try again
        </button>
      )}
    </div>
  );
}
