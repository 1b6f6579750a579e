import { join } from "node:path";
import { SdttError } from "@sdtt/core";
import { createBlankProject } from "./blank-project.ts";
import type { BlankProject, Manager } from "./blank-project.ts";
import { brokenLinks } from "./broken-links.ts";
import { importTime } from "./import-time.ts";
import { installSize } from "./install-size.ts";
import type { InstallSize } from "./install-size.ts";
import { findPublicPackages, repository } from "./public-packages.ts";
import type { PublicPackage } from "./public-packages.ts";
import { openReleasedRegistry } from "./publish.ts";
import { documentsOf, installedFolder, rehearsePackage } from "./rehearse-package.ts";
import { fillToolbox } from "./toolbox.ts";
import type { Toolbox } from "./toolbox.ts";

/** How far a rehearsal is, or what failed in it. */
type RehearsalEvent =
  | { readonly kind: "stage"; readonly text: string }
  | { readonly kind: "failure"; readonly package: string; readonly failure: string }
  | ({ readonly kind: "measured" } & Measurement);

/** What a package costs those who install it. */
export interface Measurement extends InstallSize {
  readonly package: string;
  /** Milliseconds of CPU time that the first import takes; undefined for a package that is a command alone. */
  readonly importTime: number | undefined;
}

interface RehearsalOptions {
  /** An empty folder for all that is made. */
  readonly directory: string;
  /** The tree to release; this repository unless given. */
  readonly root?: string | undefined;
  /** Names; all public packages unless given. */
  readonly packages?: readonly string[] | undefined;
  readonly managers: readonly Manager[];
  readonly signal?: AbortSignal | undefined;
}

/**
 * Rehearses a release: copies the tree, versions it by its changesets, publishes it to a registry on loopback, and installs each
 * package from there into blank projects.
 *
 * @throws SdttError `usage` for a name that is no public package; `io` if nothing could be published.
 */
export async function* rehearse(options: RehearsalOptions): AsyncGenerator<RehearsalEvent, void> {
  const { directory, managers, signal, root = repository } = options;
  const all = await findPublicPackages(root);
  const unknown = options.packages?.find((name) => !all.some((known) => known.name === name));
  if (unknown !== undefined) {
    throw new SdttError(
      "usage",
      `${unknown} is no public package; expected one of ${all.map(({ name }) => name).join(", ")}.`,
    );
  }
  const subjects = all.filter(({ name }) => options.packages?.includes(name) ?? true);

  for (const subject of subjects) {
    for (const document of documentsOf(subject)) {
      for (const link of await brokenLinks(root, document)) {
        yield { kind: "failure", package: subject.name, failure: `a link leads nowhere: ${link}` };
      }
    }
  }

  yield { kind: "stage", text: "Installing what is missing of Node 22 and 24, pnpm and the compilers" };
  const toolbox = await fillToolbox(join(directory, "toolbox"));

  yield { kind: "stage", text: "Publishing to a registry on this machine" };
  await using registry = await openReleasedRegistry({ root, directory, toolbox });

  for (const subject of subjects) {
    for (const manager of managers) {
      yield { kind: "stage", text: `${subject.name} with ${manager}` };
      const project = await createBlankProject({
        directory: join(directory, manager, subject.folder),
        registry: registry.url,
        manager,
        toolbox,
        signal,
      });
      let failed = false;
      for await (const failure of rehearsePackage({ root, subject, project, manager, toolbox })) {
        failed = true;
        yield { kind: "failure", package: `${subject.name} (${manager})`, failure };
      }
      // pnpm shares files among projects; what npm installs is what a package takes.
      if (manager === "npm" && !failed) yield await measure(project, subject, toolbox);
    }
  }
}

async function measure(
  project: BlankProject,
  subject: PublicPackage,
  toolbox: Toolbox,
): Promise<RehearsalEvent> {
  const { name, manifest } = subject;
  const size = await installSize(installedFolder(project, subject));
  const isImported = manifest.exports?.["."] !== undefined;
  const time = isImported ? await importTime(project, name, { toolbox }) : undefined;
  return { kind: "measured", package: name, ...size, importTime: time };
}
