import type { Scenario } from '../scenario.js';
import { affinity } from './affinity.js';
import { bottomHalves } from './bottomHalves.js';
import { classes } from './classes.js';
import { domains } from './domains.js';
import { fifo } from './fifo.js';
import { guests } from './guests.js';
import { guestTimers } from './guestTimers.js';
import { inheritance } from './inheritance.js';
import { insideGuests } from './insideGuests.js';
import { interrupts } from './interrupts.js';
import { roundRobin } from './roundRobin.js';
import { throttling } from './throttling.js';
import { timers } from './timers.js';
import { wakeups } from './wakeups.js';

/** Every scenario, in the order of the files. */
export const SCENARIOS: readonly Scenario[] = [
  ...fifo,
  ...roundRobin,
  ...classes,
  ...inheritance,
  ...wakeups,
  ...affinity,
  ...domains,
  ...throttling,
  ...interrupts,
  ...timers,
  ...bottomHalves,
  ...guests,
  ...guestTimers,
  ...insideGuests,
];
