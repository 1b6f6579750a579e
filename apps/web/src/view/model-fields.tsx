import type { VNode } from "preact";
import type { ModelInfo } from "../api/events.ts";
import type { Settings } from "../state/settings.ts";
import { millions } from "./format.ts";

export interface ModelFieldsProps {
  readonly settings: Settings;
  readonly models: readonly ModelInfo[];
  readonly onChange: (change: Partial<Settings>) => void;
}

/** Who writes, and who writes beside. */
export function ModelFields({ settings: { model, beside }, models, onChange }: ModelFieldsProps): VNode {
  const others = models.filter(({ id }) => id !== model);
  return (
    <fieldset>
      <legend>Model</legend>
      <label class="field">
        <span class="name">Model</span>
        <select value={model} onChange={({ currentTarget }) => onChange({ model: currentTarget.value })}>
          {models.map(optionFor)}
        </select>
      </label>
      {others.length > 0 ? (
        <label class="field">
          <span class="name">Beside it</span>
          <select
            value={beside ?? ""}
            onChange={({ currentTarget }) => onChange({ beside: currentTarget.value || undefined })}
          >
            <option value="">nobody</option>
            {others.map(optionFor)}
          </select>
        </label>
      ) : (
        <p class="hint">
          A second model, <code>sdtt serve --also NAME</code>, can write beside this one, step by step.
        </p>
      )}
    </fieldset>
  );
}

function optionFor({ id, parameters }: ModelInfo): VNode {
  return (
    <option key={id} value={id}>
      {id} · {millions(parameters)}
    </option>
  );
}
