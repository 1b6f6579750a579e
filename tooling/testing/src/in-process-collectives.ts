import type { Collective } from "@sdtt/core";

/**
 * Ranks that all live in this process: the slow, obvious twin of those that are processes. A rank that makes another call than the
 * others, or with another length, fails all of them.
 */
export function inProcessCollectives(size: number): Collective[] {
  const meet = meetingPoint(size);
  return Array.from({ length: size }, (_, rank) => ({
    rank,
    size,
    async sum(values) {
      const all = await meet(rank, `sum of ${values.constructor.name} ${values.length}`, values.slice());
      values.forEach((_, i) => (values[i] = all.reduce((total, { [i]: value }) => total + value!, 0)));
    },
    async broadcast(bytes, root) {
      const all = await meet(rank, `broadcast of ${bytes.length} from ${root}`, Float64Array.from(bytes));
      bytes.set(all[root]!);
    },
    async barrier() {
      await meet(rank, "barrier", new Float64Array());
    },
  }));
}

type Values = Float32Array | Float64Array;

/** Gives every rank what all ranks brought to its n-th call, once the last of them has brought it. */
function meetingPoint(size: number) {
  const meetings: {
    readonly call: string;
    readonly brought: Values[];
    readonly all: PromiseWithResolvers<Values[]>;
  }[] = [];
  const made = Array.from({ length: size }, () => 0);
  return (rank: number, call: string, values: Values): Promise<Values[]> => {
    const number = made[rank]!++;
    const meeting = (meetings[number] ??= { call, brought: [], all: Promise.withResolvers() });
    if (meeting.call !== call) {
      meeting.all.reject(new Error(`Rank ${rank} calls ${call} where another calls ${meeting.call}.`));
    }
    meeting.brought[rank] = values;
    if (Object.keys(meeting.brought).length === size) meeting.all.resolve(meeting.brought);
    return meeting.all.promise;
  };
}
