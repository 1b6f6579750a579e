// Styles are for the bundler; TypeScript only has to know that they are there.
declare module "*.css";
