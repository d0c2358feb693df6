/**
 * Named random streams. Each source of randomness draws from its own stream, named by its path in
 * the plan (`guest/plc/vcpu1/exit`): adding or removing a source never moves another one's draws.
 *
 * The generator is alea of seedrandom, drawn in blocks. This is the only file that imports
 * seedrandom.
 */
import seedrandom from 'seedrandom';

const BLOCK = 64;

type Generator = seedrandom.StatefulPRNG<seedrandom.State.Alea>;

/** State of every stream, as plain data. */
export interface StreamsSnapshot {
  readonly block: Uint32Array;
  readonly position: Int32Array;
  readonly generators: ReadonlyArray<seedrandom.State.Alea | undefined>;
}

/** All streams of one simulated part. */
export class RandomStreams {
  private readonly paths: string[] = [];
  private readonly indexOf = new Map<string, number>();
  private generators: Array<Generator | undefined> = [];
  private block = new Uint32Array(0);
  private position = new Int32Array(0);
  private readonly seed: string;

  constructor(seed: string) {
    this.seed = seed;
  }

  /** Index of the stream named `path`, created on first use; only before the first draw. */
  stream(path: string): number {
    const known = this.indexOf.get(path);
    if (known !== undefined) return known;
    const index = this.paths.length;
    this.paths.push(path);
    this.indexOf.set(path, index);
    this.generators.push(undefined);
    if (index >= this.position.length) this.grow();
    this.position[index] = BLOCK;
    return index;
  }

  /** Next draw of stream `index`: an integer in [0, 2^32). */
  draw(index: number): number {
    let position = this.position[index];
    if (position === BLOCK) {
      this.refill(index);
      position = 0;
    }
    this.position[index] = position + 1;
    return this.block[index * BLOCK + position];
  }

  snapshot(): StreamsSnapshot {
    return {
      block: this.block.slice(),
      position: this.position.slice(),
      generators: this.generators.map((generator) => generator?.state()),
    };
  }

  restore(snapshot: StreamsSnapshot): void {
    this.block.set(snapshot.block);
    this.position.set(snapshot.position);
    this.generators = snapshot.generators.map((state) =>
      state === undefined ? undefined : seedrandom.alea('', { state }),
    );
  }

  private refill(index: number): void {
    let generator = this.generators[index];
    if (generator === undefined) {
      generator = seedrandom.alea(`${this.seed}/${this.paths[index]}`, { state: true });
      this.generators[index] = generator;
    }
    const base = index * BLOCK;
    for (let i = 0; i < BLOCK; i++) this.block[base + i] = generator.int32();
  }

  private grow(): void {
    const capacity = Math.max(64, this.position.length * 2);
    const block = new Uint32Array(capacity * BLOCK);
    block.set(this.block);
    this.block = block;
    const position = new Int32Array(capacity);
    position.set(this.position);
    this.position = position;
  }
}
