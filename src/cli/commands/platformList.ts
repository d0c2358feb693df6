/** `isochron platform list`: the platforms that come with the package. */
import { defineCommand, JSON_OPTION } from '../command.js';
import { EXIT } from '../exitCodes.js';
import { packageVersion, platformNames } from '../packageFiles.js';
import { loadPlatform } from '../platforms.js';
import { jsonText } from '../printDiagnostics.js';
import { alignColumns } from '../table.js';

export const platformListCommand = defineCommand({
  command: 'list',
  summary: 'List the platforms of this package',
  positionals: {},
  options: JSON_OPTION,
  examples: [['$0 platform list', 'Names for `platform:` in a plan']],
  run(args, context) {
    const platforms = platformNames().map((name) => {
      const platform = loadPlatform(name);
      return {
        name,
        cpuModel: platform.cpuModel,
        pcpus: platform.topology.pcpus.length,
        kernel: platform.defaultKernel,
        description: platform.description,
      };
    });
    if (args.json) {
      context.stdout.write(jsonText({ version: packageVersion(), platforms }));
      return EXIT.ok;
    }
    const rows = platforms.map((p) => [p.name, `${p.pcpus} pCPUs`, p.kernel, p.description]);
    context.stdout.write(alignColumns(rows, [1]));
    return EXIT.ok;
  },
});
