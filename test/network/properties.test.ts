/** Properties of random plans with a switch. */
import { test } from 'vitest';
import { networkIsOneRun, networkLawsHold, pollingIsArithmetic } from '../simulation/properties.js';

test('the visit that finds a packet is the one that stepping through all visits finds', () => {
  pollingIsArithmetic(60);
});

test('the plain engine and parts simulated together give the same run', () => {
  networkIsOneRun(40);
});

test('the laws of the machine hold after every event', () => {
  networkLawsHold(25);
});
