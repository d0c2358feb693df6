/**
 * HTML that cannot be injected into: text becomes markup only through the `html` tag, which escapes
 * every value that is not markup already.
 */

/** Markup that was built by `html`, or by this program's own hand. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

export type HtmlValue = string | number | Html | readonly HtmlValue[];

/** Text that is safe between tags and in quoted attributes. */
export function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}

/** @example html`<td>${'a < b'}</td>`.text // "<td>a &lt; b</td>" */
export function html(parts: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  let text = parts[0];
  values.forEach((value, i) => {
    text += textOf(value) + parts[i + 1];
  });
  return new Html(text);
}

function textOf(value: HtmlValue): string {
  if (value instanceof Html) return value.text;
  if (typeof value === 'string') return escapeHtml(value);
  if (typeof value === 'number') return String(value);
  return value.map(textOf).join('');
}

/** A script's text inside a script element: nothing in it may end or hide the element. */
export function scriptText(script: string): Html {
  return new Html(script.replace(/<\/(?=script)/gi, '<\\/').replaceAll('<!--', '<\\!--'));
}

/** Data inside a script element of type application/json. */
export function jsonText(data: unknown): Html {
  return new Html(JSON.stringify(data).replaceAll('<', '\\u003c'));
}

/** A table; the first `textColumns` columns are text, the others figures. */
export function htmlTable(
  head: readonly HtmlValue[],
  rows: ReadonlyArray<readonly HtmlValue[]>,
  textColumns = head.length,
): Html {
  const kind = (column: number) => new Html(column < textColumns ? '' : ' class="n"');
  return html`<div class="scroll"><table><thead><tr>${head.map(
    (cell, column) => html`<th${kind(column)}>${cell}</th>`,
  )}</tr></thead><tbody>${rows.map(
    (row) => html`<tr>${row.map((cell, column) => html`<td${kind(column)}>${cell}</td>`)}</tr>\n`,
  )}</tbody></table></div>`;
}
