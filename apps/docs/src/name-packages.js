// A plugin of typedoc: modules bear the names of their packages, not of the folders that they lie in.
import { Converter } from "typedoc";

export function load(app) {
  app.converter.on(Converter.EVENT_CREATE_DECLARATION, (_context, reflection) => {
    const folder = /^(?:packages|apps)\/([\w-]+)\/src$/.exec(reflection.name)?.[1];
    if (folder) reflection.name = folder === "sdtt" ? "sdtt" : `@sdtt/${folder}`;
  });
}
