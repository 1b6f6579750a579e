import { SdttError } from "@sdtt/core";
import type { Collective } from "@sdtt/core";

/** More than any rank has to say. */
const mostBytes = 2 ** 24;

/** What the rank `root` says, at every rank. JSON; undefined stays so. */
export async function tell<T>(ranks: Collective, value: T | undefined, root = 0): Promise<T | undefined> {
  if (ranks.size === 1) return value;
  const own = new TextEncoder().encode(ranks.rank === root ? (JSON.stringify(value) ?? "") : "");
  const length = new Uint8Array(Uint32Array.of(own.length).buffer);
  await ranks.broadcast(length, root);
  const [count] = new Uint32Array(length.buffer);
  if (count! > mostBytes) {
    throw new SdttError(
      "format",
      `Rank ${root} sends ${count} bytes of text; expected at most ${mostBytes}.`,
    );
  }
  const bytes = ranks.rank === root ? own : new Uint8Array(count!);
  await ranks.broadcast(bytes, root);
  return bytes.length === 0 ? undefined : (JSON.parse(new TextDecoder().decode(bytes)) as T);
}

/** What every rank says, by rank. */
export async function tellAll<T>(ranks: Collective, value: T): Promise<T[]> {
  const said: T[] = [];
  for (let root = 0; root < ranks.size; root++) said.push((await tell(ranks, value, root))!);
  return said;
}
