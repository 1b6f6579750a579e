/** An `.npmrc` for our registry. It lets anyone publish, but npm and pnpm want some token to send. */
export function registrySettings(registry: string): string {
  return `registry=${registry}/\n${registry.replace("http:", "")}/:_authToken=rehearsal\nfund=false\naudit=false\n`;
}
