/** Places of a poller's steps in its program, and the lists that its batches stand in. */
import { LIST_INWARD, LIST_OUTWARD, LIST_SEND, LISTS } from './columns.js';
import { listOf } from './packets.js';

/** Steps relative to the first. */
export const BURST = 1;
export const PACKET = 2;
export const COPY_IN = 3;
export const BATCH = 4;
export const COPY_OUT = 5;
export const FLUSH = 6;
export const CALL = 7;
export const INJECT = 8;
export const WAKE = 9;
export const SEND = 10;
export const HOUSE = 11;
export const DRAIN = 12;
export const BEGIN = 13;

export const isFromGuest = (list: number): boolean => list % LISTS === LIST_SEND;
export const interfaceOf = (list: number): number => Math.floor(list / LISTS);

/** The list in which a visited list's packets wait to be handed on. */
export const heldOf = (list: number): number =>
  listOf(interfaceOf(list), isFromGuest(list) ? LIST_OUTWARD : LIST_INWARD);
