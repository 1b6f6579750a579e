import { engineConformance } from "@sdtt/engine-conformance";
import { createWebEngine } from "../src/index.ts";

engineConformance(() => createWebEngine({ device: "webgpu", threads: 2 }));
