/** An object of a config, its values unchecked. */
export type ConfigObject = Readonly<Record<string, unknown>>;

/** Where the description of the model may be: Lightning keeps a module's arguments, of which the config is one. */
export function configCandidates(config: unknown): readonly ConfigObject[] {
  const root = asObject(config);
  const { config: argument } = root;
  return typeof argument === "object" && argument !== null ? [root, asObject(argument)] : [root];
}

/** The value if it is an object, else one without keys. */
export function asObject(value: unknown): ConfigObject {
  return typeof value === "object" && value !== null ? (value as ConfigObject) : {};
}
