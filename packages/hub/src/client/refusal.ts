import { SdttError } from "@sdtt/core";
import type { RepositoryKind } from "./names.ts";

/** What a request was about, for the words of its failure. */
export interface Subject {
  readonly endpoint: string;
  readonly repo: string;
  /** A model unless given. */
  readonly kind?: RepositoryKind;
  readonly revision?: string | undefined;
  readonly path?: string | undefined;
  /** Whether a token was sent. */
  readonly hasToken: boolean;
}

/** The part of an answer that says why the Hub refused. */
interface Refusal {
  readonly status: number;
  /** Header `X-Error-Code`. */
  readonly code: string | null;
  /** Header `X-Error-Message`, or what the body says. */
  readonly message: string | null;
}

/** Where people look at a repository; its files are below it. */
export function pageOf({
  endpoint,
  repo,
  kind = "model",
}: Pick<Subject, "endpoint" | "repo" | "kind">): string {
  return kind === "dataset" ? `${endpoint}/datasets/${repo}` : `${endpoint}/${repo}`;
}

/** What an answer other than 2xx means. `body` is what was read of it, if anything was. */
export function explainAnswer(response: Response, subject: Subject, body?: Uint8Array): SdttError {
  const { status, headers } = response;
  const message = headers.get("X-Error-Message") ?? messageOf(body);
  if (isFromStorage(response, subject)) {
    return new SdttError(
      "network",
      `The storage of ${subject.repo} answered ${describe({ status, message })}.`,
    );
  }
  return explainRefusal({ status, code: headers.get("X-Error-Code"), message }, subject);
}

/** True if the answer comes from the object store behind the Hub, which knows nothing of repositories and tokens. */
export function isFromStorage({ url }: Response, { endpoint }: Subject): boolean {
  return url !== "" && new URL(url).origin !== new URL(endpoint).origin;
}

/** Says in one line what the Hub refused and what to do about it. */
function explainRefusal(refusal: Refusal, subject: Subject): SdttError {
  const { endpoint, repo, kind = "model", revision, path, hasToken } = subject;
  const page = pageOf(subject);
  const tokens = `${endpoint}/settings/tokens`;
  const { status } = refusal;
  switch (refusal.code ?? codeOfStatus(refusal)) {
    case "EntryNotFound":
      return notFound(
        `${repo} has no file ${path ?? ""} at ${revision}. Its files are listed at ${page}/tree/${revision}.`,
      );
    case "RevisionNotFound":
      return notFound(
        `${repo} has no revision "${revision}". Its branches and tags are listed at ${page}/tree/main.`,
      );
    case "RepoNotFound":
      return notFound(
        hasToken
          ? `There is no ${kind} ${repo} at ${endpoint}, or the token may not see it. Check the name and the rights of HF_TOKEN.`
          : `There is no ${kind} ${repo} at ${endpoint}, or it is private. Check the name; for a private ${kind} set HF_TOKEN to a token that may read it (${tokens}).`,
      );
    case "GatedRepo":
      return unauthorized(
        hasToken
          ? `${repo} is gated and the account of HF_TOKEN has no access to it. Ask for it at ${page}.`
          : `${repo} is gated. Accept its conditions at ${page}, then set HF_TOKEN to a token of that account (${tokens}).`,
      );
    case "Unauthorized":
      return unauthorized(`${endpoint} does not accept HF_TOKEN. Make a new token at ${tokens}.`);
    case "Forbidden":
      return unauthorized(
        `${endpoint} forbids this on ${repo} (${describe(refusal)}). ${hasToken ? "Check the rights of HF_TOKEN" : "Set HF_TOKEN to a token that may do it"}: ${tokens}.`,
      );
    case "NotFound":
      return notFound(`${endpoint} has no such thing for ${repo} (${describe(refusal)}).`);
    default:
      return new SdttError(
        "network",
        `${endpoint} answered ${describe(refusal)} for ${repo}${status >= 500 ? "; try again later" : ""}.`,
      );
  }
}

/** Old servers send no code. Without a token, 401 also stands for "no such repository". */
function codeOfStatus({ status, message }: Refusal): string | undefined {
  if (status === 401) return /credential/i.test(message ?? "") ? "Unauthorized" : "RepoNotFound";
  if (status === 403) return "Forbidden";
  return status === 404 ? "NotFound" : undefined;
}

/** The field `error` of a JSON body. */
function messageOf(body: Uint8Array | undefined): string | null {
  try {
    const { error } = JSON.parse(new TextDecoder().decode(body)) as { error?: unknown };
    return typeof error === "string" ? error : null;
  } catch {
    return null;
  }
}

function describe({ status, message }: Pick<Refusal, "status" | "message">): string {
  return message ? `status ${status}: ${message.replaceAll(/\s+/g, " ").slice(0, 200)}` : `status ${status}`;
}

function notFound(message: string): SdttError {
  return new SdttError("not-found", message);
}

function unauthorized(message: string): SdttError {
  return new SdttError("unauthorized", message);
}
