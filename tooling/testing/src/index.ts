export { evaluateProgram } from "./evaluate.ts";
export { fixtureNumbers, fixturePath, readFixture } from "./fixtures.ts";
export { chiSquaredPValue } from "./statistics.ts";
