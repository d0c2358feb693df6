/** The memory part of a guest in a draft; made where it is missing. */
import type { PlanDocument } from '../../plan/schema.js';
import { guestDraft } from '../planFixes.js';

type Memory = NonNullable<NonNullable<PlanDocument['guests']>[number]['memory']>;

export function memoryDraft(draft: PlanDocument, index: number): Memory {
  const guest = guestDraft(draft, index);
  guest.memory ??= {};
  return guest.memory;
}
