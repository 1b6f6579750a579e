import type { Rule } from "./rule.ts";
import { attentionRules } from "./rules/attention.ts";
import { choiceRules } from "./rules/choice.ts";
import { elementwiseRules } from "./rules/elementwise.ts";
import { gatherRules } from "./rules/gather.ts";
import { layoutRules } from "./rules/layout.ts";
import { matmulRules } from "./rules/matmul.ts";
import { normalizeRules } from "./rules/normalize.ts";
import { rotaryRules } from "./rules/rotary.ts";

/** The rule of each operator, by its name. An operator without one is differentiated through its decomposition. */
export const rules: ReadonlyMap<string, Rule> = new Map(
  Object.entries({
    ...elementwiseRules,
    ...choiceRules,
    ...layoutRules,
    ...matmulRules,
    ...normalizeRules,
    ...gatherRules,
    ...rotaryRules,
    ...attentionRules,
  }),
);
