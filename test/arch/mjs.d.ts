declare module '*.dependency-cruiser.mjs' {
  import type { ICruiseOptions, IForbiddenRuleType } from 'dependency-cruiser';

  export interface ModuleRow {
    readonly band: string;
    readonly name: string;
    readonly mayImport: readonly string[];
    readonly packages: readonly string[];
  }
  export function readModuleTable(markdown: string): ModuleRow[];
  export function importRules(rows: readonly ModuleRow[], root: string): IForbiddenRuleType[];
  const config: { readonly options: ICruiseOptions & { enhancedResolveOptions: object } };
  export default config;
}
