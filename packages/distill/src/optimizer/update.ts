import { SdttError, tensor } from "@sdtt/core";
import type { Engine, Session } from "@sdtt/runtime";
import { adamWProgram, adamWSettings, squaresProgram } from "../programs/optimizer-programs.ts";
import type { AdamWSettings } from "../programs/optimizer-programs.ts";
import { flatWindows } from "../state/flat-layout.ts";
import { stateArrays } from "../state/training-state.ts";
import type { TrainingState } from "../state/training-state.ts";

/** Updates the flat state in place, window by window. */
export interface StateUpdater extends AsyncDisposable {
  /** The Euclidean norm of the whole gradient. */
  gradientNorm(): Promise<number>;
  /** One AdamW update; the gradient is zero afterwards. */
  update(settings: AdamWSettings): Promise<void>;
}

/** Small enough for the caches, large enough that calls do not matter: 512 Ki elements measured best. */
const windowSize = 512 * 1024;

const programNames = ["weights", "first", "second", "average", "gradient"] as const;

export async function createStateUpdater(engine: Engine, state: TrainingState): Promise<StateUpdater> {
  const adamW: Session = await engine.load(adamWProgram());
  const squares: Session = await engine.load(squaresProgram());
  const windows = flatWindows(state.layout.length, windowSize).map(({ offset, count }) =>
    stateArrays.map((name) => state.arrays[name].view(offset, [count])),
  );
  return {
    async gradientNorm() {
      let sum = 0;
      for (const views of windows) {
        const result = await squares.run({ feeds: { gradient: views[stateArrays.indexOf("gradient")]! } });
        sum += Number(result.squares!.data[0]);
      }
      return Math.sqrt(sum);
    },
    async update(settings) {
      const numbers = Float32Array.from(adamWSettings, (name) => settings[name]);
      if (!numbers.every(Number.isFinite)) {
        throw new SdttError("numeric", `An optimizer setting is not finite: ${JSON.stringify(settings)}.`);
      }
      const feeds = { settings: tensor("float32", [numbers.length], numbers) };
      for (const views of windows) {
        const bound = Object.fromEntries(programNames.map((name, i) => [name, views[i]!]));
        const into = Object.fromEntries(programNames.map((name, i) => [`next:${name}`, views[i]!]));
        await adamW.run({ feeds: { ...feeds, ...bound }, into });
      }
    },
    async [Symbol.asyncDispose]() {
      await adamW[Symbol.asyncDispose]();
      await squares[Symbol.asyncDispose]();
    },
  };
}
