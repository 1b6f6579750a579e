import type { Exchange } from "./exchange.ts";
import type { Repositories } from "./repositories.ts";

/** What a bearer of a token may do. Without a token one may read what is public. */
export interface TokenRights {
  readonly write?: boolean;
  /** Whether gated repositories let the bearer in. */
  readonly gated?: boolean;
}

/** What the routes of a hub share. */
export interface HubContext {
  readonly state: Repositories;
  readonly tokens: Readonly<Record<string, TokenRights>>;
  /** Files per page of a listing. */
  readonly pageSize: number;
  /** Files from this size on live in the storage. Bytes. */
  readonly largeFrom: number;
  /** The origin of the storage. */
  readonly storage: string;
  sendFile(exchange: Exchange, content: Buffer, headers: Readonly<Record<string, string>>): Promise<void>;
}
