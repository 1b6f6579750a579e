import { SdttError } from "@sdtt/core";
import type { RemoteFile } from "./weights/remote-file.ts";

/** WebAssembly addresses memory with 32 bits. */
const addressable = 2 ** 32;

/**
 * Bytes for each parameter in WebAssembly while a model loads: as float32, and rearranged for fast products. The file's own
 * bytes come on top.
 */
const bytesPerParameter = 2 * 4;

/** @throws SdttError `out-of-memory` for files that are too large, whatever they hold: said before they are fetched. */
export function expectRoomForFiles(name: string, files: readonly RemoteFile[]): void {
  const bytes = files.reduce((sum, { size = 0 }) => sum + size, 0);
  if (bytes > addressable / 2) throw tooLarge(name, bytes * 2);
}

/** @throws SdttError `out-of-memory` for a model that does not fit into what WebAssembly can address. */
export function expectRoomForModel(name: string, parameters: number, fileBytes: number): void {
  const bytes = fileBytes + parameters * bytesPerParameter;
  if (bytes > addressable) throw tooLarge(name, bytes);
}

function tooLarge(name: string, bytes: number): SdttError {
  const most = Math.floor(addressable / (bytesPerParameter + 4) / 1e6);
  return new SdttError(
    "out-of-memory",
    `${name} takes about ${(bytes / 2 ** 30).toFixed(1)} GiB in this page, and 4 GiB is all that WebAssembly can hold: models of up to ${most} million parameters fit. Use a smaller one, or \`sdtt serve\`.`,
  );
}
