export { adamWSettingsAt } from "./optimizer/adamw.ts";
