import type { VNode } from "preact";
import type { Run } from "../state/run.ts";
import { Trouble } from "./trouble.tsx";

/** What went wrong with the texts: once, where it is the same for all of them. */
export function Failures({ runs, onRetry }: { runs: readonly Run[]; onRetry: () => void }): VNode {
  const failed = runs.filter(({ failure }) => failure !== undefined);
  const messages = new Set(failed.map(({ failure }) => failure!.message));
  const isShared = messages.size === 1 && failed.length === runs.length;
  return (
    <>
      {(isShared ? failed.slice(0, 1) : failed).map(({ model, failure }) => (
        <Trouble key={model} failure={failure!} model={isShared ? undefined : model} onRetry={onRetry} />
      ))}
    </>
  );
}
