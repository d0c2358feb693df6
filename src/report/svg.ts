/** A chart as SVG text, drawn without a browser. Text stays text: the viewer's fonts are used. */
import * as vega from 'vega';
import { compile, type TopLevelSpec } from 'vega-lite';

/**
 * Draws a spec. Rejects if vega or vega-lite has anything to warn of: a chart that warns is a
 * defect of its spec. Nothing is loaded from anywhere.
 *
 * @example await renderSvg(histogramSpec(workload)) // "<svg ...>"
 */
export async function renderSvg(spec: TopLevelSpec): Promise<string> {
  const warnings: string[] = [];
  const logger = collectingLogger(warnings);
  const view = new vega.View(vega.parse(compile(spec, { logger }).spec), {
    renderer: 'none',
    logger,
    loader: REFUSING_LOADER,
  });
  try {
    const svg = await view.toSVG();
    if (warnings.length > 0) throw new Error(`chart warns: ${warnings.join('; ')}`);
    return svg;
  } finally {
    view.finalize();
  }
}

const refuse = () => Promise.reject(new Error('charts load nothing'));

const REFUSING_LOADER: vega.Loader = {
  load: refuse,
  sanitize: refuse,
  http: refuse,
  file: refuse,
};

function collectingLogger(warnings: string[]): vega.LoggerInterface {
  const logger: vega.LoggerInterface = {
    level: ((level?: number) => (level === undefined ? vega.Warn : logger)) as never,
    error(...args: readonly unknown[]) {
      warnings.push(args.map(String).join(' '));
      return logger;
    },
    warn(...args: readonly unknown[]) {
      warnings.push(args.map(String).join(' '));
      return logger;
    },
    info: () => logger,
    debug: () => logger,
  };
  return logger;
}
