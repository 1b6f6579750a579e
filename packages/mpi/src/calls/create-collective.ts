import type { Collective } from "@sdtt/core";
import type { MpiLibrary, NativeMemory } from "../library/open-library.ts";
import { createRequests } from "./create-requests.ts";
import { sumSlices } from "./sum-slices.ts";

/** Bytes that are on their way at a time: bounds the memory, and lets other work have its turn. */
const windowBytes = 16 * 2 ** 20;

/**
 * The ranks of `MPI_COMM_WORLD`. A sum is not MPI's: what it promises of the order of additions depends on its version, the place of
 * the ranks and the size of the array. Each rank adds up a slice of all arrays in the order of the ranks, then the slices
 * are gathered; MPI only moves bytes. A rank sends as much as in the best algorithms of MPI's own, 2 (n - 1) / n of the array.
 */
export function createCollective(
  library: MpiLibrary,
  { rank, size }: { rank: number; size: number },
): Collective {
  const { functions, handles } = library;
  const { world, byte } = handles;
  const requests = createRequests(library);
  const [outgoing, incoming] = [growingMemory(library), growingMemory(library)];

  return {
    rank,
    size,
    sum: (values) =>
      requests.inTurn(async (complete) => {
        const Values = values.constructor as Float32ArrayConstructor | Float64ArrayConstructor;
        const most = windowBytes / Values.BYTES_PER_ELEMENT;
        for (let start = 0; start < values.length; start += most) {
          const window = values.subarray(start, start + most);
          const slice = Math.ceil(window.length / size);
          const bytes = slice * Values.BYTES_PER_ELEMENT;
          const [out, back] = [outgoing(bytes * size), incoming(bytes * size)];
          const [sent, received] = [out, back].map(({ buffer }) => new Values(buffer, 0, slice * size));
          sent!.set(window);
          sent!.fill(0, window.length);
          await complete((request) =>
            functions.Ialltoall(out.address, bytes, byte, back.address, bytes, byte, world, request),
          );
          sumSlices(received!, sent!.subarray(0, slice));
          await complete((request) =>
            functions.Iallgather(out.address, bytes, byte, back.address, bytes, byte, world, request),
          );
          window.set(received!.subarray(0, window.length));
        }
      }),
    broadcast: (bytes, root) =>
      requests.inTurn(async (complete) => {
        for (let start = 0; start < bytes.length; start += windowBytes) {
          const window = bytes.subarray(start, start + windowBytes);
          const { buffer, address } = outgoing(window.length);
          const staged = new Uint8Array(buffer, 0, window.length);
          if (rank === root) staged.set(window);
          await complete((request) => functions.Ibcast(address, window.length, byte, root, world, request));
          window.set(staged);
        }
      }),
    barrier: () => requests.inTurn((complete) => complete((request) => functions.Ibarrier(world, request))),
  };
}

/** Memory that is made again when more is asked for than there is. */
function growingMemory({ allocate }: MpiLibrary): (bytes: number) => NativeMemory {
  let memory = allocate(1024);
  return (bytes) => {
    if (memory.buffer.byteLength < bytes) memory = allocate(bytes);
    return memory;
  };
}
