import type { Denoiser, DrawRequest, Draws } from "@sdtt/core";
import { drawGuided, joinAllowed, sliceDraws, withoutPrompts } from "@sdtt/scheduler";
import type { Sequence, SequenceRequest } from "@sdtt/scheduler";
import { greedySetting } from "./draw-setting.ts";
import type { DrawSetting } from "./draw-setting.ts";

/** A sequence that waits for its next draws. */
export interface Candidate {
  /** Not done: its `next` has a request. */
  readonly sequence: Sequence;
  readonly setting: DrawSetting;
  /** The turn in which it was last served; turns count up. What was never served has the turn of its arrival. */
  readonly served: number;
  /** Of its request: the one with the least leads the next turn. */
  readonly job: { readonly due: number };
}

/** One call to the denoiser, and who shares it. */
export interface Turn<C extends Candidate> {
  readonly members: readonly C[];
  /** What each of the members asked for. */
  readonly requests: readonly SequenceRequest[];
  readonly draw: DrawRequest;
  /** None unless given. */
  readonly guidance: number | undefined;
}

/**
 * Chooses who goes next. The request that is due first leads (see `FairClock`); among equals, the text that has waited
 * longest. Texts of its length and setting go with it, in the same order, at whatever steps they are.
 *
 * @param candidates - In the order of their arrival.
 * @returns undefined if nobody waits.
 */
export function planTurn<C extends Candidate>(
  candidates: readonly C[],
  maxBatch: number,
): Turn<C> | undefined {
  const waiting = candidates.toSorted((a, b) => a.job.due - b.job.due || a.served - b.served);
  const leader = waiting[0];
  if (!leader) return undefined;
  const key = groupKey(leader);
  const members: C[] = [];
  for (const candidate of waiting) {
    if (members.length === maxBatch) break;
    if (groupKey(candidate) === key) members.push(candidate);
  }
  const requests = members.map(({ sequence }) => sequence.next()!);
  const { guidance } = leader.setting;
  return { members, requests, draw: joinRequests(members, requests), guidance };
}

/** Has the denoiser answer a turn. */
export function drawTurn(denoiser: Denoiser, { members, draw, guidance }: Turn<Candidate>): Promise<Draws> {
  if (!guidance) return denoiser.draw(draw);
  const sequences = members.map(({ sequence }) => sequence);
  const unprompted = withoutPrompts(draw.tokens, sequences, denoiser.maskId);
  return drawGuided({ denoiser, request: draw, unprompted, guidance });
}

/** The draws of each member, in their order: views, not copies. */
export function splitDraws({ requests }: Turn<Candidate>, draws: Draws): Draws[] {
  let end = 0;
  return requests.map(({ positions }) => {
    const begin = end;
    end += positions.length;
    return sliceDraws(draws, begin, end);
  });
}

/** Equal for those that can share a call: a grid has one length, a call draws with one setting. */
function groupKey(candidate: Candidate): string {
  const { temperature = 1, topP = 1, topK = 0, nucleus = "reach" } = settingNow(candidate);
  const { guidance = 0 } = candidate.setting;
  const { entropies = false } = candidate.sequence.next()!;
  return `${candidate.sequence.tokens.length} ${temperature} ${topP} ${nucleus} ${topK} ${entropies} ${guidance}`;
}

function settingNow({ sequence, setting }: Candidate): DrawSetting {
  return sequence.next()!.greedy ? greedySetting : setting;
}

function joinRequests(members: readonly Candidate[], requests: readonly SequenceRequest[]): DrawRequest {
  const { length } = members[0]!.sequence.tokens;
  const tokens = new Int32Array(members.length * length);
  const count = requests.reduce((sum, { positions }) => sum + positions.length, 0);
  const rows = new Int32Array(count);
  const uniforms = new Float64Array(count);
  let written = 0;
  for (const [i, { tokens: read, positions, uniforms: own }] of requests.entries()) {
    tokens.set(read, i * length);
    uniforms.set(own, written);
    for (const position of positions) rows[written++] = i * length + position;
  }
  const sigma = Float32Array.from(requests, (request) => request.sigma);
  const noiseSeeds = Float64Array.from(requests, (request) => request.noiseSeed);
  const allowed = joinAllowed(requests);
  const { guidance: _, ...shape } = settingNow(members[0]!);
  return {
    ...shape,
    tokens,
    batch: members.length,
    length,
    rows,
    uniforms,
    sigma,
    noiseSeeds,
    allowed,
    entropies: requests[0]!.entropies,
  };
}
