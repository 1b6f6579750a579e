import type { VNode } from "preact";
import type { ModelInfo } from "../api/events.ts";
import type { Settings } from "../state/settings.ts";
import { millions } from "./format.ts";

export interface ModelFieldsProps {
  readonly settings: Settings;
  /** None while they are not known. */
  readonly models: readonly ModelInfo[];
  readonly isReady: boolean;
  readonly onChange: (change: Partial<Settings>) => void;
}

/** Which model writes, and which one beside it. */
export function ModelFields({ settings, models, isReady, onChange }: ModelFieldsProps): VNode {
  const { model, beside } = settings;
  // Of a pair each side offers both: to pick the other one exchanges them.
  const others = beside === undefined ? models.filter(({ id }) => id !== model) : models;
  return (
    <fieldset>
      <legend>Model</legend>
      <label class="field">
        <span class="name">Model</span>
        <select
          value={model}
          disabled={!isReady}
          onChange={({ currentTarget }) => onChange({ model: currentTarget.value })}
        >
          {models.map(optionFor)}
        </select>
      </label>
      {others.length > 0 || !isReady ? (
        <label class="field">
          <span class="name">Beside it</span>
          <select
            value={beside ?? ""}
            disabled={!isReady}
            onChange={({ currentTarget }) => onChange({ beside: currentTarget.value || undefined })}
          >
            <option value="">none</option>
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
