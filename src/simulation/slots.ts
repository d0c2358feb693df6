/** Event slots of a part, numbered by (rank, name): the total order of simultaneous events. */

import { SLOT_RANKS, type SlotRank } from '../engine/order.js';
import type { SlotHandler } from '../engine/program.js';
import type { System } from './system.js';

interface Slot {
  readonly rank: SlotRank;
  readonly name: string;
  readonly handler: SlotHandler<System>;
  readonly argument: number;
  /** Told its number when all are known. */
  readonly assign: (m: System, slot: number) => void;
}

export class SlotPlan {
  private readonly slots: Slot[] = [];

  add(
    rank: SlotRank,
    name: string,
    handler: SlotHandler<System>,
    argument: number,
    assign: (m: System, slot: number) => void,
  ): void {
    this.slots.push({ rank, name, handler, argument, assign });
  }

  get count(): number {
    return this.slots.length;
  }

  /** Numbers the slots; returns the tables of handlers and of (handler, argument) per slot. */
  number(): {
    handlers: Array<SlotHandler<System>>;
    table: Array<{ handler: number; argument: number }>;
    assign: (m: System) => void;
  } {
    const ordered = [...this.slots].sort((a, b) => {
      const rank = SLOT_RANKS.indexOf(a.rank) - SLOT_RANKS.indexOf(b.rank);
      return rank !== 0 ? rank : a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
    });
    const handlers: Array<SlotHandler<System>> = [];
    const table = ordered.map(({ handler, argument }) => {
      let index = handlers.indexOf(handler);
      if (index < 0) index = handlers.push(handler) - 1;
      return { handler: index, argument };
    });
    const assign = (m: System): void => {
      ordered.forEach((slot, number) => {
        slot.assign(m, number);
      });
    };
    return { handlers, table, assign };
  }
}
