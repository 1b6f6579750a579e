/** A file of a model, before it is fetched. */
export interface RemoteFile {
  /** Inside the model's folder: `model.safetensors`. */
  readonly path: string;
  readonly url: string;
  /** Bytes, where they are known. */
  readonly size?: number | undefined;
  /** 64 hexadecimal digits, where they are known: what is fetched is checked against them, and kept under them. */
  readonly sha256?: string | undefined;
}

/** What a model is loaded from, beside its weights. */
export const configFile = "config.json";
export const weightsFile = "model.safetensors";
export const tokenizerFile = "tokenizer.json";
export const generationConfigFile = "generation_config.json";

/** All of them. */
export const modelFiles: readonly string[] = [configFile, weightsFile, tokenizerFile, generationConfigFile];
