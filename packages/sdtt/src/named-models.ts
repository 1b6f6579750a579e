import { mdlmSmall, scalingStudent, scalingTeacher, smallStudent } from "@sdtt/hub";
import type { DistillationRound, ScalingSize, StudentLoss } from "@sdtt/hub";
import { loadModel } from "./load-model.ts";
import type { LoadedModel, LoadModelOptions } from "./load-model.ts";

/** The 169 M student after a round, distilled with a loss: the original's `load_small_student`. */
export async function loadSmallStudent(
  options: LoadModelOptions & { loss: StudentLoss; round: DistillationRound },
): Promise<LoadedModel> {
  return loadModel(smallStudent(options).name, options);
}

/** A student of the scaling experiments: the original's `load_scaling_student`. */
export async function loadScalingStudent(
  options: LoadModelOptions & { size: ScalingSize; round: DistillationRound },
): Promise<LoadedModel> {
  return loadModel(scalingStudent(options).name, options);
}

/** A teacher of the scaling experiments: the original's `load_scaling_teacher`. */
export async function loadScalingTeacher(
  options: LoadModelOptions & { size: ScalingSize },
): Promise<LoadedModel> {
  return loadModel(scalingTeacher(options).name, options);
}

/** The teacher of the small students, trained for a million steps: the original's `load_mdlm_small`. */
export async function loadMdlmSmall(options: LoadModelOptions = {}): Promise<LoadedModel> {
  return loadModel(mdlmSmall().name, options);
}
