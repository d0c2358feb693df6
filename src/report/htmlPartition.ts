/** The partition map of the page: pCPUs by socket and core, coloured by what they are for. */
import type { NormalizedPlan } from '../plan/normalized.js';
import { type Html, html, htmlTable } from './htmlTemplate.js';
import { type PcpuPart, type PcpuRole, partitionOf, ROLE_MEANINGS, roleText } from './partition.js';

const ROLES = Object.keys(ROLE_MEANINGS) as PcpuRole[];

export function partitionHtml(plan: NormalizedPlan): Html {
  const parts = partitionOf(plan);
  const sockets = groupBy(parts, ({ socket }) => socket);
  const maps = sockets.map(
    ([socket, members]) => html`<p class="soft">Socket ${socket}</p>
<div class="map">${groupBy(members, ({ core }) => core).map(
      ([core, threads]) => html`<div class="core" title="core ${core}">${threads.map(cell)}</div>`,
    )}</div>`,
  );
  const present = ROLES.filter((role) => parts.some((part) => part.role === role));
  const legend = present.map(
    (role) =>
      html`<li><span class="key role-of-${role}"></span>${role}: ${roleText(
        role,
        parts.filter((part) => part.role === role),
      )}</li>`,
  );
  return html`${maps}<ul style="list-style:none;padding:0">${legend}</ul>
<details><summary>Every pCPU</summary>${table(parts)}</details>`;
}

function cell({ pcpu, role, occupants }: PcpuPart): Html {
  const tenants = occupants.map(({ label }) => label).join('; ');
  const title = `pCPU ${pcpu}: ${role}${tenants === '' ? '' : `: ${tenants}`}`;
  return html`<div class="pcpu role-of-${role}" title="${title}">${pcpu}</div>`;
}

function table(parts: readonly PcpuPart[]): Html {
  return htmlTable(
    ['pCPU', 'core', 'socket', 'node', 'role', 'flags', 'may run here'],
    parts.map(({ pcpu, core, socket, node, role, isolated, nohzFull, rcuNocbs, occupants }) => [
      pcpu,
      core,
      socket,
      node,
      html`<span class="role"><span class="key role-of-${role}"></span>${role}</span>`,
      [isolated ? 'isolated' : '', nohzFull ? 'nohz_full' : '', rcuNocbs ? 'rcu_nocbs' : '']
        .filter((flag) => flag !== '')
        .join(', '),
      occupants.map(({ label, pinned }) => (pinned ? label : `${label} (may move)`)).join('; '),
    ]),
  );
}

/** Groups in ascending order of their number, members in the order given. */
function groupBy(
  parts: readonly PcpuPart[],
  number: (part: PcpuPart) => number,
): Array<[number, PcpuPart[]]> {
  const groups = new Map<number, PcpuPart[]>();
  for (const part of parts) {
    const group = groups.get(number(part));
    if (group) group.push(part);
    else groups.set(number(part), [part]);
  }
  return Array.from(groups).sort(([a], [b]) => a - b);
}
