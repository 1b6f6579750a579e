import type { Probe } from "./probe.ts";

/**
 * The release of ONNX Runtime that a library file is of, as its bytes tell; undefined if they do not. Read and not asked,
 * because to load a provider of another release ends the process.
 */
export function coreVersion(path: string, probe: Pick<Probe, "bytes">): Promise<string | undefined> {
  // The version of the symbols that it exports.
  return findText(path, /VERS_(\d+\.\d+\.\d+)\0/, probe);
}

/** The same for a provider, which keeps the bare number of the release that it was built for. */
export function providerVersion(path: string, probe: Pick<Probe, "bytes">): Promise<string | undefined> {
  return findText(path, /\0(1\.\d{2,}\.\d+)\0/, probe);
}

/** Longer than anything that is looked for. */
const overlap = 64;

async function findText(
  path: string,
  pattern: RegExp,
  { bytes }: Pick<Probe, "bytes">,
): Promise<string | undefined> {
  let rest = "";
  for await (const part of bytes(path)) {
    const text = rest + Buffer.from(part.buffer, part.byteOffset, part.byteLength).toString("latin1");
    const found = pattern.exec(text)?.[1];
    if (found !== undefined) return found;
    rest = text.slice(-overlap);
  }
  return undefined;
}
