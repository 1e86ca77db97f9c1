/** Whether a resource's own policy lets a service of AWS do something; text that is no policy allows nothing. */
export function allowsService(policy: string | undefined, service: string, action: string): boolean {
  return readStatements(policy).some(
    (statement) =>
      statement.Effect === "Allow" &&
      listOf(statement.Action).some((pattern) => matchesAction(pattern, action)) &&
      // A service that acts for nobody has no source owner, by which the default policies let the account in.
      !isForOwner(statement) &&
      listOf(principalOf(statement.Principal)).some((name) => name === service || name === "*"),
  );
}

interface Statement {
  Effect?: string;
  Action?: string | string[];
  Condition?: Record<string, Record<string, unknown>>;
  Principal?: string | { Service?: string | string[]; AWS?: string | string[] };
}

const isForOwner = ({ Condition = {} }: Statement): boolean =>
  Object.values(Condition).some((tests) => Object.keys(tests).some((key) => key.toLowerCase() === "aws:sourceowner"));

function readStatements(policy: string | undefined): Statement[] {
  try {
    const { Statement: found } = JSON.parse(policy ?? "{}") as { Statement?: Statement | Statement[] };
    return found === undefined ? [] : Array.isArray(found) ? found : [found];
  } catch {
    return [];
  }
}

const principalOf = (principal: Statement["Principal"]): string | string[] =>
  typeof principal === "string"
    ? principal
    : [...listOf(principal?.Service), ...listOf(principal?.AWS).filter((one) => one === "*")];

const listOf = (value: string | readonly string[] | undefined): string[] =>
  value === undefined ? [] : typeof value === "string" ? [value] : [...value];

function matchesAction(pattern: string, action: string): boolean {
  const source = pattern
    .toLowerCase()
    .replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`)
    .replaceAll("*", ".*");
  return new RegExp(`^${source}$`).test(action.toLowerCase());
}
