export type { BaselineOptions } from "./baselines/baseline.ts";
export { periodicTexts } from "./baselines/periodic-texts.ts";
export type { PeriodicOptions } from "./baselines/periodic-texts.ts";
export { referenceTexts } from "./baselines/reference-texts.ts";
export { unigramTexts } from "./baselines/unigram-texts.ts";
export type { UnigramOptions } from "./baselines/unigram-texts.ts";
export { causalPerplexity } from "./causal-perplexity.ts";
export type { CausalPerplexity, CausalPerplexityOptions, Judge } from "./causal-perplexity.ts";
export { distinctN } from "./distinct-n.ts";
export { evaluateSamples } from "./evaluate-samples.ts";
export type { EvaluateSamplesOptions, SampleReport, Sampling } from "./evaluate-samples.ts";
export { generativePerplexity, generativePerplexityProtocols } from "./generative-perplexity.ts";
export type { GenerativePerplexityOptions } from "./generative-perplexity.ts";
export { gradientMoment } from "./gradient-moment/gradient-moment.ts";
export type { GradientMomentOptions, TextGradient } from "./gradient-moment/gradient-moment.ts";
export { idsReading } from "./judging/ids-reading.ts";
export type { JudgeTexts, Reading } from "./judging/reading.ts";
export { expectSameVocabulary } from "./judging/same-vocabulary.ts";
export type { NamedTokenizer } from "./judging/same-vocabulary.ts";
export { textReading } from "./judging/text-reading.ts";
export type { TextReadingOptions } from "./judging/text-reading.ts";
export { lambadaOfCausalModel } from "./lambada/causal.ts";
export type { CausalLambadaOptions, LambadaModel } from "./lambada/causal.ts";
export { lambadaOfDenoiser } from "./lambada/denoiser.ts";
export type { DenoiserLambadaOptions, LambadaEnd } from "./lambada/denoiser.ts";
export { lambadaItems } from "./lambada/items.ts";
export type { LambadaItem, LambadaItemsOptions } from "./lambada/items.ts";
export type { Lambada } from "./lambada/result.ts";
export { expectEnoughTexts, mauveOfFeatures } from "./mauve/mauve-of-features.ts";
export type { Features, Mauve, MauveOptions } from "./mauve/mauve-of-features.ts";
export { mauve } from "./mauve/mauve.ts";
export type { FeatureModel, MauveMetricOptions } from "./mauve/mauve.ts";
export { nelboBound } from "./nelbo-bound.ts";
export type { NelboBound, NelboBoundOptions } from "./nelbo-bound.ts";
export { nelboIntegrand } from "./nelbo-integrand.ts";
export type { NelboIntegrandOptions } from "./nelbo-integrand.ts";
export { compareWithTeacher, defaultClaim } from "./report/compare-with-teacher.ts";
export type { Claim, TeacherComparison, Verdict } from "./report/compare-with-teacher.ts";
export type { FrontierDifference } from "./report/frontier.ts";
export { planReport } from "./report/report-plan.ts";
export type { ReportCell, ReportPlan, ReportPlanOptions } from "./report/report-plan.ts";
export type { ReportRow } from "./report/report-row.ts";
export type { StepsToReach } from "./report/steps-to-reach.ts";
export { repetition, repN } from "./rep-n.ts";
export type { Measured, SampleMetric, SampleMetrics } from "./sample-metric.ts";
export {
  divergenceFromSource,
  natsUnderSource,
  transitionError,
} from "./sampler-oracle/compare-with-source.ts";
export { createHiddenMarkovSource, drawSourceTexts } from "./sampler-oracle/hidden-markov-source.ts";
export type {
  HiddenMarkovSource,
  HiddenMarkovSourceOptions,
  SourceTextsOptions,
} from "./sampler-oracle/hidden-markov-source.ts";
export { measureSampler, measureSource } from "./sampler-oracle/measure-sampler.ts";
export type {
  MeasureSamplerOptions,
  SamplerMeasures,
  SamplerSetting,
  SamplerTexts,
  TextMeasures,
} from "./sampler-oracle/measure-sampler.ts";
export { createOracleDenoiser } from "./sampler-oracle/oracle-denoiser.ts";
export type { Samples } from "./samples.ts";
export { selfBleu } from "./self-bleu.ts";
export type { SelfBleuOptions } from "./self-bleu.ts";
export type { EvaluatedDenoiser } from "./target-log-probs.ts";
export { unigramEntropies, unigramEntropy } from "./unigram-entropy.ts";
export { zeroShotSets } from "./zero-shot-sets.ts";
export type { ZeroShotSet } from "./zero-shot-sets.ts";
