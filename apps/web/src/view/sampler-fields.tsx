import { revealOrders } from "@sdtt/scheduler";
import type { RevealOrder } from "@sdtt/scheduler";
import type { VNode } from "preact";
import { hasWords } from "../state/gaps.ts";
import { samplerChoices } from "../state/settings.ts";
import type { SamplerChoice, Settings } from "../state/settings.ts";
import { Slider } from "./slider.tsx";
import { nearest } from "./stops.ts";

export interface SamplerFieldsProps {
  readonly settings: Settings;
  readonly onChange: (change: Partial<Settings>) => void;
}

const names: Record<SamplerChoice, string> = {
  plain: "plain",
  remasking: "remasking",
  adaptive: "adaptive",
  blocks: "block by block",
};

/** What each does, in a line. */
const hints: Record<SamplerChoice, string> = {
  plain:
    "Each step writes some of the masks. Corrector steps then rewrite a fourth of the text each, to correct it.",
  remasking: "Each step also masks some written tokens again and rewrites them. Pays with many steps.",
  adaptive: "Each pass writes as many tokens as it is sure of together.",
  blocks: "From left to right, one part of the text after the other.",
};

const orderNames: Record<RevealOrder, string> = {
  random: "random",
  spread: "neighbours apart",
  confidence: "likeliest first",
};

/** Sweeps over the text take four each. */
const correctorStops = [0, 4, 8, 12, 16, 24, 32, 64];

const gammaStops = [0.1, 0.2, 0.5, 1, 2, 3, 5, 10, 20, 50, 100];

/** Of guidance; the server takes more. */
const strongest = 5;

/** How masks turn into tokens, the one setting of that way, and how much the given words count. */
export function SamplerFields({ settings, onChange }: SamplerFieldsProps): VNode {
  const { text, sampler, order, correctorSteps = 0, eta, gamma, blocks, guidance } = settings;
  return (
    <>
      <label class="field">
        <span class="name">Sampler</span>
        <select
          value={sampler}
          onChange={({ currentTarget }) => onChange({ sampler: currentTarget.value as SamplerChoice })}
        >
          {samplerChoices.map((choice) => (
            <option key={choice} value={choice}>
              {names[choice]}
            </option>
          ))}
        </select>
      </label>
      <p class="hint sampler">{hints[sampler]}</p>
      {(sampler === "plain" || sampler === "blocks") && (
        <label class="field">
          <span class="name">Order</span>
          <select
            value={order}
            onChange={({ currentTarget }) => onChange({ order: currentTarget.value as RevealOrder })}
          >
            {revealOrders.map((choice) => (
              <option key={choice} value={choice}>
                {orderNames[choice]}
              </option>
            ))}
          </select>
        </label>
      )}
      {(sampler === "plain" || sampler === "blocks") && (
        <Slider
          label="Corrector steps"
          shown={correctorSteps > 0 ? `${correctorSteps}, after the others` : "none"}
          value={nearest(correctorStops, correctorSteps)}
          min={0}
          max={correctorStops.length - 1}
          step={1}
          onValue={(stop) => onChange({ correctorSteps: correctorStops[stop]! })}
        />
      )}
      {sampler === "remasking" && (
        <Slider
          label="Masked again"
          shown={`${(100 * eta).toFixed(0)} % a step`}
          value={eta}
          min={0}
          max={0.5}
          step={0.01}
          onValue={(eta) => onChange({ eta })}
        />
      )}
      {sampler === "adaptive" && (
        <Slider
          label="Entropy of a pass"
          shown={`${gamma} nats`}
          value={nearest(gammaStops, Math.max(gamma, gammaStops[0]!))}
          min={0}
          max={gammaStops.length - 1}
          step={1}
          onValue={(stop) => onChange({ gamma: gammaStops[stop]! })}
        />
      )}
      {sampler === "blocks" && (
        <Slider
          label="Blocks"
          shown={String(blocks)}
          value={blocks}
          min={2}
          max={16}
          step={1}
          onValue={(blocks) => onChange({ blocks })}
        />
      )}
      <Slider
        label="Guidance"
        shown={!hasWords(text) ? "needs a prompt" : guidance > 0 ? `${guidance}, two passes a step` : "none"}
        value={guidance}
        min={0}
        max={Math.max(strongest, guidance)}
        step={0.25}
        isDisabled={!hasWords(text)}
        onValue={(guidance) => onChange({ guidance })}
      />
    </>
  );
}
