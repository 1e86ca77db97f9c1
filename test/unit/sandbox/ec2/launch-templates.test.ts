import assert from "node:assert/strict";
import { test } from "node:test";
import { imageId, makeMachines, makeTemplate } from "../../../support/machines.ts";

test("a template has versions, a latest one and a default one", async () => {
  const machines = makeMachines();
  const { ec2 } = machines;
  const LaunchTemplateId = await makeTemplate(machines);
  await ec2("CreateLaunchTemplateVersion", {
    LaunchTemplateId,
    SourceVersion: "1",
    LaunchTemplateData: { InstanceType: "t3.small" },
  });
  const { LaunchTemplates } = await ec2("DescribeLaunchTemplates", { LaunchTemplateNames: ["web"] });
  assert.equal(LaunchTemplates?.[0]?.DefaultVersionNumber, 1);
  assert.equal(LaunchTemplates?.[0]?.LatestVersionNumber, 2);
  const latest = await ec2("DescribeLaunchTemplateVersions", { LaunchTemplateId, Versions: ["$Latest"] });
  assert.deepEqual(latest.LaunchTemplateVersions?.[0]?.LaunchTemplateData, {
    ImageId: imageId,
    InstanceType: "t3.small",
  });
  await ec2("ModifyLaunchTemplate", { LaunchTemplateId, DefaultVersion: "2" });
  const all = await ec2("DescribeLaunchTemplateVersions", { LaunchTemplateName: "web" });
  assert.deepEqual(
    all.LaunchTemplateVersions?.map((version) => [version.VersionNumber, version.DefaultVersion]),
    [
      [2, true],
      [1, false],
    ],
  );
});

test("a creation sent again with its token is the same creation", async () => {
  const { ec2 } = makeMachines();
  const LaunchTemplateData = { ImageId: imageId };
  const request = { LaunchTemplateName: "web", LaunchTemplateData, ClientToken: "once" };
  const one = await ec2("CreateLaunchTemplate", request);
  const again = await ec2("CreateLaunchTemplate", request);
  assert.deepEqual(again, one);
  const version = { LaunchTemplateName: "web", LaunchTemplateData, ClientToken: "twice" };
  await ec2("CreateLaunchTemplateVersion", version);
  const { LaunchTemplateVersion } = await ec2("CreateLaunchTemplateVersion", version);
  assert.equal(LaunchTemplateVersion?.VersionNumber, 2);
});

test("errors are EC2's", async () => {
  const machines = makeMachines();
  const { ec2 } = machines;
  const LaunchTemplateId = await makeTemplate(machines);
  await assert.rejects(makeTemplate(machines), {
    code: "InvalidLaunchTemplateName.AlreadyExistsException",
    message: "Launch template name already in use.",
  });
  await assert.rejects(ec2("DescribeLaunchTemplates", { LaunchTemplateNames: ["other"] }), {
    code: "InvalidLaunchTemplateName.NotFoundException",
    message: "At least one of the launch templates specified in the request does not exist.",
  });
  await assert.rejects(ec2("DescribeLaunchTemplateVersions", { LaunchTemplateId, Versions: ["9"] }), {
    code: "InvalidLaunchTemplateId.VersionNotFound",
    message: `Could not find the specified version 9 for the launch template with ID ${LaunchTemplateId}.`,
  });
  await assert.rejects(ec2("CreateLaunchTemplate", { LaunchTemplateName: "empty", LaunchTemplateData: {} }), {
    code: "MissingParameter",
  });
  await ec2("DeleteLaunchTemplate", { LaunchTemplateName: "web" });
  await assert.rejects(ec2("DeleteLaunchTemplate", { LaunchTemplateId }), {
    code: "InvalidLaunchTemplateId.NotFound",
    message: `The specified launch template, with template ID ${LaunchTemplateId}, does not exist.`,
  });
});
