// Whether the bundle of `npm start` is one of the files as they are now. Plain JavaScript, because an older Node must read it.
import { readFileSync, statSync } from "node:fs";
import path from "node:path";

/**
 * The main file of the bundle in a folder, which `bundle-start.mjs` wrote; undefined if there is none, if it was made in
 * another place, or if a file that it was made of has changed or is gone.
 */
export function freshBundle({ home, root }) {
  try {
    const made = JSON.parse(readFileSync(path.join(home, "current.json"), "utf8"));
    const isFresh =
      made.root === root &&
      statSync(made.main).isFile() &&
      made.files.every(([file, stamp]) => stampOf(path.join(root, file)) === stamp);
    return isFresh ? made.main : undefined;
  } catch {
    return undefined;
  }
}

/** Differs when a file was written again. */
export function stampOf(file) {
  const { mtimeMs, size } = statSync(file);
  return `${mtimeMs}-${size}`;
}
