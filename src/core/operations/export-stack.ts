import type { Config } from "../config/schema.ts";
import type { Project } from "../config/project.ts";
import type { Context } from "../context.ts";
import type { Aws } from "../aws/aws.ts";
import { gatherReads } from "../aws/gathered-reads.ts";
import { knowTags } from "../aws/known-tags.ts";
import { shareReads } from "../aws/shared-reads.ts";
import { recordCreation } from "../export/recorded-calls.ts";
import type { Exported, ExportedFile, ExportSubject, Source } from "../export/source.ts";
import { buildPlan, isOwned, type Plan, type Readings } from "../plan/build.ts";
import { readNodes, type Node } from "../plan/graph.ts";
import { ownerTag } from "../plan/resource.ts";
import type { LaunchTemplateLive } from "../resources/launch-template.ts";
import type { TopicLive } from "../resources/sns-topic.ts";
import { readNetwork } from "../resources/network.ts";
import { readAccount, readSurroundings } from "../resources/surroundings.ts";
import { blindFacts } from "./blind-facts.ts";
import { capacityNames } from "./capacity-graph.ts";
import { buildDeployGraph, type DeployFacts } from "./deploy-graph.ts";
import { writeExportedFiles } from "./export-files.ts";
import { findImage } from "./find-image.ts";

export type ExportFormat = "cloudformation" | "terraform";

export interface ExportOptions {
  format: ExportFormat;
  /** Folder for the files; without one they are only told. */
  out?: string | undefined;
  /** Write over files that are there. */
  force?: boolean | undefined;
}

/** The document of `export --json`. */
export interface ExportResult extends Omit<Exported, "files"> {
  format: ExportFormat;
  app: string;
  /** `path` is null when nothing was written. */
  files: { name: string; path: string | null; content: string }[];
}

/** Everything that ecsctl made, as another tool's configuration, with what that tool needs to take it over. */
export async function exportStack(context: Context, project: Project, options: ExportOptions): Promise<ExportResult> {
  const { config } = project;
  const aws = knowTags(gatherReads(shareReads(context.aws)), { key: ownerTag, value: config.app });
  const [facts, account] = await Promise.all([readFacts(aws, config), readAccount(aws)]);
  const graph = buildDeployGraph(aws, config, facts);
  const readings = await readNodes(graph);
  const sources = await describeSources(aws, config, { facts, readings, account });
  const exported = await writeAs(options.format, { app: config.app, region: aws.region, sources });
  const { remarks: said, ...lists } = exported;
  const remarks = [...said, ...describeDifferences(buildPlan(graph, readings, { app: config.app, adopt: false }))];
  const files = noteRemarks(exported.files, remarks);
  const paths = options.out === undefined ? [] : await writeExportedFiles(options.out, files, options.force ?? false);
  return {
    format: options.format,
    app: config.app,
    ...lists,
    files: files.map((file, index) => ({ ...file, path: paths[index] ?? null })),
    remarks,
  };
}

/** Whoever reads the first file later must find there, too, what it cannot say. Both formats comment alike. */
function noteRemarks([first, ...others]: readonly ExportedFile[], remarks: readonly string[]): ExportedFile[] {
  if (!first || remarks.length === 0) return first ? [first, ...others] : [];
  const lines = remarks.map((remark) => `# - ${remark.replaceAll(/\s*\n\s*/g, " ")}\n`).join("");
  return [{ ...first, content: `# Written by \`ecsctl export\`. To know:\n${lines}\n${first.content}` }, ...others];
}

async function writeAs(format: ExportFormat, subject: ExportSubject): Promise<Exported> {
  if (format === "terraform") return (await import("../export/terraform/configuration.ts")).writeTerraform(subject);
  return (await import("../export/cloudformation/template.ts")).writeCloudFormation(subject);
}

/** The network and the machines as they are, and the image that runs: a newer one is the next deploy's business. */
async function readFacts(aws: Aws, config: Config): Promise<DeployFacts> {
  const { capacity } = config.cluster;
  const ownNetwork = config.service.launchType === "FARGATE" || config.loadBalancer !== undefined;
  const [readings, surroundings, network] = await Promise.all([
    readNodes(buildDeployGraph(aws, config, blindFacts)),
    capacity && readSurroundings(aws, { ...capacity, network: config.network }),
    ownNetwork ? readNetwork(aws, config.network, { balanced: config.loadBalancer !== undefined }) : undefined,
  ]);
  const { imageId } = (readings.get(`launch-template/${capacityNames(config.app).template}`) ??
    {}) as Partial<LaunchTemplateLive>;
  const definition = readings.get(`task-definition/${config.task.family}`) as
    | { fields?: { image?: string } }
    | undefined;
  return {
    ...blindFacts,
    surroundings: surroundings && {
      ...surroundings,
      image: { ...surroundings.image, ...(imageId ? { id: imageId } : {}) },
    },
    network,
    image: definition?.fields?.image ?? (await findImage(aws, config, undefined)),
  };
}

interface Known {
  facts: DeployFacts;
  readings: Readings;
  account: string;
}

async function describeSources(aws: Aws, config: Config, { facts, readings, account }: Known): Promise<Source[]> {
  const build = (client: Aws): Node[] => buildDeployGraph(client, config, facts).filter(({ wanted }) => wanted);
  const recorded = await recordCreation(aws, { account, policies: policiesIn(readings) }, build);
  return build(aws).flatMap(({ id, kind, name, title, needs }): Source[] => {
    const calls = recorded.get(id);
    const live = readings.get(id);
    const adopted = live !== undefined && !isOwned(live, config.app);
    return calls ? [{ id, kind, name, title, needs, calls, live, adopted }] : [];
  });
}

/** The access policies of topics and queues, by ARN. */
function policiesIn(readings: Readings): ReadonlyMap<string, string> {
  const entries = [...readings.values()].flatMap((live): [string, string][] => {
    const { outputs, policy } = (live ?? {}) as Partial<Pick<TopicLive, "outputs" | "policy">>;
    return outputs && policy !== undefined ? [[outputs.arn, policy]] : [];
  });
  return new Map(entries);
}

/** What the next deploy would change is written as it will be, not as it is. */
function describeDifferences({ steps }: Plan): string[] {
  return steps
    .filter(({ action }) => action === "update" || action === "replace")
    .map(({ title, changes }) => {
      const paths = changes.map(({ path }) => path).join(", ");
      return `${title} is written as ecsctl.yaml has it, and AWS differs (${paths}): \`ecsctl deploy\` first`;
    });
}
