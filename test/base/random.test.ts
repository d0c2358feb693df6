import fc from 'fast-check';
import seedrandom from 'seedrandom';
import { describe, expect, it } from 'vitest';
import { RandomStreams } from '../../src/base/random.js';

describe('RandomStreams', () => {
  it('draws what alea of seedrandom draws', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.integer({ min: 1, max: 200 }), (seed, path, n) => {
        const streams = new RandomStreams(seed);
        const alea = seedrandom.alea(`${seed}/${path}`);
        const stream = streams.stream(path);
        for (let i = 0; i < n; i++) expect(streams.draw(stream)).toBe(alea.int32() >>> 0);
      }),
    );
  });

  it('gives the same draws one by one and in blocks', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 20 }), (blocks) => {
        const a = new RandomStreams('7');
        const b = new RandomStreams('7');
        const inBlocks: number[] = [];
        const single: number[] = [];
        for (const size of blocks) {
          const out = new Uint32Array(size);
          a.fill(a.stream('x'), out);
          inBlocks.push(...out);
          for (let i = 0; i < size; i++) single.push(b.draw(b.stream('x')));
        }
        expect(inBlocks).toEqual(single);
      }),
    );
  });

  it('keeps the draws of a stream when others are added, or drawn from', () => {
    const alone = new RandomStreams('1');
    const among = new RandomStreams('1');
    for (let i = 0; i < 100; i++) among.draw(among.stream(`other ${i}`));
    const own = Array.from({ length: 50 }, () => alone.draw(alone.stream('host/irq')));
    const mixed = Array.from({ length: 50 }, (_, i) => {
      among.draw(among.stream(`other ${i}`));
      return among.draw(among.stream('host/irq'));
    });
    expect(mixed).toEqual(own);
  });

  it('goes on from a snapshot as it did before', () => {
    const streams = new RandomStreams('3');
    const stream = streams.stream('a');
    streams.draw(stream);
    const snapshot = streams.snapshot();
    const first = Array.from({ length: 20 }, () => streams.draw(stream));
    streams.restore(snapshot);
    expect(Array.from({ length: 20 }, () => streams.draw(stream))).toEqual(first);
  });
});
