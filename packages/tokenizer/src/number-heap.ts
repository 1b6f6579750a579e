/** A priority queue of numbers: the lowest is taken first. */
export interface NumberHeap {
  push(value: number): void;
  /** Takes the lowest; undefined if there is none. */
  pop(): number | undefined;
}

/** A binary heap in one array. It begins with the first `count` of `values`, in any order, and takes the array over. */
export function createNumberHeap(values: Float64Array<ArrayBuffer>, count: number): NumberHeap {
  let heap = values;
  let size = count;

  /** Puts a value into the hole at an index, or below it. */
  const sink = (value: number, index: number): void => {
    let hole = index;
    for (let child = 2 * hole + 1; child < size; child = 2 * hole + 1) {
      if (child + 1 < size && heap[child + 1]! < heap[child]!) child++;
      if (heap[child]! >= value) break;
      heap[hole] = heap[child]!;
      hole = child;
    }
    heap[hole] = value;
  };

  for (let i = (size >> 1) - 1; i >= 0; i--) sink(heap[i]!, i);
  return {
    push(value) {
      if (size === heap.length) {
        const grown = new Float64Array(2 * size + 16);
        grown.set(heap);
        heap = grown;
      }
      let hole = size++;
      while (hole > 0) {
        const parent = (hole - 1) >> 1;
        if (heap[parent]! <= value) break;
        heap[hole] = heap[parent]!;
        hole = parent;
      }
      heap[hole] = value;
    },
    pop() {
      if (size === 0) return undefined;
      const lowest = heap[0]!;
      size--;
      if (size > 0) sink(heap[size]!, 0);
      return lowest;
    },
  };
}
