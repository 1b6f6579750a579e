import { join } from "node:path";
import { makeDirectory, replaceFile } from "@sdtt/hub";

/** Writes files into a directory, each as a whole or not at all. */
export async function writeFiles(directory: string, files: Readonly<Record<string, string>>): Promise<void> {
  await makeDirectory(directory);
  for (const [name, content] of Object.entries(files)) {
    await replaceFile(join(directory, name), (write) => write(Buffer.from(content)));
  }
}
