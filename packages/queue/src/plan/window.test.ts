import { expect, test } from "vitest";
import { splitRanges } from "./ranges.ts";
import { createWindow } from "./window.ts";

test.each([1, 3, 100])("adds each range once and never has more than %d in the queue", (size) => {
  const ranges = splitRanges({ missing: [{ first: 0, count: 17 }], size: 2 });
  const window = createWindow(ranges, size);
  const added = [...window.queued];
  for (let i = 0; i < ranges.length; i++) {
    expect(window.head).toBe(ranges[i]);
    expect(window.collected).toBe(2 * i);
    expect(window.queued.length).toBeLessThanOrEqual(size);
    expect(added.slice(i)).toEqual(window.queued);
    added.push(...window.advance());
  }
  expect(added).toEqual(ranges);
  expect(window.head).toBeUndefined();
  expect(window.collected).toBe(17);
});
