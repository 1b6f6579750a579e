import { access } from "node:fs/promises";
import { basename, resolve } from "node:path";
import { parseModelReference } from "@sdtt/hub";

/**
 * How others would name a model: the repository and revision that a short name stands for, and of a path its last name alone, as
 * nobody else needs to learn where it lies.
 */
export async function publicName(name: string): Promise<string> {
  // As `locateModel`: a name with a slash that is here is a path.
  const isHere = /[/\\]/.test(name) && !name.startsWith("hf:") && (await exists(name));
  if (isHere) return basename(resolve(name));
  const reference = parseModelReference(name);
  switch (reference.kind) {
    case "hub":
      return `hf:${reference.repo}@${reference.revision}`;
    case "path":
      return basename(resolve(reference.path));
    case "bundled":
      return name;
  }
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
