import { quoted } from "../names-in-messages.ts";

/** What wrappers put before a parameter's name: torch.compile, Lightning modules, Transformers, DataParallel. */
const wrapperPrefixes = ["_orig_mod.", "backbone.", "model.", "module."] as const;

/** The tensors of a checkpoint by the names their parameters have without any wrapper. */
export interface CanonicalNames {
  /** Stored names by canonical name. */
  readonly stored: ReadonlyMap<string, string>;
  /** Pairs of stored names that come to the same, as shown in messages. */
  readonly clashes: readonly string[];
  /** Whether a `backbone.` was among the prefixes, as MDLM and SDTT write and SEDD does not. */
  readonly hasBackbone: boolean;
}

/**
 * Strips the prefixes of wrappers from every name, however many there are and in whatever order.
 *
 * @param own - a prefix of the architecture itself.
 */
export function canonicalNames(names: Iterable<string>, own?: string): CanonicalNames {
  const prefixes = own === undefined ? wrapperPrefixes : [...wrapperPrefixes, own];
  const stored = new Map<string, string>();
  const clashes: string[] = [];
  let hasBackbone = false;
  for (const name of names) {
    const start = lengthOfPrefixes(name, prefixes);
    const canonical = name.slice(start);
    const other = stored.get(canonical);
    if (other === undefined) stored.set(canonical, name);
    else clashes.push(`${quoted(other)} and ${quoted(name)}`);
    hasBackbone ||= name.slice(0, start).includes("backbone.");
  }
  return { stored, clashes, hasBackbone };
}

function lengthOfPrefixes(name: string, prefixes: readonly string[]): number {
  let length = 0;
  for (;;) {
    const prefix = prefixes.find((candidate) => name.startsWith(candidate, length));
    if (prefix === undefined) return length;
    length += prefix.length;
  }
}
