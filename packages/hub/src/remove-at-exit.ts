import { rmSync } from "node:fs";

/** Removes a temporary file or directory if the process exits before this is disposed: a part of a file helps nobody. */
export function removeAtExit(path: string): Disposable {
  const remove = () => rmSync(path, { recursive: true, force: true });
  process.once("exit", remove);
  return { [Symbol.dispose]: () => void process.off("exit", remove) };
}
