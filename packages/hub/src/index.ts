export { fileOfBytes, openFile } from "./random-access-file.ts";
export type { OpenedFile, RandomAccessFile } from "./random-access-file.ts";
