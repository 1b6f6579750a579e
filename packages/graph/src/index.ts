export type { Dimension, Program, ProgramValue } from "./program.ts";
