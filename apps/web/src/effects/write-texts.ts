import { ApiFailure } from "../api/api-failure.ts";
import type { Client } from "../api/client.ts";
import { writersOf } from "../state/models.ts";
import type { Action } from "../state/reducer.ts";
import { requestFor } from "../state/settings.ts";
import type { Settings } from "../state/settings.ts";
import { describeFailure } from "./describe-failure.ts";

export interface WriteTextsOptions {
  readonly client: Client;
  readonly settings: Settings;
  readonly dispatch: (action: Action) => void;
  /** Whether the steps are shown by the clock; as they come unless given. */
  readonly isPaced?: boolean;
  /** Told that the server no longer serves this: it wants a key, or has other models. */
  readonly onChanged?: () => void;
  /** After it fires nothing more is dispatched. */
  readonly signal: AbortSignal;
  /** Milliseconds, monotonic. */
  readonly now?: () => number;
}

/** Has the models of the settings write, all at once; resolves when all have ended, however they did. */
export async function writeTexts(options: WriteTextsOptions): Promise<void> {
  const models = writersOf(options.settings);
  options.dispatch({ type: "start", models, isPaced: options.isPaced ?? false });
  await Promise.all(models.map((model, run) => writeText(run, model, options)));
}

async function writeText(run: number, model: string, options: WriteTextsOptions): Promise<void> {
  const { client, settings, dispatch, signal, now = () => performance.now() } = options;
  const start = now();
  try {
    for await (const event of client.denoise(requestFor(settings, model), signal)) {
      if (signal.aborted) return;
      dispatch({ type: "event", run, event, seconds: (now() - start) / 1000 });
    }
  } catch (error) {
    if (signal.aborted) return;
    dispatch({ type: "failure", run, failure: describeFailure(error) });
    if (error instanceof ApiFailure && [401, 404].includes(error.status)) options.onChanged?.();
  }
}
