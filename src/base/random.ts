/**
 * Named random streams. Each source of randomness draws from its own stream, named by its path in
 * the plan (`guest/plc/vcpu1/exit`): adding or removing a source never moves another one's draws.
 *
 * The generator is alea of seedrandom. This is the only file that imports seedrandom.
 */
import seedrandom from 'seedrandom';

type Generator = seedrandom.StatefulPRNG<seedrandom.State.Alea>;

/** State of every stream; undefined: nothing was drawn from it. */
export type StreamsSnapshot = ReadonlyArray<seedrandom.State.Alea | undefined>;

/** All streams of one simulated part. */
export class RandomStreams {
  private readonly paths: string[] = [];
  private readonly indexOf = new Map<string, number>();
  private generators: Array<Generator | undefined> = [];
  private readonly seed: string;

  constructor(seed: string) {
    this.seed = seed;
  }

  /** Index of the stream named `path`, created on first use. */
  stream(path: string): number {
    const known = this.indexOf.get(path);
    if (known !== undefined) return known;
    const index = this.paths.push(path) - 1;
    this.indexOf.set(path, index);
    this.generators.push(undefined);
    return index;
  }

  /** Next draw of stream `index`: an integer in [0, 2^32). */
  draw(index: number): number {
    return this.generatorOf(index).int32() >>> 0;
  }

  /** Fills `out` with the next draws of stream `index`: the same as drawing one by one. */
  fill(index: number, out: Uint32Array): void {
    const generator = this.generatorOf(index);
    for (let i = 0; i < out.length; i++) out[i] = generator.int32();
  }

  snapshot(): StreamsSnapshot {
    return this.generators.map((generator) => generator?.state());
  }

  restore(snapshot: StreamsSnapshot): void {
    this.generators = snapshot.map((state) =>
      state === undefined ? undefined : seedrandom.alea('', { state }),
    );
  }

  private generatorOf(index: number): Generator {
    let generator = this.generators[index];
    if (generator === undefined) {
      generator = seedrandom.alea(`${this.seed}/${this.paths[index]}`, { state: true });
      this.generators[index] = generator;
    }
    return generator;
  }
}
