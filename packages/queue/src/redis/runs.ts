import type { Redis } from "ioredis";
import { runSchema } from "../plan/run.ts";
import type { Run } from "../plan/run.ts";
import { keyPrefix } from "./connect.ts";

/** Seconds without a sign of life after which a run or a worker counts as gone. */
const lifetime = 15;
/** Seconds for which what belongs to a run that nobody collects is kept. */
const keeping = 7 * 24 * 3600;

const runs = `${keyPrefix}:runs`;
const specs = `${keyPrefix}:run-specs`;
const workersOf = (id: string) => `${keyPrefix}:workers:${id}`;
const refusalsOf = (id: string) => `${keyPrefix}:refusals:${id}`;
const collectorOf = (id: string) => `${keyPrefix}:collector:${id}`;

/**
 * Which runs there are, who collects and who works on them. All that is here is written again every few seconds by those whom it
 * concerns, so that a server that lost its memory learns it again. Times are the server's: the machines' clocks may differ.
 */
export interface RunRegistry {
  /** Says that the run is being collected. */
  announce(run: Run): Promise<void>;
  /** Runs that are being collected, the oldest first. */
  live(): Promise<Run[]>;
  /** Takes the right to collect a run, or keeps it; false while somebody else has it. */
  claim(run: Run, collector: string): Promise<boolean>;
  /** Ends the collecting: workers leave the run. What it left is kept for a week unless `finished`. */
  release(run: Run, options: { readonly finished: boolean }): Promise<void>;
  /** Says that a worker works on a run. */
  join(run: Run, worker: string): Promise<void>;
  /** Says that a worker does not work on a run, and why. */
  refuse(run: Run, worker: string, reason: string): Promise<void>;
  /** How many workers a run has. */
  workers(run: Run): Promise<number>;
  /** Workers that do not work on a run, with their reasons. */
  refusals(run: Run): Promise<Readonly<Record<string, string>>>;
  /** Runs that nobody has collected for a week. They are forgotten by this. */
  takeAbandoned(): Promise<string[]>;
}

export function openRegistry(redis: Redis): RunRegistry {
  const now = async () => Number((await redis.time())[0]);
  return {
    async announce(run) {
      await redis.hset(specs, run.id, JSON.stringify(run));
      await redis.zadd(runs, await now(), run.id);
    },
    async live() {
      const ids = await redis.zrangebyscore(runs, (await now()) - lifetime, "+inf");
      if (ids.length === 0) return [];
      return (await redis.hmget(specs, ...ids)).flatMap((text) => parseRun(text));
    },
    async claim({ id }, collector) {
      const key = collectorOf(id);
      if ((await redis.set(key, collector, "EX", lifetime, "NX")) === "OK") return true;
      if ((await redis.get(key)) !== collector) return false;
      await redis.expire(key, lifetime);
      return true;
    },
    async release({ id }, { finished }) {
      if (finished) await redis.zrem(runs, id);
      else await redis.zadd(runs, (await now()) - 2 * lifetime, id);
      if (finished) await redis.hdel(specs, id);
      await redis.del(collectorOf(id), workersOf(id), refusalsOf(id));
    },
    async join({ id }, worker) {
      await redis.zadd(workersOf(id), await now(), worker);
      await redis.expire(workersOf(id), lifetime);
    },
    async refuse({ id }, worker, reason) {
      await redis.hset(refusalsOf(id), worker, reason);
      await redis.expire(refusalsOf(id), keeping);
    },
    async workers({ id }) {
      return redis.zcount(workersOf(id), (await now()) - lifetime, "+inf");
    },
    refusals: ({ id }) => redis.hgetall(refusalsOf(id)),
    async takeAbandoned() {
      const before = (await now()) - keeping;
      const ids = await redis.zrangebyscore(runs, "-inf", before);
      if (ids.length === 0) return [];
      await redis.zremrangebyscore(runs, "-inf", before);
      await redis.hdel(specs, ...ids);
      return ids;
    },
  };
}

/** Nothing for what is no run: another version may have written it. */
function parseRun(text: string | null): Run[] {
  if (text === null) return [];
  try {
    return [runSchema.parse(JSON.parse(text))];
  } catch {
    return [];
  }
}
