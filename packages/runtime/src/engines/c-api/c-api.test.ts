import { engineConformance } from "../conformance/suite.ts";
import { createEngine } from "../create-engine.ts";

engineConformance(() => createEngine({ engine: "c-api", threads: 2 }));
