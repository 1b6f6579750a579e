import { serve } from "./benchmarks/serve-short.ts";
process.on("exit", (c) => console.log("exit", c));
console.log(await serve.run({ threads: 2, rounds: 1, cache: "/tmp" }));
