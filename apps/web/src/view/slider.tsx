import type { VNode } from "preact";
import { useId } from "preact/hooks";

export interface SliderProps {
  readonly label: string;
  /** What the value is called; what the slider says to those who do not see it as well. */
  readonly shown: string;
  readonly value: number;
  readonly min: number;
  readonly max: number;
  readonly step: number;
  readonly isDisabled?: boolean;
  readonly onValue: (value: number) => void;
}

export function Slider({ label, shown, value, min, max, step, isDisabled, onValue }: SliderProps): VNode {
  const id = useId();
  return (
    <div class="field">
      <label class="name" for={id}>
        {label}
      </label>
      <span class="shown" aria-hidden="true">
        {shown}
      </span>
      <input
        id={id}
        type="range"
        min={min}
        max={max}
        step={step}
        value={value}
        disabled={isDisabled}
        aria-valuetext={shown}
        onInput={({ currentTarget }) => onValue(currentTarget.valueAsNumber)}
      />
    </div>
  );
}
