export { readExamples } from "./examples.ts";
export type { Example } from "./examples.ts";
export { readFences } from "./fences.ts";
export type { Fence } from "./fences.ts";
export { writeExamples } from "./write-examples.ts";
export type { WrittenExample } from "./write-examples.ts";
