import { describe, expect, test } from "vitest";
import { familyOfFile } from "./families.ts";
import { findLibraries } from "./find-libraries.ts";
import type { FoundLibrary } from "./find-libraries.ts";
import { checkImplementation, checkSize, identifyLibrary } from "./implementation.ts";
import { planLibrary } from "./plan-library.ts";

const openMpi = { launcher: "Open MPI's mpirun", implementation: "Open MPI", ranks: 2 } as const;
const mpich = { launcher: "MPICH's mpiexec", implementation: "MPICH", ranks: 2 } as const;
const slurm = { launcher: "srun", ranks: 2 } as const;

const library = (path: string, besideLauncher = false): FoundLibrary => ({
  path,
  family: familyOfFile(path.split("/").at(-1)!)!,
  besideLauncher,
});
const debianOpenMpi = library("/usr/lib/libmpi.so.40");
const debianMpich = library("/usr/lib/libmpich.so.12");
const standard = library("/opt/lib/libmpi_abi.so.1");

describe("the library is that of the launcher's MPI", () => {
  test.each([
    [openMpi, [debianMpich, debianOpenMpi], debianOpenMpi],
    [mpich, [debianMpich, debianOpenMpi], debianMpich],
    [slurm, [debianMpich], debianMpich],
    // The standard's library may belong to either: only where there is nothing better.
    [mpich, [standard, debianMpich], debianMpich],
    [mpich, [standard, debianOpenMpi], standard],
    // The one that lies beside the launcher.
    [
      openMpi,
      [debianOpenMpi, library("/opt/openmpi/lib/libmpi.so.40", true)],
      library("/opt/openmpi/lib/libmpi.so.40", true),
    ],
  ])("%# %j", (launch, libraries, expected) => {
    expect(planLibrary({ launch, libraries })).toEqual(expected);
  });

  test("a named one comes before what is found", () => {
    const plan = planLibrary({ launch: openMpi, libraries: [debianOpenMpi], named: "/my/libmpi.so.40.30.4" });
    expect(plan).toEqual({ path: "/my/libmpi.so.40.30.4", family: "open-mpi" });
  });
});

describe("bad input", () => {
  test.each([
    [
      "none",
      openMpi,
      [],
      /^No library of MPI was found: install Open MPI .* or name the file of the library in SDTT_MPI\.$/,
    ],
    [
      "only of another MPI",
      mpich,
      [debianOpenMpi],
      /^The ranks were started by MPICH's mpiexec, but the library of MPI found is Open MPI's, \/usr\/lib\/libmpi\.so\.40: start them with the launcher of Open MPI, or install MPICH\.$/,
    ],
    [
      "two that may be meant",
      openMpi,
      [debianOpenMpi, library("/opt/lib/libmpi.so.40")],
      /^There are several libraries of MPI that Open MPI's mpirun may belong to: \/usr\/lib\/libmpi\.so\.40 \(Open MPI\), \/opt\/lib\/libmpi\.so\.40 \(Open MPI\)\. Name the right one in SDTT_MPI\.$/,
    ],
    [
      "two under Slurm",
      slurm,
      [debianOpenMpi, debianMpich],
      /several libraries of MPI that srun may belong to/,
    ],
  ])("%s", (_, launch, libraries, message) => {
    expect(() => planLibrary({ launch, libraries })).toThrow(message);
  });

  test("a library that sees another number of ranks than the launcher started", () => {
    const identity = identifyLibrary("MPICH Version:      4.2.1\nMPICH Release date: ...");
    expect(identity).toEqual({ title: "MPICH 4.2.1", implementation: "MPICH" });
    const found = { ...identity, path: "/a/libmpich.so.12" };
    expect(() => checkSize(slurm, found, 1)).toThrow(
      /^srun started 2 ranks, and the library of MPI is \/a\/libmpich\.so\.12, MPICH 4\.2\.1, which sees 1: launcher and library must be of the same MPI\./,
    );
    expect(() => checkImplementation(openMpi, found)).toThrow(/must be of the same MPI/);
    expect(() => checkImplementation(slurm, { ...found, expected: "Open MPI" })).toThrow(
      /^The library of MPI \/a\/libmpich\.so\.12 is MPICH 4\.2\.1; expected Open MPI by its name\./,
    );
    checkImplementation(mpich, { ...found, expected: "MPICH" });
    checkSize(mpich, found, 2);
  });
});

test.each([
  [
    "Open MPI v4.1.4, package: Debian OpenMPI, ident: 4.1.4, repo rev: v4.1.4, May 26, 2022",
    "Open MPI 4.1.4",
    "Open MPI",
  ],
  ["Open MPI v5.0.7", "Open MPI 5.0.7", "Open MPI"],
  ["MVAPICH2 Version      :\t2.3.7\n", "MVAPICH2 2.3.7", "MPICH"],
  ["Intel(R) MPI Library 2021.12 for Linux* OS\n", "Intel MPI 2021.12", "MPICH"],
  ["Something else 1.0, built today", "Something else 1.0", undefined],
])("knows %j", (version, title, implementation) => {
  expect(identifyLibrary(version)).toEqual({ title, ...(implementation && { implementation }) });
});

test.each([
  ["libmpi.so.40.30.4", "open-mpi"],
  ["libmpi.so.12.4.2", "mpich"],
  ["libmpich.so.12", "mpich"],
  ["libmpi_abi.so.1.0.0", "abi"],
  ["libmpi.40.dylib", "open-mpi"],
  ["libmpi_abi.1.dylib", "abi"],
  ["libmpi.so", undefined],
  ["libmpi_cxx.so.40", undefined],
  ["libmpi.so.401", undefined],
])("%s is of the family %s", (name, family) => {
  expect(familyOfFile(name)).toBe(family);
});

describe("libraries on the disk", () => {
  const search = (
    files: Readonly<Record<string, string>>,
    env: Record<string, string> = { PATH: "/usr/bin" },
  ) => findLibraries({ env, platform: "linux", arch: "x64", resolve: (path) => files[path] });

  test("are found once, by where their links lead, and beside their launcher", () => {
    const real = "/usr/lib/x86_64-linux-gnu/libmpi.so.40.30.4";
    const files = {
      "/usr/bin/mpirun": "/usr/bin/orterun",
      "/usr/lib/x86_64-linux-gnu/libmpi.so.40": real,
      "/usr/lib/libmpi.so.40": real,
      "/usr/local/lib/libmpi.so.12": "/usr/local/lib/libmpi.so.12.1.0",
    };
    expect(search(files)).toEqual([
      { path: real, family: "open-mpi", besideLauncher: true },
      { path: "/usr/local/lib/libmpi.so.12.1.0", family: "mpich", besideLauncher: false },
    ]);
  });

  test("are found beside a launcher in a place of its own, and in LD_LIBRARY_PATH", () => {
    const files = {
      "/opt/mpi/bin/mpiexec": "/opt/mpi/bin/mpiexec.hydra",
      "/opt/mpi/lib/libmpi.so.12": "/opt/mpi/lib/libmpi.so.12",
      "/elsewhere/libmpi_abi.so.0": "/elsewhere/libmpi_abi.so.0",
    };
    const env = { PATH: "/none:/opt/mpi/bin", LD_LIBRARY_PATH: "/elsewhere" };
    expect(search(files, env).map(({ path, besideLauncher }) => [path, besideLauncher])).toEqual([
      ["/elsewhere/libmpi_abi.so.0", false],
      ["/opt/mpi/lib/libmpi.so.12", true],
    ]);
  });
});
