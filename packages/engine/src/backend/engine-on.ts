import { SdttError, throwIfAborted, type Tensor } from "@sdtt/core";
import type { Engine, ProgramTypes, ResidentTensor, Session } from "../engine.ts";
import type { Backend, Executable, Input } from "./backend.ts";
import { createByteCheck } from "./byte-products.ts";
import { checkRequest } from "./request.ts";
import { checkFixedSizes, createReplayCheck, type ReplayCheck } from "./replay.ts";
import { createResidents } from "./residents.ts";
import { createTurns } from "./turns.ts";

/**
 * The engine that a backend makes. It does one thing at a time, in the order of the calls: a run takes all the threads
 * anyway, and resident tensors hold still while it uses them. Only to compile a program takes one thread, and needs nothing else
 * to hold still.
 */
export function engineOn<Block>(backend: Backend<Block>): Engine {
  const turns = createTurns();
  const residents = createResidents(backend.memory, turns);
  const loaded = new Set<Executable<Block>>();
  const multipliesBytesExactly = createByteCheck<Block>((program, options) =>
    backend.compile(program, options),
  );

  const inputOf = (feed: Tensor | ResidentTensor): Input<Block> =>
    "data" in feed ? { tensor: feed } : { block: residents.blockOf(feed) };

  const sessionOn = (
    program: ProgramTypes,
    executable: Executable<Block>,
    checkReplay: ReplayCheck | undefined,
  ): Session => ({
    program,
    run: (request) =>
      turns.take(async () => {
        const { signal } = request;
        throwIfAborted(signal);
        if (!loaded.has(executable)) {
          throw new SdttError("usage", "This session was disposed: load its program again.");
        }
        const { inputs, outputs } = checkRequest(program, request);
        checkReplay?.(inputs, outputs);
        const targets = outputs.map(({ name, into }) =>
          into ? { name, target: residents.blockOf(into) } : { name },
        );
        try {
          return await executable.run(inputs.map(inputOf), targets, signal);
        } catch (error) {
          throwIfAborted(signal);
          throw error;
        }
      }),
    [Symbol.asyncDispose]: () =>
      turns.release(async () => {
        if (loaded.delete(executable)) await executable.release();
      }),
  });

  return {
    name: backend.name,
    device: backend.device,
    openFiles: backend.openFiles,
    traits: backend.traits,
    load: (program, { optimization = "all", prepack = true, widenInRuns = false, replay = false } = {}) =>
      (backend.compilesBeside ? turns.beside : turns.take)(async () => {
        if (replay) checkFixedSizes(program);
        const exactBytes = program.multipliesBytes === true && !(await multipliesBytesExactly());
        const options = { optimization, prepack, widenInRuns, replay, exactBytes };
        const executable = await backend.compile(program, options);
        loaded.add(executable);
        const { inputs, outputs } = program;
        return sessionOn({ inputs, outputs }, executable, replay ? createReplayCheck() : undefined);
      }),
    place: residents.place,
    allocate: residents.allocate,
    [Symbol.asyncDispose]: () =>
      turns.close(async () => {
        for (const executable of loaded) await executable.release();
        await backend.close();
      }),
  };
}
