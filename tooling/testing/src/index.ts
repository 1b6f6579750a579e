export { evaluateProgram } from "./evaluate.ts";
export { fixtureNumbers, fixturePath, readFixture } from "./fixtures.ts";
export { chiSquaredPValue } from "./statistics.ts";
export { denoiserConformance } from "./denoiser-conformance.ts";
export type { DenoiserConformanceOptions } from "./denoiser-conformance.ts";
export { threeByThree, toyDenoiser } from "./toy-denoiser.ts";
export type { ToyDenoiser, ToyDenoiserOptions } from "./toy-denoiser.ts";
export { countStates, textbookChain } from "./textbook-chain.ts";
export type { TextbookChainOptions } from "./textbook-chain.ts";
