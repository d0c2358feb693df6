/** pCPUs that influence each other, joined bit by bit (union-find). */
export class Groups {
  private readonly parent = new Map<number, number>();

  add(pcpu: number): void {
    if (!this.parent.has(pcpu)) this.parent.set(pcpu, pcpu);
  }

  has(pcpu: number): boolean {
    return this.parent.has(pcpu);
  }

  find(pcpu: number): number {
    let at = pcpu;
    while (this.parent.get(at) !== at) at = this.parent.get(at) as number;
    return at;
  }

  join(pcpus: readonly number[]): void {
    for (const pcpu of pcpus) this.add(pcpu);
    for (const pcpu of pcpus.slice(1)) {
      const a = this.find(pcpus[0]);
      const b = this.find(pcpu);
      // The smaller number stays the root, so that groups are in a fixed order.
      if (a !== b) this.parent.set(Math.max(a, b), Math.min(a, b));
    }
  }

  groups(): number[][] {
    const members = new Map<number, number[]>();
    for (const pcpu of [...this.parent.keys()].sort((a, b) => a - b)) {
      const root = this.find(pcpu);
      const list = members.get(root);
      if (list) list.push(pcpu);
      else members.set(root, [pcpu]);
    }
    return [...members.values()];
  }
}
