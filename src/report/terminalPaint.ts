/** Colours of a terminal, or none. */

const CODES = { bold: '1', dim: '2', red: '31', green: '32', yellow: '33', cyan: '36' } as const;

export type Paint = Readonly<Record<keyof typeof CODES, (text: string) => string>>;

export function paintFor(colour: boolean): Paint {
  const with_ = (code: string) => (text: string) =>
    colour && text !== '' ? `\u001b[${code}m${text}\u001b[0m` : text;
  return {
    bold: with_(CODES.bold),
    dim: with_(CODES.dim),
    red: with_(CODES.red),
    green: with_(CODES.green),
    yellow: with_(CODES.yellow),
    cyan: with_(CODES.cyan),
  };
}
