import type { Draws } from "@sdtt/core";
import type { Sequence } from "@sdtt/scheduler";
import type { DrawSetting } from "./draw-setting.ts";
import type { Candidate } from "./plan-turn.ts";
import type { TextReveal } from "./text-reveal.ts";

/** Who waits for draws, and the streams that tell their requests what came of them. */
export interface WaitingRoom {
  /** Sequences that are not done. */
  readonly size: number;
  /** In the order of arrival. */
  members(): Member[];
  /** Lets the unfinished sequences of a request in; they leave when they are done, or their request is given up. */
  enter(request: Entry): ReadableStream<TextReveal>;
  /** Gives a sequence its draws and its request what they reveal; nothing if it has left meanwhile. */
  serve(member: Member, draws: Draws): void;
  /** Ends the request of a member: its sequences leave, and its stream fails with the reason. */
  fail(member: Member, reason: unknown): void;
}

interface Entry {
  /** Each with its place in the request. */
  readonly sequences: readonly (readonly [index: number, sequence: Sequence])[];
  readonly setting: DrawSetting;
  readonly signal: AbortSignal | undefined;
  /** The turn in which they arrive. */
  readonly turn: number;
  /** When the request is due on the fair clock. */
  readonly due: number;
}

/** A sequence that waits. */
export interface Member extends Candidate {
  readonly job: Job;
  readonly index: number;
  served: number;
}

/** A request under way. */
interface Job {
  due: number;
  readonly controller: ReadableStreamDefaultController<TextReveal>;
  readonly members: Set<Member>;
}

export function createWaitingRoom(): WaitingRoom {
  const waiting = new Set<Member>();

  function enter({ sequences, setting, signal, turn, due }: Entry): ReadableStream<TextReveal> {
    const members = new Set<Member>();
    return new ReadableStream<TextReveal>({
      start(controller) {
        const job = { due, controller, members };
        for (const [index, sequence] of sequences) {
          members.add({ job, index, sequence, setting, served: turn });
        }
        for (const member of members) waiting.add(member);
        if (members.size === 0) controller.close();
        signal?.addEventListener("abort", () => end(job, signal.reason), { once: true });
      },
      cancel: () => forget(members),
    });
  }

  function serve(member: Member, draws: Draws): void {
    if (!waiting.has(member)) return;
    const { job, index, sequence } = member;
    const { step } = sequence.next()!;
    const revealed = sequence.apply(draws);
    job.controller.enqueue({ index, step, steps: sequence.steps, revealed });
    if (sequence.next()) return;
    waiting.delete(member);
    job.members.delete(member);
    if (job.members.size === 0) job.controller.close();
  }

  function end(job: Job, reason: unknown): void {
    if (job.members.size === 0) return;
    forget(job.members);
    job.controller.error(reason);
  }

  function forget(members: Set<Member>): void {
    for (const member of members) waiting.delete(member);
    members.clear();
  }

  return {
    get size() {
      return waiting.size;
    },
    members: () => [...waiting],
    enter,
    serve,
    fail: ({ job }, reason) => end(job, reason),
  };
}
