import { broadcasting } from "./broadcasting.ts";
import type { Binary } from "./broadcasting.ts";

/** Of integers of one type. */
export const bitwiseAnd: Binary = broadcasting("BitwiseAnd");
export const bitwiseXor: Binary = broadcasting("BitwiseXor");
