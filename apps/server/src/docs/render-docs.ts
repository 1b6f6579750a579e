import { html } from "@sdtt/report";
import type { Markup } from "@sdtt/report";
import type { OpenAPIV3_1 } from "openapi-types";
import { noEffect } from "../openai/neutral-fields.ts";
import { describeSchema } from "./describe-schema.ts";
import type { Schema } from "./describe-schema.ts";

interface Route {
  readonly method: string;
  readonly path: string;
  readonly operation: OpenAPIV3_1.OperationObject;
}

interface Answer {
  readonly description?: string;
  readonly content?: Media;
}

type Media = Readonly<Record<string, { readonly schema?: unknown }>>;
type Field = readonly [name: string, schema: Schema];

/** The description of an API as a page for people, without scripts. */
export function renderDocs({ info, tags = [], paths = {} }: OpenAPIV3_1.Document): string {
  const all = listRoutes(paths);
  const groups = tags.map((tag) => ({
    ...tag,
    own: all.filter(({ operation }) => operation.tags?.includes(tag.name)),
  }));
  const routes = groups.flatMap(({ own }) => own);
  const sections = groups.map(({ name, description = "", own }) => {
    return html`<section>
      <h2>${name}</h2>
      <p>${description}</p>
      ${own.map(renderRoute)}
    </section>`;
  });
  const { markup } = html`<html lang="en">
    <head>
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <title>${info.title}: API</title>
      <link rel="stylesheet" href="./docs/style.css" />
    </head>
    <body>
      <header>
        <h1>${info.title}</h1>
        <p>${info.description ?? ""}</p>
        <p>Version ${info.version}. For programs: <a href="./openapi.json">openapi.json</a>.</p>
        <nav aria-label="Routes">
          <ul>
            ${routes.map(renderLink)}
          </ul>
        </nav>
      </header>
      <main>${sections}${renderRefusals(routes)}</main>
    </body>
  </html> `;
  return `<!doctype html>\n${markup}`;
}

function listRoutes(paths: OpenAPIV3_1.PathsObject): Route[] {
  return Object.entries(paths).flatMap(([path, item = {}]) =>
    (["get", "post"] as const).flatMap((method) => {
      const operation = item[method];
      return operation ? [{ method: method.toUpperCase(), path, operation }] : [];
    }),
  );
}

function renderLink({ method, path, operation }: Route): Markup {
  return html`<li>
    <a href="#${anchor(method, path)}"><code>${method} ${path}</code></a> ${operation.summary ?? ""}
  </li>`;
}

function renderRoute({ method, path, operation }: Route): Markup {
  const { summary = "", security, requestBody } = operation;
  const body = requestBody as { content?: Media } | undefined;
  return html`<article id="${anchor(method, path)}">
    <h3><code>${method} ${path}</code></h3>
    <p>${summary}.${security ? " Needs the key: Authorization: Bearer KEY." : ""}</p>
    ${body ? [html`<h4>Body</h4>`, ...renderMedia(body.content)] : []}
    ${listAnswers(operation)
      .filter(([status]) => !isRefusal(status))
      .map(renderAnswer)}
  </article>`;
}

/** Those of all routes are the same: told once. */
function renderRefusals(routes: readonly Route[]): Markup {
  const answers = routes.flatMap(({ operation }) => listAnswers(operation));
  const refusals = new Map(answers.filter(([status]) => isRefusal(status)));
  return html`<section>
    <h2>Refusals</h2>
    <p>Of all routes.</p>
    ${[...refusals].map(renderAnswer)}
  </section>`;
}

function listAnswers({ responses = {} }: OpenAPIV3_1.OperationObject): [status: string, Answer][] {
  return Object.entries(responses) as [string, Answer][];
}

function isRefusal(status: string): boolean {
  return status.endsWith("XX");
}

function renderAnswer([status, { description = "", content }]: readonly [string, Answer]): Markup {
  return html`<h4>Answer ${status}</h4>
    <p>${description}</p>
    ${renderMedia(content)}`;
}

function renderMedia(content: Media = {}): Markup[] {
  return Object.entries(content).map(([type, media]) => {
    const schema = (media.schema ?? {}) as Schema;
    const fields = listFields(schema);
    if (fields.length === 0) return html`<p class="type">${type}: ${describeSchema(schema)}</p>`;
    const idle = fields.filter(([, field]) => field[noEffect]);
    const active = fields.filter(([, field]) => !field[noEffect]);
    return html`<p class="type">${type}</p>
      ${renderFields(active)}${idle.length > 0 ? renderIdle(idle) : ""}`;
  });
}

function renderIdle(fields: readonly Field[]): Markup {
  return html`<details>
    <summary>${String(fields.length)} fields that change nothing</summary>
    <p>Clients of other servers send them. Another value than these is refused.</p>
    ${renderFields(fields)}
  </details>`;
}

function renderFields(fields: readonly Field[]): Markup {
  const rows = fields.map(
    ([name, field]) =>
      html`<tr>
        <th scope="row"><code>${name}</code></th>
        <td>${describeSchema(field)}</td>
        <td>${field.description ?? ""}</td>
      </tr> `,
  );
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Fields">
    <table>
      <thead>
        <tr>
          <th scope="col">Field</th>
          <th scope="col">Value</th>
          <th scope="col">Meaning</th>
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>
    </table>
  </div>`;
}

/** The fields of an object, those of objects in it with the path to them: `choices[].text`. */
function listFields(schema: Schema, path = ""): Field[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, field]): Field[] => {
    if (field[noEffect]) return [[path + name, field]];
    const inner = [field, ...(field.anyOf ?? [])].flatMap((kind) => [
      ...listFields(kind, `${path}${name}.`),
      ...listFields(kind.items ?? {}, `${path}${name}[].`),
    ]);
    return [[path + name, field], ...inner];
  });
}

function anchor(method: string, path: string): string {
  return `${method}${path}`.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-");
}
