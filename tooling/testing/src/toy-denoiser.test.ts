import { denoiserConformance } from "./denoiser-conformance.ts";
import { threeByThree } from "./toy-denoiser.ts";

denoiserConformance("the toy denoiser", { create: threeByThree, length: 3 });
