import { createDocumentPacker } from "./begin-with-documents.ts";
import { createJoiningPacker } from "./join-documents.ts";
import type { Packer, Packing, PackingOptions } from "./packer.ts";

/**
 * A packer of either kind; `joined` unless given.
 *
 * @throws SdttError `usage` for a length that leaves no room for a token, or groups of no document.
 */
export function createPacker({
  packing = "joined",
  ...options
}: PackingOptions & { readonly packing?: Packing | undefined }): Packer {
  return packing === "joined" ? createJoiningPacker(options) : createDocumentPacker(options);
}
