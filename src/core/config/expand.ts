export interface Expansion {
  text: string;
  /** Variables whose value (or default) went in. */
  used: string[];
  /** Variables that are unset or empty and have no default. */
  missing: string[];
}

const pattern = /\$\$|\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}/g;

/** Expands `${VAR}` and `${VAR:-default}`; `$$` is a dollar sign. As in a shell, an empty variable takes the default. */
export function expandVariables(text: string, env: Readonly<Record<string, string | undefined>>): Expansion {
  const used: string[] = [];
  const missing: string[] = [];
  const expanded = text.replace(pattern, (match, name: string | undefined, fallback: string | undefined) => {
    if (name === undefined) return "$";
    const value = env[name];
    if (fallback !== undefined && !value) {
      used.push(name);
      return fallback;
    }
    (value ? used : missing).push(name);
    return value || match;
  });
  return { text: expanded, used, missing };
}
