import { setImmediate } from "node:timers/promises";
import { SdttError } from "@sdtt/core";
import type { Denoiser } from "@sdtt/core";
import { atStep } from "@sdtt/scheduler";
import type { Sequence } from "@sdtt/scheduler";
import type { DrawSetting } from "./draw-setting.ts";
import { createFairClock } from "./fair-clock.ts";
import { drawTurn, planTurn, splitDraws } from "./plan-turn.ts";
import type { Turn } from "./plan-turn.ts";
import { QueueFullError } from "./queue-full-error.ts";
import type { TextReveal } from "./text-reveal.ts";
import { createWaitingRoom } from "./waiting-room.ts";
import type { Member } from "./waiting-room.ts";

/** Takes the texts of many requests through their steps, in shared calls to one denoiser. */
export interface Batcher {
  /** Sequences that are not done. */
  readonly waiting: number;
  /**
   * Begins a request. The stream gives what each step of each of its sequences reveals, and ends when all are done. It
   * holds no more than the reveals of the request, however slowly it is read.
   *
   * Cancelling the stream or firing the signal gives the places of the request free at once: a call that is on its way
   * is answered to the others, and no later one is made for it.
   *
   * @throws QueueFullError if there is no room for its sequences; SdttError `unavailable` after `drain`.
   */
  submit(request: BatchRequest): ReadableStream<TextReveal>;
  /** Takes nothing more; resolves when what was taken is done. */
  drain(): Promise<void>;
}

export interface BatchRequest {
  readonly sequences: readonly Sequence[];
  readonly setting?: DrawSetting;
  /** Its reason, when it fires, is what the stream fails with. */
  readonly signal?: AbortSignal | undefined;
}

export interface BatcherOptions {
  readonly denoiser: Denoiser;
  /** Sequences that share a call; 16 unless given. */
  readonly maxBatch?: number | undefined;
  /** Sequences that may be under way; 256 unless given. */
  readonly capacity?: number | undefined;
  /** Told of every call that was answered. */
  readonly onTurn?: ((turn: TurnReport) => void) | undefined;
  /** Milliseconds, monotonic. */
  readonly now?: (() => number) | undefined;
}

export interface TurnReport {
  readonly sequences: number;
  readonly tokens: number;
  readonly milliseconds: number;
}

export function createBatcher(options: BatcherOptions): Batcher {
  const { denoiser, maxBatch = 16, capacity = 256, onTurn, now = () => performance.now() } = options;
  const room = createWaitingRoom();
  const clock = createFairClock();
  let turns = 0;
  /** Of a turn, in milliseconds, the latest counting most. */
  let usualTurn = 0;
  let running: Promise<void> | undefined;
  let draining = false;

  function submit({ sequences, setting = {}, signal }: BatchRequest): ReadableStream<TextReveal> {
    if (draining) throw new SdttError("unavailable", "The server is stopping and takes no new requests.");
    signal?.throwIfAborted();
    const unfinished = [...sequences.entries()].filter(([, sequence]) => sequence.next());
    if (room.size + unfinished.length > capacity) throw new QueueFullError(secondsOfWork());
    const reveals = room.enter({ sequences: unfinished, setting, signal, turn: turns, due: clock.time });
    running ??= run();
    return reveals;
  }

  async function run(): Promise<void> {
    for (;;) {
      // Requests that come, go and time out are heard of between two turns, and those that came together start together.
      await setImmediate();
      const turn = planTurn(room.members(), maxBatch);
      if (!turn) {
        running = undefined;
        return;
      }
      turns++;
      for (const member of turn.members) member.served = turns;
      await take(turn);
    }
  }

  async function take(turn: Turn<Member>): Promise<void> {
    const start = now();
    try {
      const draws = splitDraws(turn, await drawTurn(denoiser, turn));
      for (const [i, member] of turn.members.entries()) room.serve(member, draws[i]!);
    } catch (error) {
      for (const [i, member] of turn.members.entries()) {
        room.fail(member, atStep(error, { step: turn.requests[i]!.step, steps: member.sequence.steps }));
      }
      return;
    }
    const milliseconds = now() - start;
    clock.charge(
      turn.members.map(({ job }) => job),
      milliseconds,
    );
    usualTurn = usualTurn === 0 ? milliseconds : 0.9 * usualTurn + 0.1 * milliseconds;
    onTurn?.({ sequences: turn.members.length, tokens: turn.draw.rows.length, milliseconds });
  }

  /** Until the queue is empty, if all batches are full and no step is empty. */
  function secondsOfWork(): number {
    const steps = room.members().map(({ sequence }) => sequence.steps - sequence.next()!.step);
    const turnsLeft = steps.reduce((sum, left) => sum + left, 0) / maxBatch;
    return (turnsLeft * usualTurn) / 1000;
  }

  return {
    get waiting() {
      return room.size;
    },
    submit,
    async drain() {
      draining = true;
      await running;
    },
  };
}
