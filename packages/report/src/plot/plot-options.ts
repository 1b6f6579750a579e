export interface PlotOptions {
  /** Begins the ids within the SVG: no two plots of a page have the same. */
  readonly id: string;
  readonly title: string;
  /** What is to be seen, for those who do not see it. */
  readonly description: string;
  readonly x: Axis;
  readonly y: Axis;
  /** Drawn one over the other, the first at the bottom. */
  readonly series: readonly Series[];
  /** Values to compare with: dashed lines across. */
  readonly levels?: readonly Level[];
  /** Places on the horizontal axis to mark with a dashed line. */
  readonly marks?: readonly number[];
}

export interface Axis {
  readonly label: string;
  readonly scale: "linear" | "log";
  /** Where ticks stand, numbers that double or nearly so; where they are round unless given. */
  readonly ticks?: readonly number[];
}

export interface Series {
  /** Series of one name look the same and stand in the legend once. */
  readonly name: string;
  /** Written beside the last point, to tell those of one name apart. */
  readonly note?: string;
  /** Finite, and above 0 on an axis that is logarithmic. */
  readonly points: readonly Point[];
  /** What the others are compared with: drawn in the colour of the text. */
  readonly isReference?: boolean;
}

export interface Level {
  readonly name: string;
  readonly value: number;
}

export type Point = readonly [x: number, y: number];
