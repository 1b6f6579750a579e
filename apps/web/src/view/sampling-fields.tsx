import type { VNode } from "preact";
import type { ModelInfo } from "../api/events.ts";
import { hasGaps } from "../state/gaps.ts";
import { ranges } from "../state/settings.ts";
import type { Settings } from "../state/settings.ts";
import { SamplerFields } from "./sampler-fields.tsx";
import { Slider } from "./slider.tsx";
import { nearest } from "./stops.ts";

export interface SamplingFieldsProps {
  readonly settings: Settings;
  /** None while they are not known. */
  readonly models: readonly ModelInfo[];
  readonly onChange: (change: Partial<Settings>) => void;
}

/** Evenly spaced to the eye: what halves the steps is as far as what doubles them. */
const stepStops = [1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512, 768, 1024];

export function SamplingFields({ settings, models, onChange }: SamplingFieldsProps): VNode {
  const { text, length, steps, sampler, temperature = 1, topP = 1, seed } = settings;
  const isInfill = hasGaps(text);
  const stops = stepStops.filter((stop) => stop <= Math.max(1, ...models.map(({ maxSteps }) => maxSteps)));
  return (
    <fieldset>
      <legend>Sampling</legend>
      <SamplerFields settings={settings} onChange={onChange} />
      <Slider
        label="Steps"
        shown={sampler === "adaptive" ? "as many as it needs" : String(steps)}
        value={nearest(stops, steps)}
        min={0}
        max={stops.length - 1}
        step={1}
        isDisabled={sampler === "adaptive"}
        onValue={(stop) => onChange({ steps: stops[stop]! })}
      />
      <Slider
        label="Length"
        shown={isInfill ? "as the gaps say" : `${length} tokens`}
        value={length}
        min={8}
        max={Math.max(8, length, ...models.map(({ maxLength }) => maxLength))}
        step={8}
        isDisabled={isInfill}
        onValue={(length) => onChange({ length })}
      />
      <Slider
        label="Temperature"
        shown={temperature.toFixed(2)}
        value={temperature}
        min={ranges.temperature[0]}
        max={ranges.temperature[1]}
        step={0.05}
        onValue={(temperature) => onChange({ temperature })}
      />
      <Slider
        label="Top-p"
        shown={topP.toFixed(2)}
        value={topP}
        min={ranges.topP[0]}
        max={ranges.topP[1]}
        step={0.05}
        onValue={(topP) => onChange({ topP })}
      />
      <label class="field">
        <span class="name">Seed</span>
        <input
          type="number"
          inputmode="numeric"
          min={ranges.seed[0]}
          max={ranges.seed[1]}
          step={1}
          required
          value={seed}
          onInput={({ currentTarget: { value, validity } }) => {
            if (validity.valid) onChange({ seed: Number(value) });
          }}
        />
      </label>
    </fieldset>
  );
}
