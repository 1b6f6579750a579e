/** A priority queue: what goes first is taken first. */
export interface Heap<T> {
  push(value: T): void;
  /** Takes the first; undefined if there is none. */
  pop(): T | undefined;
}

/** A binary heap. */
export function createHeap<T>(goesBefore: (a: T, b: T) => boolean): Heap<T> {
  const values: T[] = [];
  return {
    push(value) {
      let hole = values.length;
      values.push(value);
      while (hole > 0) {
        const parent = (hole - 1) >> 1;
        if (!goesBefore(value, values[parent]!)) break;
        values[hole] = values[parent]!;
        hole = parent;
      }
      values[hole] = value;
    },
    pop() {
      const first = values[0];
      const last = values.pop();
      if (last === undefined || values.length === 0) return first;
      let hole = 0;
      for (let child = 1; child < values.length; child = 2 * hole + 1) {
        if (child + 1 < values.length && goesBefore(values[child + 1]!, values[child]!)) child++;
        if (!goesBefore(values[child]!, last)) break;
        values[hole] = values[child]!;
        hole = child;
      }
      values[hole] = last;
      return first;
    },
  };
}
