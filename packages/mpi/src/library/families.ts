import type { Implementation } from "../launch/find-launch.ts";

/** Libraries that are called alike: those of one family have the same handles and constants. */
export interface Family {
  readonly title: string;
  /** Whose launcher its ranks need; undefined where both implementations have it. */
  readonly implementation?: Implementation;
  /** What a handle is to C. */
  readonly handle: "void *" | "int";
  readonly handles: Readonly<Record<HandleName, Handle>>;
  /** `MPI_THREAD_FUNNELED`: one thread of several calls MPI. */
  readonly funneled: number;
  /** The names of its library, by platform. */
  readonly files: Readonly<Record<"linux" | "darwin", readonly string[]>>;
}

export type HandleName = "world" | "byte" | "errorsReturn";

/** A constant, or the address of a variable that the library exports. */
export type Handle = number | bigint | { readonly symbol: string };

export type FamilyName = "open-mpi" | "mpich" | "abi";

export const families: Readonly<Record<FamilyName, Family>> = {
  /** Versions 3, 4 and 5: handles are the addresses of global variables. */
  "open-mpi": {
    title: "Open MPI",
    implementation: "Open MPI",
    handle: "void *",
    handles: {
      world: { symbol: "ompi_mpi_comm_world" },
      byte: { symbol: "ompi_mpi_byte" },
      errorsReturn: { symbol: "ompi_mpi_errors_return" },
    },
    funneled: 1,
    files: { linux: ["libmpi.so.40"], darwin: ["libmpi.40.dylib"] },
  },
  /** MPICH from 3.1 on, Intel MPI, MVAPICH: the ABI that they agreed on, in which handles are numbers. */
  mpich: {
    title: "MPICH",
    implementation: "MPICH",
    handle: "int",
    handles: { world: 0x44000000, byte: 0x4c00010d, errorsReturn: 0x54000001 },
    funneled: 1,
    files: { linux: ["libmpich.so.12", "libmpi.so.12"], darwin: ["libmpich.12.dylib", "libmpi.12.dylib"] },
  },
  /** The standard ABI of MPI 5 (chapter 20), of whichever implementation: handles are pointers with small values. */
  abi: {
    title: "MPI's standard ABI",
    handle: "void *",
    handles: { world: 0x101n, byte: 0x247n, errorsReturn: 0x143n },
    funneled: 1024,
    files: {
      linux: ["libmpi_abi.so.1", "libmpi_abi.so.0"],
      darwin: ["libmpi_abi.1.dylib", "libmpi_abi.0.dylib"],
    },
  },
};

/** The family of a library by the name of its file. */
export function familyOfFile(name: string): FamilyName | undefined {
  const stem = name.replace(/\.dylib$/, "").replace(/^(lib\w+)\.(\d+)$/, "$1.so.$2");
  const all = Object.entries(families) as [FamilyName, Family][];
  return all.find(([, { files }]) =>
    files.linux.some((file) => stem === file || stem.startsWith(`${file}.`)),
  )?.[0];
}
