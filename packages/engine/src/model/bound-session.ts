import { SdttError } from "@sdtt/core";
import type { Tensor } from "@sdtt/core";
import type { Program, Weights } from "@sdtt/graph";
import type { Engine, LoadOptions, ResidentTensor, RunRequest } from "../engine.ts";

/** Weights that live in an engine, by parameter name: those of a model in training. */
export interface ResidentWeights {
  readonly residents: ReadonlyMap<string, ResidentTensor>;
}

/** Makes a program. What it finds among the weights it binds, the rest become inputs. */
export type BuildProgram = (files: Weights) => Program | Promise<Program>;

/** A session that is fed its weights by itself. */
export interface BoundSession extends AsyncDisposable {
  /** As `Session.run`: what goes `into` resident tensors is not returned. */
  run(
    feeds: RunRequest["feeds"],
    into?: RunRequest["into"],
    signal?: AbortSignal,
  ): Promise<Record<string, Tensor>>;
}

/**
 * Loads a program with its weights: from files as part of the program, or resident as inputs that every run is given. A
 * parameter that takes the first rows of a resident weight gets a view of them.
 */
export async function loadBound(
  engine: Engine,
  weights: Weights | ResidentWeights,
  build: BuildProgram,
  options?: LoadOptions,
): Promise<BoundSession> {
  const isResident = "residents" in weights;
  const program = await build(isResident ? new Map() : weights);
  const session = await engine.load(program, options);
  const bound = isResident ? residentFeeds(program, weights) : {};
  const names = program.outputs.map(({ name }) => name);
  const outputsBut = (into: object) => names.filter((name) => !(name in into));
  return {
    run: (feeds, into = {}, signal) =>
      session.run({ feeds: { ...bound, ...feeds }, outputs: outputsBut(into), into, signal }),
    [Symbol.asyncDispose]: () => session[Symbol.asyncDispose](),
  };
}

function residentFeeds(program: Program, { residents }: ResidentWeights): Record<string, ResidentTensor> {
  const feeds: Record<string, ResidentTensor> = {};
  for (const { name, shape } of program.inputs) {
    const resident = residents.get(name);
    if (!resident) continue;
    if (!shape.every((size) => typeof size === "number")) {
      throw new SdttError(
        "usage",
        `Parameter ${name} has no fixed shape: it cannot be bound to a resident tensor.`,
      );
    }
    feeds[name] = resident.view(0, shape);
  }
  return feeds;
}
