import { createServer } from "node:http";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { HubContext, TokenRights } from "./context.ts";
import { answeredByFault } from "./exchange.ts";
import type { Exchange, RequestRecord } from "./exchange.ts";
import { createFaults } from "./faults.ts";
import type { Fault } from "./faults.ts";
import { routeHub } from "./hub-routes.ts";
import { commitFiles, createRepository, viewCommit } from "./repositories.ts";
import type { Repositories, Repository, RepositoryAccess } from "./repositories.ts";
import { sendFile } from "./send-file.ts";
import type { Throttle } from "./send-file.ts";
import { routeStorage } from "./storage-routes.ts";

/** A stand-in for the Hugging Face Hub on the loopback interface. */
export interface LoopbackHub extends AsyncDisposable {
  /** What to set HF_ENDPOINT to. */
  readonly endpoint: string;
  /** Every request so far, with those to the storage, which has an origin of its own. */
  readonly requests: readonly RequestRecord[];
  /** How slowly files are sent; may be changed at any time. */
  throttle: Throttle | undefined;
  /** `repo` is `organisation/name` of a model, or `datasets/organisation/name`; so in all that follow. */
  createModel(repo: string, access?: RepositoryAccess): void;
  /** Puts files on a branch, creating both repository and branch if needed, and returns the commit. */
  push(repo: string, branch: string, files: Readonly<Record<string, Uint8Array | string>>): string;
  /** What a branch holds. */
  files(repo: string, branch: string): ReadonlyMap<string, Uint8Array>;
  /** Makes the next answers to certain requests go wrong. */
  inject(fault: Fault): void;
}

export interface LoopbackHubOptions {
  /** Default: `hf_reader` may read, `hf_member` also enters gated repositories, `hf_writer` also writes. */
  readonly tokens?: Readonly<Record<string, TokenRights>>;
  /** Files per page of a listing. */
  readonly pageSize?: number;
  /** Files from this size on live in the storage. Bytes. */
  readonly largeFrom?: number;
  /** Called after each piece of a file that was sent. */
  readonly onSent?: (record: RequestRecord) => void;
}

const defaultTokens = { hf_reader: {}, hf_member: { gated: true }, hf_writer: { write: true, gated: true } };

/** Starts a hub and its storage on two free ports of 127.0.0.1. */
export async function startHub(options: LoopbackHubOptions = {}): Promise<LoopbackHub> {
  const { tokens = defaultTokens, pageSize = 1000, largeFrom = 10_000, onSent = () => {} } = options;
  const state: Repositories = { repositories: new Map(), objects: new Map() };
  const faults = createFaults();
  const requests: RequestRecord[] = [];
  const servers = { hub: createServer(), storage: createServer() };
  const origins = { hub: await listen(servers.hub), storage: await listen(servers.storage) };

  const hub: LoopbackHub = {
    endpoint: origins.hub,
    requests,
    throttle: undefined,
    createModel: ensureModel,
    push: (repo, branch, files) => commitFiles(state, ensureModel(repo), { branch, files, largeFrom }),
    files(repo, branch) {
      const files = viewCommit(repo, ensureModel(repo), branch)?.files ?? new Map<string, never>();
      return new Map([...files].map(([path, { content }]) => [path, content]));
    },
    inject: (fault) => faults.add(fault),
    async [Symbol.asyncDispose]() {
      await Promise.all([close(servers.hub), close(servers.storage)]);
    },
  };

  const context: HubContext = {
    state,
    tokens,
    pageSize,
    largeFrom,
    storage: origins.storage,
    sendFile: (exchange, content, headers) =>
      sendFile(exchange, { content, headers, throttle: hub.throttle, onSent: () => onSent(exchange.record) }),
  };
  serve("hub", routeHub);
  serve("storage", routeStorage);
  return hub;

  function serve(
    origin: "hub" | "storage",
    route: (exchange: Exchange, context: HubContext) => unknown,
  ): void {
    servers[origin].on("request", async (request, response) => {
      const { method = "GET", url: target = "/", headers } = request;
      const record: RequestRecord = { method, url: target, origin, headers, sent: 0 };
      requests.push(record);
      const url = new URL(target, origins[origin]);
      const exchange = { request, response, record, url, fault: faults.take(`${method} ${target}`) };
      try {
        if (!answeredByFault(exchange)) await route(exchange, context);
      } catch {
        response.destroy(); // The client left in the middle, or sent something that is not of the protocol.
      }
    });
  }

  function ensureModel(repo: string, access?: RepositoryAccess): Repository {
    const repository = state.repositories.get(repo) ?? createRepository(access);
    state.repositories.set(repo, repository);
    return repository;
  }
}

function listen(server: Server): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    });
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
