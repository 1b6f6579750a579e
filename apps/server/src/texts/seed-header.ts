/** Tells the seed that an answer's texts were written with, whether it was given or drawn. */
export const seedHeader = "x-seed";
