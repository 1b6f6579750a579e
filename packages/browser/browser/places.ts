import { readCheckpoint } from "../src/read-checkpoint.ts";
import type { Checkpoint } from "../src/read-checkpoint.ts";
import student from "@sdtt/tiny/models/student/files.json?url";
import fixture from "@sdtt/testing/fixtures/hub/model.safetensors?url";

const folderOf = (file: string): string => new URL(".", new URL(file, location.href)).href;

/** Where the bundled student lies. */
export const studentFolder: string = folderOf(student);

/** A model of random weights that the original's code made. */
export async function fetchFixture(): Promise<Checkpoint> {
  const files = ["config.json", "model.safetensors"].map(async (path) => {
    const answer = await fetch(folderOf(fixture) + path);
    return [path, new Uint8Array(await answer.arrayBuffer())] as const;
  });
  return readCheckpoint("the fixture", new Map(await Promise.all(files)));
}
