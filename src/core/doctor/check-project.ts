import type { Project, Provenance } from "../config/project.ts";
import { ok, type Outcome } from "./check.ts";

/** Groups of sources: `12 from ecsctl.yaml`. */
interface Origins {
  file: number;
  environment: number;
  variables: number;
  defaults: number;
  /** `region from AWS_REGION`. */
  others: string[];
}

function countOrigins(sources: Provenance): Origins {
  const origins: Origins = { file: 0, environment: 0, variables: 0, defaults: 0, others: [] };
  for (const [path, source] of Object.entries(sources)) {
    const inFile = /:\d+:\d+/.test(source);
    if (source === "default") origins.defaults++;
    else if (!inFile) origins.others.push(`${path} from ${source}`);
    else if (source.includes("${")) origins.variables++;
    else if (source.includes("(environments.")) origins.environment++;
    else origins.file++;
  }
  return origins;
}

/** Where the values that apply came from: flags and variables, the environment, `${VAR}`, the file, defaults. */
export function describeProject({ config, file, sources }: Project): Outcome {
  const { file: plain, environment, variables, defaults, others } = countOrigins(sources);
  const part = (count: number, words: string): string[] => (count === 0 ? [] : [`${count} ${words}`]);
  const parts = [
    ...part(plain, "values from it"),
    ...part(environment, "from its environment"),
    ...part(variables, "with ${VAR} in them"),
    ...part(defaults, "defaults"),
    ...others,
  ];
  return ok(`${file} (app ${config.app}): ${parts.join(", ")}`);
}
