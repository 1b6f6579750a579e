import type { VNode } from "preact";
import type { Playhead } from "../state/playhead.ts";

export interface PlayButtonProps {
  readonly mode: Playhead["mode"];
  readonly isDisabled: boolean;
  readonly onPlay: () => void;
  /** Ends the writing. */
  readonly onStop: () => void;
}

/** Plays and pauses the steps; while they are being written, stops that. */
export function PlayButton({ mode, isDisabled, onPlay, onStop }: PlayButtonProps): VNode {
  const { label, sign } = {
    writing: { label: "Stop writing", sign: "stop" },
    following: { label: "Stop writing", sign: "stop" },
    playing: { label: "Pause", sign: "pause" },
    resting: { label: "Play the steps", sign: "play" },
  }[mode];
  return (
    <button
      type="button"
      class="round"
      aria-label={label}
      disabled={isDisabled}
      onClick={mode === "following" || mode === "writing" ? onStop : onPlay}
    >
      <span class={sign} aria-hidden="true" />
    </button>
  );
}
