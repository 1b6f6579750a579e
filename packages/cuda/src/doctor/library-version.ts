import type { Probe } from "./probe.ts";

/**
 * The release of ONNX Runtime that a library file is of, as its bytes tell; undefined if they do not. Read and not asked,
 * because to load a provider of another release ends the process.
 */
export function coreVersion(path: string, probe: Pick<Probe, "bytes">): Promise<string | undefined> {
  // The version of the symbols that it exports.
  return findVersion(path, { begin: "VERS_", form: /^VERS_(\d+\.\d+\.\d+)\0/ }, probe);
}

/** The same for a provider, which keeps the bare number of the release that it was built for. */
export function providerVersion(path: string, probe: Pick<Probe, "bytes">): Promise<string | undefined> {
  return findVersion(path, { begin: "1.", form: /^(1\.\d{2,}\.\d+)\0/, after: 0 }, probe);
}

/** Longer than any version with what stands around it. */
const longest = 32;

/** Hops from one place where the text may begin to the next: a provider is a quarter of a gigabyte. */
async function findVersion(
  path: string,
  { begin, form, after }: { begin: string; form: RegExp; after?: number },
  { bytes }: Pick<Probe, "bytes">,
): Promise<string | undefined> {
  let rest = Buffer.alloc(1);
  for await (const part of bytes(path)) {
    const piece = Buffer.concat([rest, part]);
    for (let at = piece.indexOf(begin, 1, "latin1"); at >= 0; at = piece.indexOf(begin, at + 1, "latin1")) {
      if (after !== undefined && piece[at - 1] !== after) continue;
      const found = form.exec(piece.toString("latin1", at, at + longest))?.[1];
      if (found !== undefined) return found;
    }
    rest = piece.subarray(-longest);
  }
  return undefined;
}
