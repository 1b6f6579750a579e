// Imports modules and prints, as JSON, which packages of node_modules were loaded for them.
import { registerHooks } from "node:module";

const loaded = new Set<string>();
registerHooks({
  load(url, context, nextLoad) {
    const name = /.*\/node_modules\/(?<name>(?:@[^/]+\/)?[^/]+)\//.exec(url)?.groups?.name;
    if (name !== undefined) loaded.add(name);
    return nextLoad(url, context);
  },
});
for (const name of process.argv.slice(2)) await import(name);
console.log(JSON.stringify([...loaded]));
