import { engineConformance } from "../conformance/suite.ts";
import { createEngine } from "../create-engine.ts";

engineConformance(() => createEngine({ engine: "binding", threads: 2 }));
