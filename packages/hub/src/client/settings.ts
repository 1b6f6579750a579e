import { homedir } from "node:os";
import { join } from "node:path";
import { SdttError } from "@sdtt/core";

/** Environment variables, `process.env` or a stand-in. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Where the Hub and its cache are, as the variables of Python's huggingface_hub say it. */
export interface HubSettings {
  /** Without a slash at its end. Not checked: the cache needs none. */
  readonly endpoint: string;
  readonly cacheDirectory: string;
  /** The file that a login leaves its token in. */
  readonly tokenPath: string;
  readonly offline: boolean;
}

/**
 * Reads `HF_ENDPOINT`, `HF_HUB_CACHE`, `HF_HOME`, `HF_TOKEN_PATH` and `HF_HUB_OFFLINE`, and the older names that Python
 * still reads, in the order of huggingface_hub's constants.py. `~`, `$NAME` and `${NAME}` are expanded in directories. An
 * empty variable is an unset one.
 */
export function readHubSettings(environment: Environment, home: string = homedir()): HubSettings {
  const value = (...names: string[]): string | undefined =>
    names.map((name) => environment[name]?.trim()).find((text) => text);
  const path = (text: string): string => expandVariables(text.replace(/^~(?=$|[/\\])/, home), environment);

  const userCache = value("XDG_CACHE_HOME") ?? join(home, ".cache");
  const hubHome = path(value("HF_HOME") ?? join(userCache, "huggingface"));
  return {
    endpoint: (value("HF_ENDPOINT") ?? "https://huggingface.co").replace(/\/+$/, ""),
    cacheDirectory: path(value("HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE") ?? join(hubHome, "hub")),
    tokenPath: path(value("HF_TOKEN_PATH") ?? join(hubHome, "token")),
    offline: isOn(value("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE")),
  };
}

/** Whether a switch is on, by the words that Python's huggingface_hub knows. */
export function isOn(text: string | undefined): boolean {
  return /^(1|on|yes|true)$/i.test(text ?? "");
}

/** @throws SdttError `usage` for what is not a URL. */
export function checkEndpoint(text: string): string {
  if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol)) {
    throw new SdttError(
      "usage",
      `HF_ENDPOINT is "${text}"; it must be a URL such as https://huggingface.co.`,
    );
  }
  return text;
}

/** As Python's `os.path.expandvars`: a variable that is not set stays as it is written. */
function expandVariables(text: string, environment: Environment): string {
  return text.replace(
    /\$(?:(\w+)|\{([^}]*)\})/g,
    (reference, plain?: string, braced?: string) => environment[plain ?? braced ?? ""] ?? reference,
  );
}
