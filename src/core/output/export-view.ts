import type { ExportResult } from "../operations/export-stack.ts";
import { nextCommands } from "./next.ts";

const next = {
  cloudformation: (folder: string, app: string): readonly (readonly [string, string])[] => [
    [
      `aws cloudformation create-change-set --stack-name ${app} --change-set-name import --change-set-type IMPORT --capabilities CAPABILITY_NAMED_IAM --template-body file://${folder}/template.yaml --resources-to-import file://${folder}/resources-to-import.json`,
      "what CloudFormation would take over",
    ],
  ],
  terraform: (folder: string): readonly (readonly [string, string])[] => [
    [`terraform -chdir=${folder} init`, "the AWS provider"],
    [`terraform -chdir=${folder} plan`, "what Terraform would take over"],
  ],
};

const names = { cloudformation: "CloudFormation", terraform: "Terraform" } as const;

/** A template alone can be piped to a file; what is no part of it needs a file of its own. */
const printable = (files: ExportResult["files"]): string =>
  files
    .filter(({ name }) => !name.endsWith(".json"))
    .map(({ content }) => content.trimEnd())
    .join("\n\n");

/** The files themselves when they went nowhere else; otherwise where they are and how to go on. */
export function formatExport(result: ExportResult): string {
  const { files, format, resources, imports, adopted, remarks, app } = result;
  if (files.every(({ path }) => path === null)) return printable(files);
  const folder = (files[0]?.path ?? "").replace(/[/\\][^/\\]*$/, "") || ".";
  const lines = [
    `${resources.length} resources of ${app} written for ${names[format]}, ${imports.length} of them exist and can be taken over:`,
    ...files.map(({ path }) => `  ${path}`),
    ...adopted.map((id) => `  = ${id} was made by somebody else: referred to, not described`),
    ...remarks.map((remark) => `  ! ${remark}`),
  ];
  return `${lines.join("\n")}\n\n${nextCommands([...next[format](folder, app)])}`;
}
