import { bindNode, type Node, type NodeParts } from "../../src/core/plan/graph.ts";
import { ownerTag, type Change, type LiveParts, type Resource } from "../../src/core/plan/resource.ts";
import { Aws } from "../../src/core/aws/aws.ts";

export interface FakeSpec {
  name: string;
  value: string;
}
export interface FakeLive extends LiveParts {
  value: string;
}

/** An account of things that have one value each, and a diary of what was done to them. */
export class FakeCloud {
  readonly things = new Map<string, FakeLive>();
  readonly diary: string[] = [];
  /** Called before each act: throws, waits, or looks at what runs side by side. */
  before: (act: string) => Promise<void> | void = () => {};
  private readonly aws = new Aws({ region: "us-east-1" });

  readonly resource: Resource<FakeSpec, FakeLive> = {
    kind: "thing",
    read: async (_aws, { name }) => this.things.get(name),
    diff: ({ value }, live) => diffValue(value, live),
    create: (_aws, spec) => this.put("create", spec),
    update: (_aws, spec) => this.put("update", spec),
    delete: async (_aws, { name }) => {
      await this.note(`delete ${name}`);
      this.things.delete(name);
    },
    passing: (error) => error.message === "passing",
  };

  node(name: string, parts: Partial<NodeParts<FakeSpec>> & { value?: string } = {}): Node {
    const { value = "1", ...rest } = parts;
    return bindNode(this.resource, this.aws, { name, spec: () => ({ name, value }), ...rest });
  }

  own(name: string, value = "1", app = "app"): void {
    this.things.set(name, { value, tags: { [ownerTag]: app }, outputs: { id: `id-${name}` } });
  }

  private async put(act: string, { name, value }: FakeSpec): Promise<FakeLive> {
    await this.note(`${act} ${name}`);
    this.own(name, value);
    return this.things.get(name) ?? { value };
  }

  private async note(act: string): Promise<void> {
    await this.before(act);
    this.diary.push(act);
  }
}

/** A value that begins with `!` cannot be changed in place. */
function diffValue(to: string, live: FakeLive | undefined): Change[] {
  if (live?.value === to) return [];
  const change: Change = { path: "value", from: live?.value, to };
  return [live && to.startsWith("!") ? { ...change, replace: true } : change];
}
