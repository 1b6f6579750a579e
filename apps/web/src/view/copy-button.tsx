import type { VNode } from "preact";
import { useState } from "preact/hooks";

export interface CopyButtonProps {
  readonly label: string;
  readonly isDisabled?: boolean;
  /** Whether the browser let it. */
  readonly onCopy: () => Promise<boolean>;
}

/** Says for a moment how it went. */
export function CopyButton({ label, isDisabled, onCopy }: CopyButtonProps): VNode {
  const [outcome, setOutcome] = useState<string>();
  const copy = async () => {
    setOutcome((await onCopy()) ? "Copied" : "Not allowed here");
    setTimeout(() => setOutcome(undefined), 1600);
  };
  return (
    <button type="button" class="quiet" disabled={isDisabled} onClick={() => void copy()}>
      {outcome ?? label}
    </button>
  );
}
