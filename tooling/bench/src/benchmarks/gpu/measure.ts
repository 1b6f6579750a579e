import type { ProcessContestant, ProcessTiming } from "../../harness/process-contestant.ts";
import { medianRatio, medianSeconds, race, times } from "../../harness/race.ts";
import type { Report, Row, Target } from "../../report.ts";
import type { Entrant, Work } from "./works.ts";

export interface MeasureOptions {
  readonly rounds: number;
  /** What the device can do at most, in operations per second. */
  readonly peak?: number | undefined;
  /** Whether the project's targets are meant for this device. */
  readonly targets: boolean;
}

/** The original's speed on an A100 (tokens per second), and how many times as fast an H100 is to be. */
const [original, timesAsFast] = [4077, 10];

/** Lets all who do a work race. If one of them fails, a row says so and ours goes alone. */
export async function measure(work: Work, options: MeasureOptions): Promise<Report> {
  const { name, size, batch } = work;
  try {
    return await raceAll(work, work.entrants, options);
  } catch (error) {
    const failed = { work: name, size, batch, who: (error as Error).message };
    if (work.entrants.length === 1) return { rows: [failed] };
    const alone = await measure({ ...work, entrants: work.entrants.slice(0, 1) }, options);
    return { ...alone, rows: [failed, ...alone.rows] };
  }
}

async function raceAll(work: Work, entrants: readonly Entrant[], options: MeasureOptions): Promise<Report> {
  await using stack = new AsyncDisposableStack();
  const contestants: ProcessContestant[] = [];
  for (const { start } of entrants) contestants.push(stack.use(await start()));
  const measured = await race(contestants, options.rounds);
  const theirs = measured[entrants.findIndex(({ name }) => name.startsWith("PyTorch"))];
  const rows = entrants.map((entrant, i) => rowOf(work, entrant, measured[i]!, theirs, options));
  return { rows, targets: options.targets ? targetsOf(work, measured[0]!, theirs, options) : [] };
}

function rowOf(
  { name, size, batch, tokens }: Work,
  entrant: Entrant,
  measured: readonly ProcessTiming[],
  theirs: readonly ProcessTiming[] | undefined,
  { peak }: MeasureOptions,
): Row {
  const share = shareOfPeak(entrant, measured, peak);
  return {
    work: name,
    size,
    batch,
    who: entrant.name,
    ...times(measured),
    "tokens / s": tokens / medianSeconds(measured),
    ...(theirs ? { "PyTorch's time / this": medianRatio(theirs, measured) } : {}),
    ...(share === undefined ? {} : { "backbone / peak": share }),
  };
}

function targetsOf(
  work: Work,
  ours: readonly ProcessTiming[],
  theirs: readonly ProcessTiming[] | undefined,
  { peak }: MeasureOptions,
): Target[] {
  const { name, size, batch, tokens } = work;
  const what = `${name}, ${size}, batch ${batch}`;
  const atMost = (what: string, measured: number | undefined, limit: number) =>
    measured === undefined ? [] : [{ what, measured, atMost: limit }];
  const share = theirs && medianRatio(ours, theirs);
  if (name === "distill") return atMost(`${what}: time as a share of PyTorch's`, share, 1);
  if (size !== "sm" || batch !== 32) return [];
  const reached = shareOfPeak(work.entrants[0]!, ours, peak);
  return [
    ...atMost(
      `${what}: s, at ${timesAsFast} times the original's tokens per second on an A100`,
      medianSeconds(ours),
      tokens / (timesAsFast * original),
    ),
    ...atMost(`${what}: time as a share of PyTorch's`, share, 1 / 3),
    ...atMost(`${what}: the peak over what the backbone reaches`, reached && 1 / reached, 2.5),
  ];
}

function shareOfPeak(
  { operations }: Entrant,
  measured: readonly ProcessTiming[],
  peak: number | undefined,
): number | undefined {
  if (operations === undefined || peak === undefined) return undefined;
  return operations / medianSeconds(measured) / peak;
}
