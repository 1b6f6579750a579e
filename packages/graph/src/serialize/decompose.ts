/** Whether fused operators are written in simpler ones: all of them, or those of these names. */
export type Decompose = boolean | readonly string[];
