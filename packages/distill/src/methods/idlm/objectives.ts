import { tensor } from "@sdtt/core";
import type { Tensor } from "@sdtt/core";
import { add, cast, equal, input, multiply, range, reduceSum, reshape, scalar, softmax } from "@sdtt/graph";
import { logRatioGradient, softCrossEntropyGradient } from "@sdtt/losses";
import { hiddenOf, lawOf, logitsOf } from "../../programs/objective.ts";
import type { Objective } from "../../programs/objective.ts";

/**
 * The student's: the mean under its law of what the fake finds likelier than the teacher does, `sum_v p_v (log f - log f*)`.
 * Takes `fake_hidden` and `teacher_hidden`.
 */
export const studentObjective: Objective = {
  name: "idlm student",
  pieces(config) {
    const [fake, teacher] = [lawOf("fake", config), lawOf("teacher", config)];
    return {
      rowInputs: [hiddenOf("fake", config), hiddenOf("teacher", config)],
      rowLoss: (logits, [fakeHidden, teacherHidden]) =>
        logRatioGradient(logits, fake(fakeHidden!), teacher(teacherHidden!)),
    };
  },
};

/**
 * The fake's: cross-entropy to the student's law, `-sum_v p_v log f`, where p is a one-hot at positions that the student was
 * shown. Takes `student_hidden`, and `given` int64 `[rows]`: the id of such a position, else -1.
 */
export const fakeObjective: Objective = {
  name: "idlm fake",
  pieces(config) {
    const student = logitsOf("student", config);
    const tokens = config.vocabSize - 1;
    return {
      rowInputs: [hiddenOf("student", config), input("given", "int64", ["rows"])],
      rowLoss(logits, [studentHidden, given]) {
        const column = reshape(given!, [given!.shape[0]!, 1]);
        const shown = cast(equal(column, reshape(range(tokens), [1, tokens])), logits.dtype);
        // 1 where nothing was shown: there the sum of the one-hot is 0.
        const open = add(scalar("float32", 1), multiply(scalar("float32", -1), reduceSum(shown, { axes: [1], keep: true })));
        return softCrossEntropyGradient(logits, add(shown, multiply(open, softmax(student(studentHidden!)))));
      },
    };
  },
};

export function givenInput(ids: Int32Array): Record<string, Tensor> {
  return { given: tensor("int64", [ids.length], BigInt64Array.from(ids, BigInt)) };
}
