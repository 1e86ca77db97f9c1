/** True for a path (relative to the context, with `/`) that `.dockerignore` keeps out of the build. */
export type Ignore = (path: string) => boolean;

interface Rule {
  negated: boolean;
  pattern: RegExp;
}

/** Compiles a `.dockerignore`: the last rule that matches decides; `!` takes a path back in. */
export function compileDockerignore(text: string): Ignore {
  const rules = text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#"))
    .flatMap((line) => compileRule(line));
  return (path) => rules.reduce((ignored, { negated, pattern }) => (pattern.test(path) ? !negated : ignored), false);
}

function compileRule(line: string): Rule[] {
  const negated = line.startsWith("!");
  const cleaned = (negated ? line.slice(1) : line)
    .trim()
    .replace(/^\.?\/+/, "")
    .replace(/\/+$/, "");
  if (cleaned === "" || cleaned === ".") return [];
  // A rule that matches a folder matches all that is in it.
  return [{ negated, pattern: new RegExp(`^${globSource(cleaned)}(?:/.*)?$`) }];
}

/** Go's `filepath.Match`, with `**` for any number of folders, as the source of a regular expression. */
export function globSource(glob: string): string {
  let source = "";
  for (let at = 0; at < glob.length; at++) {
    const char = glob[at] ?? "";
    if (char === "*" && glob[at + 1] === "*") {
      at++;
      if (glob[at + 1] === "/") at++;
      source += at === glob.length - 1 && glob[at] === "*" ? ".*" : "(?:.*/)?";
    } else if (char === "*") source += "[^/]*";
    else if (char === "?") source += "[^/]";
    else if (char === "[") {
      const end = glob.indexOf("]", at + 2);
      if (end === -1) source += "\\[";
      else {
        source += `[${glob.slice(at + 1, end).replace(/\\/g, "\\\\")}]`;
        at = end;
      }
    } else if (char === "\\" && at + 1 < glob.length) source += escapeLiteral(glob[++at] ?? "");
    else source += escapeLiteral(char);
  }
  return source;
}

const escapeLiteral = (char: string): string => char.replace(/[.*+?^${}()|[\]\\/]/, "\\$&");
