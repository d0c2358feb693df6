/** Packets of every interface of every switch, as text. */
import type { RunResult } from '../latency/result.js';
import { countText } from './figures.js';
import type { Paint } from './terminalPaint.js';
import { alignTable, printable, shorten } from './textTable.js';
import { lostText } from './verdictText.js';

/** Empty if the plan has no switch. */
export function switchSection(
  { switches }: Pick<RunResult, 'switches'>,
  width: number,
  paint: Paint,
): string[] {
  if (!switches) return [];
  const interfaces = switches.flatMap(({ name, interfaces: all }) =>
    all.map((one) => ({ ...one, name: `${name} ${one.name}` })),
  );
  const table = alignTable([
    ['interface', 'packets in', 'done'],
    ...interfaces.map(({ name, leadsTo, arrived, done }) => [
      printable(`${name} to ${leadsTo}`),
      countText(arrived),
      countText(done),
    ]),
  ]);
  const [head, ...rows] = table.map((line) => `  ${line}`);
  return [
    paint.bold('Switches'),
    paint.dim(shorten(head, width)),
    ...rows.flatMap((row, i) => {
      const lost = lostText(interfaces[i].lost);
      const by = `polled by ${interfaces[i].pollers.join(', ')}`;
      return [
        shorten(row, width),
        paint.dim(shorten(`    ${printable(by)}`, width)),
        ...(lost === '' ? [] : [paint.red(shorten(`    lost: ${lost}`, width))]),
      ];
    }),
  ];
}
