import type { ModelInfo } from "../api/events.ts";
import type { Settings } from "./settings.ts";
import type { Catalog } from "./state.ts";

/**
 * Settings that the server's models can serve: names that it does not know are dropped, numbers cut to its limits, and what
 * nobody has set yet is what the model recommends.
 */
export function fitSettings(settings: Settings, catalog: Catalog): Settings {
  if (catalog.status !== "ready") return settings;
  const known = (name: string | undefined) => (findModel(catalog.models, name) ? name : undefined);
  const model = known(settings.model) ?? catalog.models[0]?.id;
  const beside = known(settings.beside);
  const { temperature, topP, order, correctorSteps } = findModel(catalog.models, model) ?? {};
  const writers = writersOf({ model, beside }).map((name) => findModel(catalog.models, name)!);
  const least = (limits: number[], value: number) => Math.min(value, ...limits);
  return {
    ...settings,
    model,
    beside: beside === model ? undefined : beside,
    temperature: settings.temperature ?? temperature,
    topP: settings.topP ?? topP,
    order: settings.order ?? order,
    correctorSteps: settings.correctorSteps ?? correctorSteps,
    length: least(
      writers.map(({ maxLength }) => maxLength),
      settings.length,
    ),
    steps: least(
      writers.map(({ maxSteps }) => maxSteps),
      settings.steps,
    ),
  };
}

/** Settings with some changed. Who picks the model of the other side wants the two exchanged, not one of them gone. */
export function changeSettings(settings: Settings, change: Partial<Settings>): Settings {
  const changed = { ...settings, ...change };
  if (changed.beside === undefined || changed.model !== changed.beside) return changed;
  return change.beside === undefined
    ? { ...changed, beside: settings.model }
    : { ...changed, model: change.model ?? settings.beside ?? settings.model };
}

/** The models that write, one or two. */
export function writersOf({ model, beside }: Pick<Settings, "model" | "beside">): string[] {
  return [model, beside].filter((name) => name !== undefined);
}

function findModel(models: readonly ModelInfo[], name: string | undefined): ModelInfo | undefined {
  return models.find(({ id }) => id === name);
}
