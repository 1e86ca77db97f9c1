import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { describe, it } from "node:test";
import { describeConfig } from "../../../scripts/describe-config.ts";
import { configJsonSchema } from "../../../src/core/config/json-schema.ts";
import { uncommentScaling } from "../../../src/core/config/uncomment-scaling.ts";
import { checkConfig, loadConfig } from "../../../src/core/config/load.ts";

const root = fileURLToPath(new URL("../../..", import.meta.url));

interface Schema {
  description?: string;
  properties?: Record<string, Schema>;
  patternProperties?: object;
  required?: string[];
  additionalProperties?: Schema | boolean;
  items?: Schema;
}

describe("the published schema", () => {
  it("is current: npm run generate:schema", async () => {
    const published = await readFile(`${root}/schema/ecsctl.schema.json`, "utf8");
    assert.deepEqual(JSON.parse(published), JSON.parse(JSON.stringify(configJsonSchema())));
  });

  it("is what docs/config.md says", async () => {
    assert.equal(await readFile(`${root}/docs/config.md`, "utf8"), describeConfig());
  });

  it("describes every key", () => {
    const nameless: string[] = [];
    const visit = (schema: Schema, path: string): void => {
      for (const [key, child] of Object.entries({
        ...schema.properties,
        ...(schema.items && { "[]": schema.items }),
      })) {
        if (key !== "[]" && key !== "container" && !child.description) nameless.push(`${path}.${key}`);
        visit(child, `${path}.${key}`);
      }
    };
    visit(configJsonSchema() as Schema, "");
    assert.deepEqual(nameless, []);
  });

  it("lets an environment say only what is different", () => {
    const { environments } = (configJsonSchema() as Schema).properties ?? {};
    const one = environments?.additionalProperties as Schema;
    assert.equal(one.required, undefined);
    assert.equal(one.properties?.["cluster"]?.required, undefined);
    assert.ok(one.patternProperties);
  });
});

describe("the flash-sale template", () => {
  const { config, sources } = loadConfig({ cwd: `${root}/templates/flash-sale`, env: {} });

  it("has the guided project's values", () => {
    const capacity = config.cluster.capacity;
    assert.equal(config.image.repository, "flash-sale-webapp");
    assert.equal(config.cluster.name, "flash-sale-cluster");
    assert.deepEqual(
      [capacity?.instanceType, capacity?.min, capacity?.max, capacity?.rootVolumeGiB, capacity?.instanceRole],
      ["t2.small", 1, 3, 30, "ecsInstanceRole"],
    );
    assert.deepEqual(capacity?.instanceRolePolicies, [
      "AmazonEC2ContainerServiceforEC2Role",
      "AmazonEC2ContainerRegistryPowerUser",
    ]);
    assert.deepEqual([config.service.name, config.service.desiredCount], ["flash-sale-service", 1]);
    const { family, cpu, memory, executionRole, executionRolePolicies, container, logs } = config.task;
    assert.deepEqual([family, cpu, memory, executionRole], ["flash-sale-task", 256, 512, "ecsTaskExecutionRole"]);
    assert.deepEqual(executionRolePolicies, ["AmazonECSTaskExecutionRolePolicy", "AmazonEC2ContainerRegistryReadOnly"]);
    assert.deepEqual([container.name, container.port, container.hostPort], ["web-container", 80, 0]);
    assert.deepEqual([logs.group, logs.streamPrefix], ["/ecs/flash-sale-webapp", "ecs"]);
  });

  it("shows every value: none is a hidden default but the empty ones", () => {
    const hidden = Object.entries(sources).filter(([, source]) => source === "default");
    assert.deepEqual(hidden, []);
  });

  it("has the scaling block in a comment, ready to be taken out", async () => {
    assert.equal(config.scaling, undefined);
    const open = uncommentScaling(await readFile(`${root}/templates/flash-sale/ecsctl.yaml`, "utf8")) ?? "";
    const { scaling } = checkConfig(open, "/ecsctl.yaml", { cwd: "/", env: {} }).config;
    assert.deepEqual(
      [scaling?.min, scaling?.max, scaling?.policies[0]?.target, scaling?.policies[0]?.scaleOutCooldown],
      [1, 3, 50, "30s"],
    );
  });

  it("is a page called Flash Sale! on Apache, with a single COPY", async () => {
    const dockerfile = await readFile(`${root}/templates/flash-sale/Dockerfile`, "utf8");
    assert.match(dockerfile, /^FROM public\.ecr\.aws\/docker\/library\/httpd:2\.4$/m);
    assert.equal(dockerfile.match(/^COPY /gm)?.length, 1);
    assert.match(await readFile(`${root}/templates/flash-sale/index.html`, "utf8"), /<title>Flash Sale!<\/title>/);
  });
});
