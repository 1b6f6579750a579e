import student from "@sdtt/tiny/models/student/files.json?url";
import fixture from "@sdtt/testing/fixtures/hub/model.safetensors?url";

const folderOf = (file: string): string => new URL(".", new URL(file, location.href)).href;

/** Where the bundled student lies, and a model of random weights that the original's code made. */
export const studentFolder: string = folderOf(student);
export const fixtureFolder: string = folderOf(fixture);
