/** A page of the site, or a group of them, as VitePress takes it. */
export interface SidebarItem {
  text: string;
  link?: string;
  items?: SidebarItem[];
}

const packageNames =
  "sdtt browser core tokenizer scheduler graph losses models checkpoint engine language-model hub runtime cuda data distill eval report queue mpi".split(
    " ",
  );

/** What the site holds, in the order of reading. */
export const sidebar: SidebarItem[] = [
  {
    text: "Introduction",
    items: [
      { text: "Overview", link: "/overview" },
      { text: "What diffusion language models are", link: "/diffusion" },
      { text: "Examples to copy", link: "/examples" },
    ],
  },
  {
    text: "Guides",
    items: [
      { text: "Sample", link: "/guides/sample" },
      { text: "Choose a sampler", link: "/guides/samplers" },
      { text: "Infill", link: "/guides/infill" },
      { text: "Bring your checkpoint", link: "/guides/checkpoint" },
      { text: "Make your own model", link: "/your-own-model" },
      { text: "Distil", link: "/guides/distil" },
      { text: "Evaluate", link: "/guides/evaluate" },
      { text: "Serve", link: "/server" },
      { text: "Run in a browser", link: "/guides/browser" },
      { text: "Run on a GPU", link: "/gpu" },
      { text: "Use many machines", link: "/many-machines" },
      { text: "Write a sampler", link: "/guides/sampler" },
      { text: "Write a loss", link: "/guides/loss" },
      { text: "Write a distillation method", link: "/guides/method" },
      { text: "Write a metric", link: "/guides/metric" },
    ],
  },
  {
    text: "Reference",
    items: [
      { text: "The mathematics", link: "/mathematics" },
      { text: "The command line", link: "/cli" },
      { text: "The page", link: "/page" },
      {
        text: "Packages",
        items: [
          { text: "What each brings", link: "/packages" },
          ...[...packageNames, "tiny"].map((name) => packageItem("packages", name)),
        ],
      },
      {
        text: "API",
        items: [
          { text: "All packages", link: "/api/" },
          ...[...packageNames, "server"].map((name) => packageItem("api", name)),
        ],
      },
    ],
  },
  {
    text: "Behind it",
    items: [
      { text: "Architecture", link: "/architecture" },
      { text: "Results", link: "/results" },
      { text: "Benchmarks", link: "/benchmarks" },
      { text: "The recipe of the bundled models", link: "/recipe" },
      { text: "What upstream should know", link: "/upstream" },
      {
        text: "Decisions",
        items: [
          { text: "Structure", link: "/decisions/0001-structure" },
          { text: "Toolchain", link: "/decisions/0002-toolchain" },
          { text: "Sampling", link: "/decisions/0003-sampling" },
          { text: "Training", link: "/decisions/0004-training" },
          { text: "Evaluation", link: "/decisions/0005-evaluation" },
          { text: "The page", link: "/decisions/0006-page" },
          { text: "GPUs", link: "/decisions/0007-gpu" },
          { text: "The tiny family", link: "/decisions/0008-tiny-family" },
          { text: "The documentation site", link: "/decisions/0009-site" },
          { text: "int8", link: "/decisions/0010-int8" },
          { text: "The queue", link: "/decisions/0011-queue" },
          { text: "Ranks and MPI", link: "/decisions/0012-mpi" },
          { text: "CUDA as a package", link: "/decisions/0013-cuda-package" },
          { text: "Methods of distillation", link: "/decisions/0014-methods" },
          { text: "In a browser", link: "/decisions/0015-browser" },
          { text: "The order of masks", link: "/decisions/0016-order" },
          { text: "The first token", link: "/decisions/0017-first-token" },
          { text: "Corrector steps", link: "/decisions/0018-corrector" },
        ],
      },
      { text: "Contributing", link: "/contributing" },
    ],
  },
];

function packageItem(folder: string, name: string): SidebarItem {
  return { text: name === "sdtt" ? name : `@sdtt/${name}`, link: `/${folder}/${name}` };
}
