import assert from "node:assert/strict";
import { test } from "node:test";
import { CreateTags$, DescribeInstances$ } from "@aws-sdk/client-ec2";
import { CreateRole$, ListRoles$ } from "@aws-sdk/client-iam";
import { type Shape, type ShapeReference, shapeOf } from "../../../../src/sandbox/wire/codecs.ts";
import { readFormInput } from "../../../../src/sandbox/wire/form-reader.ts";
import { findMissing } from "../../../../src/sandbox/wire/required.ts";

/** The input of an operation's schema: its fifth part. */
const inputOf = (operation: readonly unknown[]): Shape => shapeOf(operation[4] as ShapeReference);
const query = (operation: readonly unknown[], text: string) =>
  readFormInput(inputOf(operation), new URLSearchParams(text), "query");
const ec2 = (operation: readonly unknown[], text: string) =>
  readFormInput(inputOf(operation), new URLSearchParams(text), "ec2");

test("a Query form: numbered members, in their order, whatever the order of the fields", () => {
  assert.deepEqual(
    query(
      CreateRole$,
      "RoleName=r&Tags.member.10.Key=j&Tags.member.2.Key=b&Tags.member.2.Value=2+3&Tags.member.10.Value=",
    ),
    {
      RoleName: "r",
      Tags: [
        { Key: "b", Value: "2 3" },
        { Key: "j", Value: "" },
      ],
    },
  );
});

test("a field without a value is an empty list", () => {
  assert.deepEqual(query(CreateRole$, "Tags="), { Tags: [] });
});

test("numbers are numbers, and fields that the model does not know are nobody's", () => {
  assert.deepEqual(query(ListRoles$, "MaxItems=5&Nonsense=1&__proto__.polluted=1"), { MaxItems: 5 });
  assert.equal(({} as { polluted?: string }).polluted, undefined);
});

test("an EC2 form: lists without `member`, names as EC2 spells them", () => {
  assert.deepEqual(
    ec2(DescribeInstances$, "InstanceId.1=i-1&InstanceId.2=i-2&Filter.1.Name=n&Filter.1.Value.1=v&DryRun=true"),
    { InstanceIds: ["i-1", "i-2"], Filters: [{ Name: "n", Values: ["v"] }], DryRun: true },
  );
});

test("what is missing is named by its path", () => {
  assert.equal(findMissing(inputOf(CreateTags$), {}), "Resources");
  assert.equal(findMissing(inputOf(CreateRole$), { RoleName: "r" }), "AssumeRolePolicyDocument");
  const role = { RoleName: "r", AssumeRolePolicyDocument: "{}" };
  assert.equal(
    findMissing(inputOf(CreateRole$), { ...role, Tags: [{ Key: "a", Value: "b" }, { Key: "a" }] }),
    "Tags.2.member.Value",
  );
  assert.equal(findMissing(inputOf(CreateRole$), role), undefined);
});
