import { tensor } from "@sdtt/core";
import type { Tensor } from "@sdtt/core";
import { input, logSoftmax } from "@sdtt/graph";
import { logRatioGradient, softCrossEntropyGradient, softTargets } from "@sdtt/losses";
import { atTemperature, hiddenOf, distributionOf, logitsOf } from "../../programs/objective.ts";
import type { Objective } from "../../programs/objective.ts";

/**
 * The student's: the mean under its distribution of what the fake finds likelier than the teacher does, `sum_v p_v (log f - log f*)`.
 * Takes `fake_hidden` and `teacher_hidden`.
 *
 * @param teacherTemperature - what the teacher's logits are divided by.
 */
export function studentObjective(teacherTemperature: number): Objective {
  return {
    name: "idlm student",
    pieces(config) {
      const [fake, teacher] = [distributionOf("fake", config), logitsOf("teacher", config)];
      return {
        rowInputs: [hiddenOf("fake", config), hiddenOf("teacher", config)],
        rowLoss(logits, [fakeHidden, teacherHidden]) {
          const distribution = logSoftmax(atTemperature(teacher(teacherHidden!), teacherTemperature));
          return logRatioGradient(logits, fake(fakeHidden!), distribution);
        },
      };
    },
  };
}

/**
 * The fake's: cross-entropy to the student's distribution, `-sum_v p_v log f`, where p is a one-hot at positions that the student was
 * shown. Takes `student_hidden`, and `given` int64 `[rows]`: the id of such a position, else -1.
 *
 * @param regularization - the weight of the cross-entropy to the teacher's distribution, which keeps the fake near it (D-MMD); takes
 *   `teacher_hidden` if it is above 0.
 * @param teacherTemperature - what the teacher's logits are divided by.
 */
export function fakeObjective(regularization: number, teacherTemperature: number): Objective {
  return {
    name: "idlm fake",
    pieces(config) {
      const student = logitsOf("student", config);
      const teacher = regularization > 0 ? logitsOf("teacher", config) : undefined;
      return {
        rowInputs: [
          hiddenOf("student", config),
          input("given", "int64", ["rows"]),
          ...(teacher ? [hiddenOf("teacher", config)] : []),
        ],
        rowLoss(logits, [studentHidden, given, teacherHidden]) {
          const held = teacher && {
            logits: atTemperature(teacher(teacherHidden!), teacherTemperature),
            share: regularization,
          };
          const targets = softTargets({ given: given!, logits: student(studentHidden!), teacher: held });
          return softCrossEntropyGradient(logits, targets);
        },
      };
    },
  };
}

/** The input of the fake's objective that has an id for each row, or -1. */
export function givenInput(ids: Int32Array): Record<string, Tensor> {
  return { given: tensor("int64", [ids.length], BigInt64Array.from(ids, BigInt)) };
}
